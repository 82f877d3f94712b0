// Builds clocks with the time that a test needs.

import { clock } from "../../functions/clock.ts";
import type { Clock } from "../../functions/core/time.ts";

/** The clocks of this process with another time of day, in milliseconds since the epoch. */
export function clockAt(nowMs: () => number): Clock {
  return { ...clock, nowMs };
}

/** The clocks of this process as they will be after so many milliseconds. */
export function clockAhead(ms: () => number): Clock {
  return { nowMs: () => clock.nowMs() + ms(), monotonicMs: () => clock.monotonicMs() + ms() };
}
