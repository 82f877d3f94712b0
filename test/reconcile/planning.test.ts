// Holds planning to giving way to other clusters, to its deadline, and to the number of writes of a pass.

import { describe, expect, test } from "vitest";
import type { Resource } from "../../functions/core/kubernetes/resource.ts";
import { MAX_PATCHES, SLICE_MS } from "../../functions/core/limits.ts";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { type Planner, planWith } from "../../functions/core/verdict/plan.ts";
import { type Decision, isPlan, planAll, withinBudget } from "../../functions/reconcile/planning.ts";
import { aReading, aResource, inMode, knowing } from "../support/builders.ts";

const plan: Planner = planWith([inMode("own", kymaTelemetry)], knowing(aReading()), () => "2026-01-01T00:00:00Z");
const some = (count: number): readonly Resource[] => Array.from({ length: count }, (_, index) => aResource({ name: `name-${index}` }));

// Each look at it takes a millisecond.
function aClock() {
  let ms = 0;
  return { nowMs: () => ms, monotonicMs: () => ms++ };
}

const codes = (decisions: readonly Decision[]) =>
  decisions.map((decision) => (isPlan(decision) ? "plan" : decision.map((one) => "code" in one && one.code)[0]));

describe("planning", () => {
  test("lets others take their turn every few milliseconds", async () => {
    let turns = 0;
    let isDone = false;
    const takeTurn = () => {
      turns++;
      if (!isDone) setImmediate(takeTurn);
    };
    setImmediate(takeTurn);
    await planAll(some(1_000), plan, { clock: aClock(), deadline: Number.POSITIVE_INFINITY });
    isDone = true;
    expect(turns).toBeGreaterThanOrEqual(1_000 / (2 * SLICE_MS));
  });

  test("of few resources waits for nothing", async () => {
    let isOver = false;
    void planAll(some(3), plan, { clock: aClock(), deadline: 1_000 }).then(() => {
      isOver = true;
    });
    await Promise.resolve();
    await Promise.resolve();
    expect(isOver).toBe(true);
  });

  test("ends at the deadline, and what is not judged by then is refused as such", async () => {
    const decisions = await planAll(some(1_000), plan, { clock: aClock(), deadline: 100 });
    expect(decisions).toHaveLength(1_000);
    const late = codes(decisions).indexOf("out-of-time");
    expect(late).toBeGreaterThan(50);
    expect(late).toBeLessThan(150);
    expect(new Set(codes(decisions).slice(late))).toEqual(new Set(["out-of-time"]));
  });
});

describe("a pass with more to write than its budget", () => {
  const count = MAX_PATCHES * 2 + 100;
  const decisions: readonly Decision[] = [[], ...some(count).map(plan), []];

  test("writes as many as it may, and refuses the others as postponed", () => {
    const told = codes(withinBudget(decisions, 0));
    expect(told.filter((code) => code === "plan")).toHaveLength(MAX_PATCHES);
    expect(told.filter((code) => code === "postponed")).toHaveLength(count - MAX_PATCHES);
  });

  test("gives each its turn, though none that is written succeeds", () => {
    const written = new Set<number>();
    for (let turn = 7; turn < 10; turn++) {
      for (const [index, decision] of withinBudget(decisions, turn).entries()) if (isPlan(decision)) written.add(index);
    }
    expect(written.size).toBe(count);
  });

  test("within its budget writes everything", () => {
    const few = some(MAX_PATCHES).map(plan);
    expect(withinBudget(few, 3)).toBe(few);
  });
});
