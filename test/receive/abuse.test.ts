// Attacks the receiver with arbitrary requests, because anyone can reach its URL.

import { expect, test } from "vitest";
import { attack } from "../tools/fuzz/property.ts";

const NUM_RUNS = 2_000;

test("the receiver answers no request with a 5xx, another cluster's event, an unbounded body or an echo", async () => {
  const { statuses, events } = await attack({ seed: 20_260_101, numRuns: NUM_RUNS });
  // The attack is of use only where it reaches every answer.
  expect([...statuses.keys()].toSorted()).toEqual([200, 202, 400, 401, 404, 405, 413, 415]);
  expect(events).toBeGreaterThan(NUM_RUNS / 50);
});
