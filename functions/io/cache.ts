// The one cache for answers of other systems: logins, alerts, proofs and the fleet expire by the same rules.

import { keepNewest } from "../core/bounded-map.ts";
import { ConfigError, UpstreamError } from "../core/errors.ts";

/** Values that requests to other systems return, kept for a while; a caller is correct without it. */
export type Cache<T> = {
  /** The value of the key, or the result of `fetch`: one call serves all concurrent readers, and failures are not kept. `last` is the previous value. */
  read(key: string, moment: Moment, fetch: (last?: T) => Promise<T>): Promise<T>;
  /** Whether a value of the key was read before, however old it is. */
  has(key: string): boolean;
  forget(key: string): void;
};

/** When a value is needed, and how fresh it must be. */
export type Moment = {
  /** Wall-clock time in milliseconds since the epoch, which continues while a function is frozen. */
  readonly nowMs: number;
  /** The same moment by the clock of `after`; by default wall-clock time. */
  readonly at?: number;
  /** A value counts only where its request began after this moment. */
  readonly after?: number;
};

type Settings<T> = {
  /** Maximum number of values; the oldest is evicted first. */
  readonly max?: number;
  /** The expiry of a value, in milliseconds since the epoch; a value that is expired on arrival serves only the readers that wait for it. */
  readonly untilMs: (value: T, fetchedAtMs: number) => number;
  /** How long after its request a value replaces newer ones whose requests fail. */
  readonly staleMs?: number;
};

type State<T> = { readonly fetchedAt: number; untilMs: number; last?: { readonly value: T; readonly fetchedAtMs: number } };
type Entry<T> = { readonly state: State<T>; readonly value: Promise<T> };

// More than one value for each cluster of the largest fleet.
const MAX_ENTRIES = 20_000;
const JITTER_MS = 60_000;

/** An empty cache; a key must contain everything that distinguishes two values. */
export function openCache<T>({ max = MAX_ENTRIES, untilMs, staleMs = 0 }: Settings<T>): Cache<T> {
  const entries = new Map<string, Entry<T>>();

  function settle(key: string, state: State<T>, until: number, nowMs: number): void {
    state.untilMs = until;
    if (until <= nowMs && entries.get(key)?.state === state) entries.delete(key);
  }

  async function refresh(key: string, state: State<T>, nowMs: number, fetch: (last?: T) => Promise<T>): Promise<T> {
    const { last } = state;
    try {
      const value = await fetch(last?.value);
      if (staleMs > 0) state.last = { value, fetchedAtMs: nowMs };
      settle(key, state, untilMs(value, nowMs), nowMs);
      return value;
    } catch (error) {
      const staleUntilMs = last === undefined || isBug(error) ? nowMs : last.fetchedAtMs + staleMs;
      if (last !== undefined && nowMs < staleUntilMs) {
        settle(key, state, Math.min(untilMs(last.value, nowMs), staleUntilMs), nowMs);
        return last.value;
      }
      settle(key, state, nowMs, nowMs);
      throw error;
    }
  }

  return {
    has: (key) => entries.has(key),
    forget: (key) => void entries.delete(key),
    read(key, { nowMs, at = nowMs, after = Number.NEGATIVE_INFINITY }, fetch) {
      const current = entries.get(key);
      if (current !== undefined && nowMs < current.state.untilMs && current.state.fetchedAt > after) return current.value;
      const state: State<T> = { fetchedAt: at, untilMs: Number.POSITIVE_INFINITY, last: current?.state.last };
      const entry = { state, value: refresh(key, state, nowMs, fetch) };
      keepNewest(entries, key, entry, max);
      return entry.value;
    },
  };
}

/** When to stop using a credential: `marginMs` before it expires, with jitter, so that those minted together are not renewed together. */
export function shortlyBefore(expiresAtMs: number, marginMs: number): number {
  return expiresAtMs - marginMs - Math.random() * JITTER_MS;
}

function isBug(error: unknown): boolean {
  return !(error instanceof UpstreamError || error instanceof ConfigError);
}
