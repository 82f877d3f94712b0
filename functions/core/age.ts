// How long ago something was, as kubectl prints an age.

import { parseTimeMs } from "./time.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** `45s`, `12m`, `3h5m`, `5d`: from one time to another, both RFC 3339. */
export function ageText(from: string, to: string): string {
  return spanText(parseTimeMs(to) - parseTimeMs(from));
}

/** Milliseconds as an age. */
export function spanText(ms: number): string {
  if (Number.isNaN(ms)) return "-";
  if (ms < 2 * MINUTE_MS) return `${Math.max(0, Math.floor(ms / SECOND_MS))}s`;
  if (ms < 2 * HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)}h${minutesText(ms)}`;
  return `${Math.floor(ms / DAY_MS)}d`;
}

function minutesText(ms: number): string {
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  return minutes === 0 ? "" : `${minutes}m`;
}
