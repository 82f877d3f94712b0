// An answer that many clusters need is asked for once at a time: clusters that each need a newer one than the last share the next.

import { type Moment, openCache } from "../io/cache.ts";

/** The answer of a key that is asked for after `after`; `now` is the moment of the call, and what is asked for next. */
export type SharedAnswers<T> = (
  key: string,
  now: () => Moment & { readonly at: number; readonly after: number },
  ask: () => Promise<T>,
) => Promise<T>;

type UnderWay<T> = { readonly at: number; readonly answer: Promise<T> };

/** No answers yet; `untilMs` as in a cache. */
export function openSharedAnswers<T>(untilMs: (value: T, fetchedAtMs: number) => number): SharedAnswers<T> {
  const answers = openCache<T>({ untilMs });
  const underWay = new Map<string, UnderWay<T>>();

  function begin(key: string, at: number, ask: () => Promise<T>): Promise<T> {
    const one = { at, answer: ask().finally(() => underWay.get(key) === one && underWay.delete(key)) };
    underWay.set(key, one);
    return one.answer;
  }

  return async (key, now, ask) => {
    const current = underWay.get(key);
    // It was asked for too early. The first reader that has waited for its end asks again, and the others share that.
    if (current !== undefined && current.at <= now().after) await current.answer;
    const moment = now();
    return answers.read(key, moment, () => begin(key, moment.at, ask));
  };
}
