// What real servers answered, as it is read; `npm run record` records it anew.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Alerts, parseAlerts } from "../../../functions/core/prometheus/alert.ts";
import { alertsInRules } from "../../../functions/core/prometheus/rule-health.ts";
import type { Snapshot } from "../../tools/dialects/snapshot.ts";
import { readingOf, rows } from "./recorded-readings.ts";

const isRead = (snapshot: Snapshot) => !("unreadable" in readingOf(snapshot));
const labelsIn = ({ firing, pending }: Alerts) =>
  new Set([...firing.values(), ...pending.values()].flat().map(({ labels }) => JSON.stringify(Object.entries(labels).toSorted())));

const FOLDER = join(import.meta.dirname, "recorded");
const recorded = new Map<string, Readonly<Record<string, Snapshot>>>(
  readdirSync(FOLDER).map((file) => [file.replace(".json", ""), JSON.parse(readFileSync(join(FOLDER, file), "utf8")).situations]),
);

describe.each([...recorded.keys()])("what %s answers", (name) => {
  const situations = recorded.get(name) ?? {};
  const known = rows.filter(({ server }) => server === name);

  test.each(known)("is read rightly where $situation", ({ situation, reads }) => {
    expect(situations[situation]).toBeDefined();
    expect(readingOf(situations[situation]!)).toMatchObject(reads);
  });

  // What many clusters share is asked for by rule where it is too large. The two were asked a moment apart: one that waits may fire in the other.
  test("lists the same alerts below its rules", () => {
    for (const { alerts, rules } of Object.values(situations).filter(isRead)) {
      const listed = parseAlerts(alerts.body);
      const below = alertsInRules(rules.body, new Set([...listed.firing.keys(), ...listed.pending.keys()]));
      expect(labelsIn(parseAlerts({ status: "success", data: { alerts: below } }))).toEqual(labelsIn(listed));
    }
  });

  test("is recorded in these situations only", () => {
    expect(Object.keys(situations).toSorted()).toEqual(known.map(({ situation }) => situation).toSorted());
  });
});

test("every server that is known is recorded", () => {
  expect(new Set(rows.map(({ server }) => server))).toEqual(new Set(recorded.keys()));
});
