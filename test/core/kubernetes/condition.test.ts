// Holds the setting of a condition to idempotence, and to leaving foreign conditions alone.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSameStatusAndReason, withCondition } from "../../../functions/core/kubernetes/condition.ts";

const NOW = "2026-06-01T00:00:00Z";
const LONG_AGO = "2020-01-01T00:00:00Z";
const TYPE = "TelemetryFlowHealthy";

const desired = { status: "True", reason: "FlowHealthy", message: "All is well." } as const;
const standing = { type: TYPE, ...desired, observedGeneration: 1, lastTransitionTime: LONG_AGO };
const foreign = { type: "GatewayHealthy", status: "True", reason: "GatewayReady", message: "", weight: 1 };
const set = (
  conditions: readonly unknown[],
  what: Partial<{ status: "True" | "False" | "Unknown"; reason: string; message: string }> = {},
) => withCondition(conditions, TYPE, { ...desired, ...what }, 1, NOW);

describe("withCondition returns the very same array", () => {
  test("where status, reason and generation already agree", () => {
    const conditions = [foreign, standing];
    expect(set(conditions)).toBe(conditions);
  });

  test("where only the message differs", () => {
    const conditions = [foreign, standing];
    expect(set(conditions, { message: "Everything is well." })).toBe(conditions);
  });
});

describe("a new entry", () => {
  test("is appended to a list without one", () => {
    expect(set([foreign])).toEqual([foreign, { ...standing, lastTransitionTime: NOW }]);
    expect(set([])).toEqual([{ ...standing, lastTransitionTime: NOW }]);
  });

  test("has the fields of metav1.Condition and no others", () => {
    const wide = { ...desired, because: ["an alert"] };
    expect(withCondition([], TYPE, wide, 1, NOW)).toEqual([{ ...standing, lastTransitionTime: NOW }]);
  });

  test("has no observed generation where the object has no generation", () => {
    const [entry] = withCondition([], TYPE, desired, undefined, NOW);
    expect(entry).toEqual({ type: TYPE, ...desired, lastTransitionTime: NOW });
    expect(withCondition([entry], TYPE, desired, undefined, NOW)).toEqual([entry]);
  });
});

describe("lastTransitionTime", () => {
  test.each([
    { change: "another status", what: { status: "False" }, time: NOW },
    { change: "another status and reason", what: { status: "Unknown", reason: "Other" }, time: NOW },
    { change: "another reason", what: { reason: "Other" }, time: LONG_AGO },
  ] as const)("after $change is $time", ({ what, time }) => {
    expect(set([standing], what)).toEqual([{ ...standing, ...what, lastTransitionTime: time }]);
  });

  test("does not change where only the observed generation is new", () => {
    expect(withCondition([standing], TYPE, desired, 2, NOW)).toEqual([{ ...standing, observedGeneration: 2 }]);
  });

  test("is added to an entry that lacks it", () => {
    const { lastTransitionTime: _, ...timeless } = standing;
    expect(set([timeless], { reason: "Other" })).toEqual([{ ...standing, reason: "Other", lastTransitionTime: NOW }]);
  });
});

test("a new message is written with the next change of status, reason or generation", () => {
  expect(withCondition([standing], TYPE, { ...desired, message: "Everything is well." }, 2, NOW)).toMatchObject([
    { message: "Everything is well." },
  ]);
});

test("a malformed entry of the own type is replaced in its place", () => {
  expect(set([{ type: TYPE }, foreign])).toEqual([{ ...standing, lastTransitionTime: NOW }, foreign]);
});

describe("a further entry of the own type", () => {
  const stale = { ...standing, status: "False", reason: "Other" };

  test("is taken out, whatever it says, and foreign entries keep their order", () => {
    const other = { ...foreign, type: "AgentHealthy" };
    expect(set([foreign, standing, other, stale, standing])).toEqual([foreign, { ...standing, lastTransitionTime: LONG_AGO }, other]);
  });

  test("is taken out of a list without a usable first entry", () => {
    expect(set([{ type: TYPE }, stale])).toEqual([{ ...standing, lastTransitionTime: NOW }]);
  });
});

test("isSameStatusAndReason compares status and reason only", () => {
  expect(isSameStatusAndReason(standing, desired)).toBe(true);
  expect(isSameStatusAndReason(standing, { ...desired, status: "False" })).toBe(false);
  expect(isSameStatusAndReason(standing, { ...desired, reason: "Other" })).toBe(false);
  expect(isSameStatusAndReason(undefined, desired)).toBe(false);
});

describe("for every list and verdict", () => {
  const foreignEntries = fc.oneof(
    fc.constantFrom(null, "text", 7, []),
    fc.record({ type: fc.constantFrom("GatewayHealthy", "AgentHealthy", `alertstatus.io/${TYPE}`), status: fc.string(), more: fc.json() }),
    fc.object(),
  );
  const ownConditions = fc.record({
    type: fc.constant(TYPE),
    status: fc.constantFrom("True", "False", "Unknown"),
    reason: fc.constantFrom("FlowHealthy", "GatewayThrottling"),
    message: fc.string(),
    observedGeneration: fc.constantFrom(1, 2),
    lastTransitionTime: fc.constant(LONG_AGO),
  });
  const verdicts = fc.record({
    status: fc.constantFrom("True", "False", "Unknown"),
    reason: fc.constantFrom("FlowHealthy", "GatewayThrottling"),
    message: fc.string(),
  });
  const lists = fc
    .record({ before: fc.array(foreignEntries), own: fc.option(ownConditions, { nil: undefined }), after: fc.array(foreignEntries) })
    .map(({ before, own, after }) => [...before, ...(own === undefined ? [] : [own]), ...after]);
  const generations = fc.constantFrom(1, 2, undefined);

  test("setting the condition twice gives the identical array", () => {
    fc.assert(
      fc.property(lists, verdicts, generations, (conditions, verdict, generation) => {
        const once = withCondition(conditions, TYPE, verdict, generation, NOW);
        expect(withCondition(once, TYPE, verdict, generation, "2027-01-01T00:00:00Z")).toBe(once);
      }),
    );
  });

  test("foreign entries stay the same objects in the same places", () => {
    fc.assert(
      fc.property(lists, verdicts, generations, (conditions, verdict, generation) => {
        const after = withCondition(conditions, TYPE, verdict, generation, NOW);
        const at = conditions.findIndex(isOwn);
        expect(after.length).toBe(at === -1 ? conditions.length + 1 : conditions.length);
        for (const [index, condition] of conditions.entries()) if (index !== at) expect(after[index]).toBe(condition);
        expect(after.filter(isOwn)).toHaveLength(1);
      }),
    );
  });

  test("the given list is not modified", () => {
    fc.assert(
      fc.property(lists, verdicts, generations, (conditions, verdict, generation) => {
        const copy = structuredClone(conditions);
        withCondition(Object.freeze(conditions), TYPE, verdict, generation, NOW);
        expect(conditions).toEqual(copy);
      }),
    );
  });
});

function isOwn(condition: unknown): boolean {
  return typeof condition === "object" && condition !== null && "type" in condition && condition.type === TYPE;
}

test("a condition of a resource without a generation has no observed one", () => {
  const [condition] = withCondition([], TYPE, desired, undefined, NOW);
  expect(Object.keys(Object(condition))).toEqual(["type", "status", "lastTransitionTime", "reason", "message"]);
});
