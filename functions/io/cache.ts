// The one cache: what other systems answer is kept under one policy, whatever it is.
import { keepNewest } from "../core/bounded-map.ts";
import { ConfigError, UpstreamError } from "../core/errors.ts";

/** What is asked of other systems again and again, kept for a while: it may only save work. */
export type Cache<T> = {
  /** What is kept under the key, or else what `ask` answers: asked once for all that need it at one time, and no failure is kept. `last` is what an earlier asking gave. */
  read(key: string, moment: Moment, ask: (last?: T) => Promise<T>): Promise<T>;
};

/** When a value is needed, and how fresh it has to be. */
export type Moment = {
  /** The time of day, in milliseconds since the epoch: it goes on while a function is frozen. */
  readonly nowMs: number;
  /** The same moment by the clock that `after` is read from; the time of day where nothing else is given. */
  readonly at?: number;
  /** What is kept counts only where it was asked for after this moment. */
  readonly after?: number;
};

type Settings<T> = {
  /** Values kept; the oldest goes first. */
  readonly max?: number;
  /** Until when a value is good, in milliseconds since the epoch; one that is good no more when it arrives is kept for nobody else. */
  readonly untilMs: (value: T, askedAtMs: number) => number;
  /** How long after it was asked for a value stands in for newer ones that cannot be had. */
  readonly staleMs?: number;
};

type State<T> = { readonly askedAt: number; untilMs: number; good?: { readonly value: T; readonly askedAtMs: number } };
type Entry<T> = { readonly state: State<T>; readonly answer: Promise<T> };

// More than one of each for the largest fleet there is.
const MOST = 20_000;
const JITTER_MS = 60_000;

/** An empty cache, under keys that say everything that tells two values apart. */
export function openCache<T>({ max = MOST, untilMs, staleMs = 0 }: Settings<T>): Cache<T> {
  const entries = new Map<string, Entry<T>>();

  function settle(key: string, state: State<T>, until: number, nowMs: number): void {
    state.untilMs = until;
    if (until <= nowMs && entries.get(key)?.state === state) entries.delete(key);
  }

  async function answer(key: string, state: State<T>, nowMs: number, ask: (last?: T) => Promise<T>): Promise<T> {
    const last = state.good;
    try {
      const value = await ask(last?.value);
      if (staleMs > 0) state.good = { value, askedAtMs: nowMs };
      settle(key, state, untilMs(value, nowMs), nowMs);
      return value;
    } catch (error) {
      const standsInUntilMs = last === undefined || isBug(error) ? nowMs : last.askedAtMs + staleMs;
      if (last !== undefined && nowMs < standsInUntilMs) {
        settle(key, state, Math.min(untilMs(last.value, nowMs), standsInUntilMs), nowMs);
        return last.value;
      }
      settle(key, state, nowMs, nowMs);
      throw error;
    }
  }

  return {
    read(key, { nowMs, at = nowMs, after = Number.NEGATIVE_INFINITY }, ask) {
      const kept = entries.get(key);
      if (kept !== undefined && nowMs < kept.state.untilMs && kept.state.askedAt > after) return kept.answer;
      const state: State<T> = { askedAt: at, untilMs: Number.POSITIVE_INFINITY, good: kept?.state.good };
      const entry = { state, answer: answer(key, state, nowMs, ask) };
      keepNewest(entries, key, entry, max);
      return entry.answer;
    },
  };
}

/** When to stop using what expires then: so much earlier, and not all that were given out at one time at once. */
export function shortlyBefore(expiresAtMs: number, marginMs: number): number {
  return expiresAtMs - marginMs - Math.random() * JITTER_MS;
}

function isBug(error: unknown): boolean {
  return !(error instanceof UpstreamError || error instanceof ConfigError);
}
