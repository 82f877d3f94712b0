// Holds the items that doctor shows to the proof that a pass uses: both agree about every source.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { proveHealth } from "../../../functions/core/verdict/proof.ts";
import type { Check } from "../../../functions/doctor/checks/check.ts";
import { PROOF, proofChecks } from "../../../functions/doctor/checks/proof.ts";
import { readingOf, toldSources, traces } from "../../core/verdict/told-sources.ts";
import { aReading } from "../../support/builders.ts";

const profile = { ...kymaTelemetry, name: "kyma-telemetry", flows: [traces] };
const WORST: readonly Check["was"][] = ["failed", "warning"];

/** The result of a proof, from its items. */
function resultOf(items: readonly Check[]): string {
  const worst = WORST.find((was) => items.some((item) => item.was === was));
  return worst === "failed" ? "unproven" : worst === "warning" ? "warming up" : "proven";
}

describe("the items of a proof", () => {
  test("are all ok exactly where the source is proven", () => {
    fc.assert(
      fc.property(toldSources, (source) => {
        const reading = readingOf(source);
        fc.pre(reading.was === "read");
        const items = proofChecks([profile], reading, () => true);
        expect(resultOf(items)).toBe(proveHealth(profile, traces, [reading]).was);
      }),
      { numRuns: 3_000 },
    );
  });

  test("have a remedy where they are not ok", () => {
    fc.assert(
      fc.property(toldSources, (source) => {
        const reading = readingOf(source);
        fc.pre(reading.was === "read");
        for (const item of proofChecks([profile], reading, () => true)) if (item.was !== "ok") expect(item.remedy).toMatch(/\w/);
      }),
    );
  });
});

const asked = { was: "asked", groups: [], ageMs: 3_600_000, skewMs: 0 } as const;

test("missing rules are a warning where no resource needs them", () => {
  const reading = aReading({ evidence: asked });
  const rules = (isUsed: boolean) => proofChecks([profile], reading, () => isUsed).find(({ check }) => check === "rules of TracePipeline");
  expect(rules(true)).toMatchObject({ was: "failed", message: expect.stringMatching(/^rules not loaded: /) });
  expect(rules(false)).toMatchObject({ was: "warning", message: expect.stringContaining("no resource needs them now") });
});

test("failing rules show the first of their errors", () => {
  const [first = "", second = ""] = traces.rows.map(({ alert }) => alert);
  const state = (alert: string) =>
    ({
      health: alert === first || alert === second ? "failing" : "ok",
      labels: {},
      ...(alert === second && { lastError: "many-to-many matching not allowed" }),
    }) as const;
  const rules = new Map([...traces.rows.map(({ alert }) => alert), "SomeOther"].map((alert) => [alert, [state(alert)]]));
  const group = { name: "g", file: "f", rules };
  const items = proofChecks([profile], aReading({ evidence: { ...asked, groups: [group] } }), () => true);
  expect(items.find(({ check }) => check === "rules of TracePipeline")?.message).toBe(
    `rules failing: ${first}, ${second}; ${second} says: many-to-many matching not allowed`,
  );
});

test.each([1, 2])("flows of one kind have names of their own, with %i profiles", (count) => {
  const profiles = ["kyma-telemetry", "v2"].slice(0, count).map((name) => ({ ...kymaTelemetry, name }));
  const items = proofChecks(profiles, aReading({ evidence: asked }), () => true);
  const names = items.map(({ check }) => check);
  expect(new Set(names).size).toBe(names.length);
});

test("a source whose rules API is forbidden fails with the permission as its remedy", () => {
  const items = proofChecks([profile], aReading({ evidence: { was: "unreadable", code: "forbidden" } }), () => true);
  expect(items.at(-1)).toMatchObject({ check: PROOF, was: "failed", remedy: expect.stringContaining("permission") });
});

test("a source with `proof: none` is ok", () => {
  expect(proofChecks([profile], aReading(), () => true).map(({ was }) => was)).toEqual(["ok", "ok"]);
});
