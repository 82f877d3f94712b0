// What real servers answered, as it is read; `npm run record` records it anew.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Snapshot } from "../../tools/dialects/snapshot.ts";
import { readingOf, rows } from "./recorded-readings.ts";

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

  test("is recorded in these situations only", () => {
    expect(Object.keys(situations).toSorted()).toEqual(known.map(({ situation }) => situation).toSorted());
  });
});

test("every server that is known is recorded", () => {
  expect(new Set(rows.map(({ server }) => server))).toEqual(new Set(recorded.keys()));
});
