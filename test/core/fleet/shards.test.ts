// Holds sharding to completeness, and to spreading the clusters anew with each tick.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { MAX_SHARD_SIZE, selectForTick, shardsOf } from "../../../functions/core/fleet/shards.ts";
import { CLOSING_MS, worstCaseMs } from "../../../functions/core/limits.ts";
import { aCluster, aFleet } from "./fleet-documents.ts";

const fromZeroToOne = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const named = (count: number) => Array.from({ length: count }, (_, index) => `cluster-${index}`);

describe("shards", () => {
  test("hold every name once, and have one size, at most the given one, except for the last", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 120 }), fc.infiniteStream(fromZeroToOne), (count, max, random) => {
        const shards = shardsOf(named(count), max, () => random.next().value);
        expect(shards.flat().toSorted()).toEqual(named(count).toSorted());
        const size = Math.max(0, ...shards.map(({ length }) => length));
        expect(size).toBeLessThanOrEqual(max);
        expect(shards.slice(0, -1).every((shard) => shard.length === size)).toBe(true);
      }),
    );
  });

  test.each([
    { clusters: 1, shards: 1, why: "each is alone" },
    { clusters: 5, shards: 5, why: "each is alone" },
    { clusters: 40, shards: 8, why: "five clusters share a shard" },
    { clusters: 200, shards: 8, why: "25 clusters share a shard" },
    { clusters: 10_000, shards: 50, why: "the given size is the limit" },
  ])("of $clusters clusters there are $shards: $why", ({ clusters, shards }) => {
    expect(shardsOf(named(clusters), 200, Math.random)).toHaveLength(shards);
  });

  test("are mixed without favor: of sixteen names, each two share a shard in about one of fifteen ticks", () => {
    const ticks = 3_000;
    const random = randomFrom(1);
    const together = new Map<string, number>();
    for (let tick = 0; tick < ticks; tick++)
      for (const shard of shardsOf(named(16), 200, random)) {
        const pair = shard.toSorted().join(" ");
        together.set(pair, (together.get(pair) ?? 0) + 1);
      }
    expect(together.size).toBe((16 * 15) / 2);
    const shares = [...together.values()].map((count) => count / ticks);
    expect(Math.min(...shares)).toBeGreaterThan(0.75 / 15);
    expect(Math.max(...shares)).toBeLessThan(1.25 / 15);
  });

  test("leave the given names unchanged", () => {
    const names = named(10);
    shardsOf(names, 3, () => 0);
    expect(names).toEqual(named(10));
  });

  test("of the largest size, with the longest names, make an event of less than a third of 256 KB", () => {
    const longest = Array.from({ length: MAX_SHARD_SIZE }, () => "n".repeat(63));
    const [shard] = shardsOf(longest, MAX_SHARD_SIZE, Math.random);
    expect(JSON.stringify({ clusters: shard, cause: "schedule", at: new Date().toISOString() }).length).toBeLessThan(262_144 / 3);
  });
});

test("a shard of the default size without any answer is done within a minute", () => {
  expect(worstCaseMs(200)).toBeLessThan(60_000);
});

test.each([
  { clusters: 0, ms: 6_000 },
  { clusters: 96, ms: 19_750 },
  { clusters: 97, ms: 33_500 },
  { clusters: 200, ms: 47_250 },
])("a shard of $clusters clusters is done after $ms ms in the worst case", ({ clusters, ms }) => {
  expect(worstCaseMs(clusters)).toBe(ms);
});

test.each([
  { more: "a cluster", from: 1, to: 2, grows: false },
  { more: "as many clusters as run at one time", from: 96, to: 192, grows: true },
])("for $more more, the worst case grows: $grows", ({ from, to, grows }) => {
  expect(worstCaseMs(to) > worstCaseMs(from)).toBe(grows);
});

test("an empty shard takes the time of closing only", () => {
  expect(worstCaseMs(0)).toBe(CLOSING_MS);
});

describe("a tick selects", () => {
  const fleet = parseFleet(
    aFleet(
      aCluster({ name: "right" }),
      aCluster({ name: "asleep", paused: true }),
      aCluster({ name: "wrong", mode: "loud" }),
      aCluster({ name: "right", mode: "observe" }),
      aCluster({ name: "Not A Name" }),
      aCluster({ name: undefined }),
    ),
  );

  test("every cluster that is not paused, and every wrong entry with a valid name, once", () => {
    expect(selectForTick(fleet)).toMatchObject({ names: ["right", "wrong"], paused: 1 });
  });

  test("no entry without a valid name, and reports it at once", () => {
    expect(selectForTick(fleet).nameless.map(({ name }) => name)).toEqual(["Not A Name", "(unnamed)"]);
  });
});

/** The same numbers from 0 to 1 each time: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
