import { keepNewest } from "../../core/bounded-map.ts";

/** Something that is good until a moment, in milliseconds since the epoch. */
export type Expiring<T> = { readonly value: T; readonly expiresAtMs: number };

/** Gives what is kept under the key, or asks for it: once for all who need it at one time. A failure is kept for nobody. */
type KeepUntilExpiry<T> = (key: string, now: number, ask: () => Promise<Expiring<T>>) => Promise<T>;

type Entry<T> = { readonly answer: Promise<Expiring<T>>; until: number };

// More than one of each for the largest fleet there is.
const MOST = 20_000;
const JITTER_MS = 60_000;

/** A store of what expires, under keys that say everything that tells two apart. The oldest go first. */
export function untilExpiry<T>(): KeepUntilExpiry<T> {
  const entries = new Map<string, Entry<T>>();

  function opened(key: string, answer: Promise<Expiring<T>>): Entry<T> {
    const entry: Entry<T> = { answer, until: Number.POSITIVE_INFINITY };
    keepNewest(entries, key, entry, MOST);
    const succeed = ({ expiresAtMs }: Expiring<T>) => {
      entry.until = expiresAtMs;
    };
    const fail = () => {
      if (entries.get(key) === entry) entries.delete(key);
    };
    answer.then(succeed, fail);
    return entry;
  }

  return async (key, now, ask) => {
    const known = entries.get(key);
    const { answer } = known !== undefined && now < known.until ? known : opened(key, ask());
    return (await answer).value;
  };
}

/** When to stop using what expires then: so much earlier, and not all that were given out at one time at once. */
export function shortlyBefore(expiresAtMs: number, marginMs: number): number {
  return expiresAtMs - marginMs - Math.random() * JITTER_MS;
}
