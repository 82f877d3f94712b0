import type { Clock } from "./core/time.ts";

/** The clocks of this process, which reach everything else as an argument. */
export const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
