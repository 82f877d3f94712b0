import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { CLOSING_MS, MAX_STARTED, worstCaseMs } from "../../functions/core/limits.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { aCluster, aFleet } from "../core/fleet/fleet-documents.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const silent = () => new Promise<never>(() => undefined);
const fleetOf = (count: number) =>
  parseFleet(aFleet(...Array.from({ length: count }, (_, index) => aCluster({ name: `cluster-${index}` }))));

test("a cluster whose login never comes has an outcome all the same", async () => {
  const run = reconcileFleet(fleetOf(1), { connect: silent });
  await vi.advanceTimersByTimeAsync(worstCaseMs(1) - CLOSING_MS);
  expect(await run).toEqual([expect.objectContaining({ cluster: "cluster-0", was: "unreachable", code: "timeout" })]);
});

test.each([1, MAX_STARTED, MAX_STARTED + 1, 200])("a shard of %i that all keep silent is over within its worst case", async (count) => {
  let outcomes = 0;
  const onOutcome = () => {
    outcomes++;
  };
  void reconcileFleet(fleetOf(count), { connect: silent, onOutcome });
  await vi.advanceTimersByTimeAsync(worstCaseMs(count) - CLOSING_MS);
  expect(outcomes).toBe(count);
});
