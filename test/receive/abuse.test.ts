import { expect, test } from "vitest";
import { attack } from "../tools/fuzz/property.ts";

const NUM_RUNS = 2_000;

test("whatever is sent: never a 5xx, never another's cluster, never without bound, never an echo", async () => {
  const { statuses, events } = await attack({ seed: 20_260_101, numRuns: NUM_RUNS });
  // So that it tries every way there is.
  expect([...statuses.keys()].toSorted()).toEqual([200, 202, 400, 401, 404, 405, 413, 415]);
  expect(events).toBeGreaterThan(NUM_RUNS / 50);
});
