/** The clocks of a process, as those that need the time are given them. */
export type Clock = {
  /** The time of day, in milliseconds since the epoch: it goes on while a function is frozen, and may be set. */
  nowMs(): number;
  /** Milliseconds since some moment: this clock is never set, and stands still while a function is frozen. */
  monotonicMs(): number;
};

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** How Prometheus writes a duration: `30s`, `2h30m`. */
export const DURATION = /^([0-9]+(ms|[smhdwy]))+$/;

/** A duration as Prometheus writes it (`2h30m`) in milliseconds; NaN where it is none. */
export function parseDurationMs(text: string): number {
  if (!DURATION.test(text)) return Number.NaN;
  return [...text.matchAll(/([0-9]+)(ms|[smhdwy])/g)].reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0);
}

/** Milliseconds in the largest unit that says them without a fraction: `90s`, `6m`. */
export function durationText(ms: number): string {
  const [unit, unitMs] = Object.entries(UNITS_MS).findLast(([, candidateMs]) => ms >= candidateMs && ms % candidateMs === 0) ?? ["ms", 1];
  return `${ms / unitMs}${unit}`;
}

/** RFC 3339, to the nanosecond if need be, in milliseconds since the epoch; NaN where it is none. */
export function parseTimeMs(text: unknown): number {
  // biome-ignore lint/style/noRestrictedGlobals: this reads a text, not the clock
  return typeof text === "string" ? Date.parse(text) : Number.NaN;
}

/** A time of day, in milliseconds since the epoch, as the API server writes it: RFC 3339 with seconds. */
export function timeText(ms: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: this writes a text, it does not read the clock
  return `${new Date(ms).toISOString().slice(0, "2026-01-01T00:00:00".length)}Z`;
}
