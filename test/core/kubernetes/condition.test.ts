import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSameStatusAndReason, withCondition } from "../../../functions/core/kubernetes/condition.ts";

const NOW = "2026-06-01T00:00:00Z";
const LONG_AGO = "2020-01-01T00:00:00Z";
const TYPE = "TelemetryFlowHealthy";

const told = { status: "True", reason: "FlowHealthy", message: "All is well." } as const;
const standing = { type: TYPE, ...told, observedGeneration: 1, lastTransitionTime: LONG_AGO };
const foreign = { type: "GatewayHealthy", status: "True", reason: "GatewayReady", message: "", weight: 1 };
const set = (
  conditions: readonly unknown[],
  what: Partial<{ status: "True" | "False" | "Unknown"; reason: string; message: string }> = {},
) => withCondition(conditions, TYPE, { ...told, ...what }, 1, NOW);

describe("the list stays the very same array", () => {
  test("where status, reason and generation already say so", () => {
    const conditions = [foreign, standing];
    expect(set(conditions)).toBe(conditions);
  });

  test("where only the wording differs", () => {
    const conditions = [foreign, standing];
    expect(set(conditions, { message: "Everything is well." })).toBe(conditions);
  });
});

describe("a new entry", () => {
  test("stands at the end of a list that had none", () => {
    expect(set([foreign])).toEqual([foreign, { ...standing, lastTransitionTime: NOW }]);
    expect(set([])).toEqual([{ ...standing, lastTransitionTime: NOW }]);
  });

  test("carries the API server's fields and no other", () => {
    const wide = { ...told, because: ["an alert"] };
    expect(withCondition([], TYPE, wide, 1, NOW)).toEqual([{ ...standing, lastTransitionTime: NOW }]);
  });

  test("leaves the generation out where the object has none", () => {
    const [entry] = withCondition([], TYPE, told, undefined, NOW);
    expect(entry).toEqual({ type: TYPE, ...told, lastTransitionTime: NOW });
    expect(withCondition([entry], TYPE, told, undefined, NOW)).toEqual([entry]);
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

  test("stays where only the observed generation is new", () => {
    expect(withCondition([standing], TYPE, told, 2, NOW)).toEqual([{ ...standing, observedGeneration: 2 }]);
  });

  test("is given to an entry that lacked it", () => {
    const { lastTransitionTime: _, ...timeless } = standing;
    expect(set([timeless], { reason: "Other" })).toEqual([{ ...standing, reason: "Other", lastTransitionTime: NOW }]);
  });
});

test("a new wording comes with the next change of substance", () => {
  expect(withCondition([standing], TYPE, { ...told, message: "Everything is well." }, 2, NOW)).toMatchObject([
    { message: "Everything is well." },
  ]);
});

test("an entry of ours that is no condition is replaced where it is", () => {
  expect(set([{ type: TYPE }, foreign])).toEqual([{ ...standing, lastTransitionTime: NOW }, foreign]);
});

test("two conditions say the same with the same status and reason", () => {
  expect(isSameStatusAndReason(standing, told)).toBe(true);
  expect(isSameStatusAndReason(standing, { ...told, status: "False" })).toBe(false);
  expect(isSameStatusAndReason(standing, { ...told, reason: "Other" })).toBe(false);
  expect(isSameStatusAndReason(undefined, told)).toBe(false);
});

describe("for every list and verdict", () => {
  const foreigners = fc.oneof(
    fc.constantFrom(null, "text", 7, []),
    fc.record({ type: fc.constantFrom("GatewayHealthy", "AgentHealthy", `alertstatus.io/${TYPE}`), status: fc.string(), more: fc.json() }),
    fc.object(),
  );
  const ours = fc.record({
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
    .record({ before: fc.array(foreigners), own: fc.option(ours, { nil: undefined }), after: fc.array(foreigners) })
    .map(({ before, own, after }) => [...before, ...(own === undefined ? [] : [own]), ...after]);
  const generations = fc.constantFrom(1, 2, undefined);

  test("setting it twice gives the identical array", () => {
    fc.assert(
      fc.property(lists, verdicts, generations, (conditions, verdict, generation) => {
        const once = withCondition(conditions, TYPE, verdict, generation, NOW);
        expect(withCondition(once, TYPE, verdict, generation, "2027-01-01T00:00:00Z")).toBe(once);
      }),
    );
  });

  test("foreign entries are the same objects in the same places", () => {
    fc.assert(
      fc.property(lists, verdicts, generations, (conditions, verdict, generation) => {
        const after = withCondition(conditions, TYPE, verdict, generation, NOW);
        const at = conditions.findIndex(isOurs);
        expect(after.length).toBe(at === -1 ? conditions.length + 1 : conditions.length);
        for (const [index, condition] of conditions.entries()) if (index !== at) expect(after[index]).toBe(condition);
        expect(after.filter(isOurs)).toHaveLength(1);
      }),
    );
  });

  test("the given list is never changed", () => {
    fc.assert(
      fc.property(lists, verdicts, generations, (conditions, verdict, generation) => {
        const copy = structuredClone(conditions);
        withCondition(Object.freeze(conditions), TYPE, verdict, generation, NOW);
        expect(conditions).toEqual(copy);
      }),
    );
  });
});

function isOurs(condition: unknown): boolean {
  return typeof condition === "object" && condition !== null && "type" in condition && condition.type === TYPE;
}
