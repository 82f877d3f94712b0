// A slow table costs a tick that ends early nothing; it must not make a late one fail, nor keep pushes waiting.

import { expect, test } from "vitest";
import { statePatience } from "../../functions/reconcile/state.ts";

const runs = [
  { run: "a tick that ends early waits three times as long", isTick: true, leftMs: 4_000, times: 3 },
  { run: "a tick that ends late waits as long as is reserved", isTick: true, leftMs: 3_999, times: 1 },
  { run: "a tick that ends too late waits as long as is reserved", isTick: true, leftMs: -3_000, times: 1 },
  { run: "a push waits as long as is reserved", isTick: false, leftMs: 60_000, times: 1 },
];

test.each(runs)("$run", ({ isTick, leftMs, times }) => {
  expect(statePatience(isTick, leftMs)).toBe(times);
});
