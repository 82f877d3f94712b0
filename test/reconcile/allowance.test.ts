// Holds what a cluster publishes to a number a minute, however many passes there are.

import { expect, test } from "vitest";
import { MAX_TRANSITIONS } from "../../functions/core/limits.ts";
import { takeAllowance } from "../../functions/reconcile/allowance.ts";

test("a cluster publishes a hundred transitions a minute, and no other has fewer for that", () => {
  const allowances = new Map();
  const take = (cluster: string, wanted: number, nowMs: number) => takeAllowance(allowances, cluster, wanted, nowMs);
  expect([take("loud", 70, 0), take("loud", 70, 1_000), take("loud", 70, 59_999)]).toEqual([70, MAX_TRANSITIONS - 70, 0]);
  expect(take("quiet", 5, 2_000)).toBe(5);
  expect(take("loud", 70, 60_000)).toBe(70);
});
