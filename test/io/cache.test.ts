// The one cache: what is asked for, how often, and what stands in for an answer that cannot be had.
import { beforeEach, describe, expect, test } from "vitest";
import { ConfigError, UpstreamError } from "../../functions/core/errors.ts";
import { type Cache, openCache } from "../../functions/io/cache.ts";

const TTL = 60;
const STALE = 900;
const LAST_GOOD = "answer 1";

let asked: number;
let failure: Error | undefined;
beforeEach(() => {
  [asked, failure] = [0, undefined];
});

const ask = async () => {
  const answer = `answer ${++asked}`;
  await undefined;
  if (failure !== undefined) throw failure;
  return answer;
};
const forTtl = (_: string, askedAtMs: number) => askedAtMs + TTL;
const down = () => new UpstreamError("unavailable", "it is down");
const read = (cache: Cache<string>, nowMs: number, key = "key") => cache.read(key, { nowMs }, ask);

describe("a cached value", () => {
  test("is asked for once by all that need it at one time", async () => {
    const cache = openCache({ untilMs: forTtl });
    expect(await Promise.all([1, 1, 2].map((nowMs) => read(cache, nowMs)))).toEqual(Array(3).fill(LAST_GOOD));
  });

  test("is used until its time is over, and asked for then", async () => {
    const cache = openCache({ untilMs: forTtl });
    expect([await read(cache, 0), await read(cache, TTL - 1), await read(cache, TTL)]).toEqual([LAST_GOOD, LAST_GOOD, "answer 2"]);
  });

  test("says itself how long it is good", async () => {
    const cache = openCache({ untilMs: (answer: string) => Number(answer.at(-1)) * 10 });
    expect([await read(cache, 0), await read(cache, 9), await read(cache, 10), await read(cache, 19)]).toEqual([
      LAST_GOOD,
      LAST_GOOD,
      "answer 2",
      "answer 2",
    ]);
  });

  test("that is good no more when it arrives is for those alone that asked meanwhile", async () => {
    const cache = openCache<string>({ untilMs: () => 0 });
    expect(await Promise.all([read(cache, 0), read(cache, 0)])).toEqual([LAST_GOOD, LAST_GOOD]);
    expect(await read(cache, 0)).toBe("answer 2");
  });

  test("counts only where it was asked for after the moment that is named, by the clock of that moment", async () => {
    const cache = openCache({ untilMs: forTtl });
    const readAt = (at: number, after: number) => cache.read("key", { nowMs: 0, at, after }, ask);
    expect(await readAt(5, Number.NEGATIVE_INFINITY)).toBe(LAST_GOOD);
    expect(await readAt(6, 4)).toBe(LAST_GOOD);
    expect(await readAt(7, 5)).toBe("answer 2");
  });

  test("under another key is another one", async () => {
    const cache = openCache({ untilMs: forTtl });
    expect([await read(cache, 0, "one"), await read(cache, 0, "two")]).toEqual([LAST_GOOD, "answer 2"]);
  });

  test("goes when there are too many, the oldest first", async () => {
    const cache = openCache({ max: 2, untilMs: forTtl });
    for (const key of ["one", "two", "three"]) await read(cache, 0, key);
    expect([await read(cache, 0, "two"), await read(cache, 0, "three"), await read(cache, 0, "one")]).toEqual([
      "answer 2",
      "answer 3",
      "answer 4",
    ]);
  });
});

test("what is good no more takes no place from what is", async () => {
  const cache = openCache({ max: 2, untilMs: (answer: string) => (answer === LAST_GOOD ? TTL : 0) });
  for (const key of ["kept", "one", "two"]) await read(cache, 0, key);
  expect(await read(cache, 0, "kept")).toBe(LAST_GOOD);
});

describe("a failure", () => {
  test("is told to all that wait, and kept for no one else", async () => {
    const cache = openCache({ untilMs: forTtl });
    failure = down();
    expect(await Promise.allSettled([read(cache, 0), read(cache, 0)])).toMatchObject(
      Array(2).fill({ status: "rejected", reason: failure }),
    );
    failure = undefined;
    expect(await read(cache, 0)).toBe("answer 2");
  });

  test("leaves nothing behind where it is thrown at once", async () => {
    const cache = openCache({ untilMs: forTtl });
    const fail = () => {
      throw down();
    };
    await expect(cache.read("key", { nowMs: 0 }, fail)).rejects.toMatchObject({ code: "unavailable" });
    expect(await read(cache, 0)).toBe(LAST_GOOD);
  });

  test("of an older asking takes nothing from a newer one", async () => {
    const cache = openCache({ untilMs: forTtl });
    const { promise, reject } = Promise.withResolvers<string>();
    const older = cache.read("key", { nowMs: 0 }, () => promise);
    expect(await cache.read("key", { nowMs: 0, at: 2, after: 1 }, ask)).toBe(LAST_GOOD);
    reject(down());
    await expect(older).rejects.toMatchObject({ code: "unavailable" });
    expect(await read(cache, 0)).toBe(LAST_GOOD);
  });
});

test("no value stands in for another where none may, not even when the time of day is set back", async () => {
  const cache = openCache({ untilMs: forTtl });
  await cache.read("key", { nowMs: TTL, at: 1 }, ask);
  failure = down();
  await expect(cache.read("key", { nowMs: 0, at: 3, after: 2 }, ask)).rejects.toBe(failure);
});

describe("the last good value", () => {
  let cache: Cache<string>;
  beforeEach(async () => {
    cache = openCache({ untilMs: forTtl, staleMs: STALE });
    await read(cache, 0);
  });

  test.each([down(), new ConfigError("it is no fleet")])("stands in for one that cannot be had: %s", async (why) => {
    failure = why;
    expect([await read(cache, TTL), await read(cache, STALE - 1)]).toEqual([LAST_GOOD, LAST_GOOD]);
    await expect(read(cache, STALE)).rejects.toBe(why);
  });

  test("is asked for again as often as a fresh one", async () => {
    failure = down();
    for (const nowMs of [TTL, 2 * TTL - 1]) await read(cache, nowMs);
    expect(asked).toBe(2);
    await read(cache, 2 * TTL);
    expect(asked).toBe(3);
  });

  test("gives way to the next one that can be had", async () => {
    failure = down();
    await read(cache, TTL);
    failure = undefined;
    expect(await read(cache, 2 * TTL)).toBe("answer 3");
  });

  test("stands in for no bug", async () => {
    failure = new TypeError("a bug");
    await expect(read(cache, TTL)).rejects.toBe(failure);
  });

  test("is shown to the next asking", async () => {
    expect(await cache.read("key", { nowMs: TTL }, async (last) => `not ${last}`)).toBe(`not ${LAST_GOOD}`);
  });
});
