// Holds sharding to completeness, and to leaving each cluster in its shard from tick to tick.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { hash, MAX_SHARD_SIZE, selectForTick, shardId, shardsOf } from "../../../functions/core/fleet/shards.ts";
import { CLOSING_MS, worstCaseMs } from "../../../functions/core/limits.ts";
import { aCluster, aFleet } from "./fleet-documents.ts";

const named = (count: number) => Array.from({ length: count }, (_, index) => `cluster-${index}`);
/** How many of the names that stay change their shard. */
function moved(before: readonly string[], after: readonly string[], max: number): number {
  const places = (names: readonly string[]) => new Map(shardsOf(names, max).flatMap((shard, place) => shard.map((name) => [name, place])));
  const now = places(after);
  return [...places(before)].filter(([name, place]) => now.has(name) && now.get(name) !== place).length;
}

describe("shards", () => {
  test("hold every name once, in as few shards of at most the given size as can be", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 120 }), (count, max) => {
        const shards = shardsOf(named(count), max);
        expect(shards.flat().toSorted()).toEqual(named(count).toSorted());
        expect(shards).toHaveLength(Math.ceil(count / max));
        expect(shards.filter(({ length }) => length > max)).toEqual([]);
      }),
    );
  });

  test.each([
    { clusters: 0, shards: 0 },
    { clusters: 1, shards: 1 },
    { clusters: 200, shards: 1 },
    { clusters: 201, shards: 2 },
    { clusters: 10_000, shards: 50 },
  ])("of $clusters clusters there are $shards", ({ clusters, shards }) => {
    expect(shardsOf(named(clusters), 200)).toHaveLength(shards);
  });

  test("are the same whatever the order of the names", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(named(300), { minLength: 300 }), (shuffled) => {
        expect(shardsOf(shuffled, 40)).toEqual(shardsOf(named(300), 40));
      }),
      { numRuns: 20 },
    );
  });

  test("of names that weigh the same are the same whatever their order", () => {
    const alike = ["prod-75zx", "prod-epcd"];
    expect(new Set(alike.map((name) => hash(name))).size).toBe(1);
    expect(shardsOf(alike.toReversed(), 1)).toEqual(shardsOf(alike, 1));
  });

  test.each([
    { what: "a cluster joins", before: 1_500, after: 1_501, most: 5 },
    { what: "a cluster leaves", before: 1_500, after: 1_499, most: 5 },
    { what: "a cluster joins shards that are full", before: 1_598, after: 1_599, most: 10 },
    { what: "ten clusters join", before: 1_500, after: 1_510, most: 20 },
    { what: "there is one more shard, of nine", before: 1_600, after: 1_601, most: 260 },
  ])("of 200 keep nearly all of their clusters where $what", ({ before, after, most }) => {
    expect(moved(named(before), named(after), 200)).toBeLessThanOrEqual(most);
  });

  test("are about as large as each other where there is room", () => {
    const sizes = shardsOf(named(1_450), 200).map(({ length }) => length);
    expect(Math.min(...sizes)).toBeGreaterThan(120);
  });

  test("leave the given names unchanged", () => {
    const names = named(10).reverse();
    shardsOf(names, 3);
    expect(names).toEqual(named(10).reverse());
  });

  test("of the largest size, with the longest names, make an event of less than a third of 256 KB", () => {
    const longest = Array.from({ length: MAX_SHARD_SIZE }, () => "n".repeat(63));
    const [shard] = shardsOf(longest, MAX_SHARD_SIZE);
    expect(JSON.stringify({ clusters: shard, cause: "schedule", at: new Date().toISOString() }).length).toBeLessThan(262_144 / 3);
  });
});

describe("the id of a shard", () => {
  test("is the same whatever the order of its clusters", () => {
    expect(shardId(["b", "a"])).toBe(shardId(["a", "b"]));
  });

  test("tells each of ten thousand shards apart", () => {
    const ids = new Set(named(10_000).flatMap((name) => [shardId([name]), shardId([name, "z"])]));
    expect(ids.size).toBe(20_000);
  });
});

test("a shard of the default size without any answer is done within a minute", () => {
  expect(worstCaseMs(200)).toBeLessThan(60_000);
});

test.each([
  { clusters: 0, ms: 8_000 },
  { clusters: 96, ms: 21_750 },
  { clusters: 97, ms: 35_500 },
  { clusters: 200, ms: 49_250 },
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

  test("every cluster, and every wrong entry with a valid name, once", () => {
    expect(selectForTick(fleet).names).toEqual(["right", "asleep", "wrong"]);
  });

  test("no entry without a valid name, and reports it at once", () => {
    expect(selectForTick(fleet).nameless.map(({ name }) => name)).toEqual(["Not A Name", "(unnamed)"]);
  });
});
