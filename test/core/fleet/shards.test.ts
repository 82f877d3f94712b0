import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { LARGEST_SHARD, selectForTick, shardsOf } from "../../../functions/core/fleet/shards.ts";
import { CLOSING_MS, worstCaseMs } from "../../../functions/core/limits.ts";
import { aCluster, aFleet } from "./fleet-documents.ts";

const fromZeroToOne = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const named = (count: number) => Array.from({ length: count }, (_, index) => `cluster-${index}`);

describe("shards", () => {
  test("hold every name once, and are all of one size but the last, at most the one that is asked for", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 120 }), fc.infiniteStream(fromZeroToOne), (count, most, random) => {
        const shards = shardsOf(named(count), most, () => random.next().value);
        expect(shards.flat().toSorted()).toEqual(named(count).toSorted());
        const size = Math.max(0, ...shards.map(({ length }) => length));
        expect(size).toBeLessThanOrEqual(most);
        expect(shards.slice(0, -1).every((shard) => shard.length === size)).toBe(true);
      }),
    );
  });

  test.each([
    { clusters: 1, shards: 1, why: "there is nobody to tell apart" },
    { clusters: 5, shards: 5, why: "each is alone" },
    { clusters: 40, shards: 8, why: "a sick one takes four others with it, and other ones next time" },
    { clusters: 200, shards: 8, why: "it takes 24" },
    { clusters: 10_000, shards: 50, why: "the size that is asked for decides" },
  ])("of $clusters clusters there are $shards: $why", ({ clusters, shards }) => {
    expect(shardsOf(named(clusters), 200, Math.random)).toHaveLength(shards);
  });

  test("are mixed anew each time: two that share one now need not share one next time", () => {
    const neighbours = Array.from({ length: 30 }, () => {
      const shards = shardsOf(named(100), 10, Math.random);
      return shards.some((shard) => shard.includes("cluster-0") && shard.includes("cluster-1"));
    });
    expect(new Set(neighbours)).toContain(false);
    expect(shardsOf(named(100), 10, () => 0).flat()).not.toEqual(named(100));
  });

  test("leave the names they are given as they were", () => {
    const names = named(10);
    shardsOf(names, 3, () => 0);
    expect(names).toEqual(named(10));
  });

  test("of the largest size, with the longest names, make an event of less than a third of 256 KB", () => {
    const longest = Array.from({ length: LARGEST_SHARD }, () => "n".repeat(63));
    const [shard] = shardsOf(longest, LARGEST_SHARD, Math.random);
    expect(JSON.stringify({ clusters: shard, cause: "schedule", at: new Date().toISOString() }).length).toBeLessThan(262_144 / 3);
  });
});

test("of a shard of the default size that nobody answers, the run is over within a minute", () => {
  expect(worstCaseMs(200)).toBeLessThan(60_000);
});

test.each([
  { more: "a cluster", from: 1, to: 2, grows: false },
  { more: "as many as are begun at one time", from: 96, to: 192, grows: true },
])("for $more more, the worst case grows: $grows", ({ from, to, grows }) => {
  expect(worstCaseMs(to) > worstCaseMs(from)).toBe(grows);
});

test("an empty shard costs the closing only", () => {
  expect(worstCaseMs(0)).toBe(CLOSING_MS);
});

describe("a tick asks for", () => {
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

  test("every cluster that is not paused, and every wrong one by its name, once", () => {
    expect(selectForTick(fleet)).toMatchObject({ names: ["right", "wrong"], paused: 1 });
  });

  test("nobody whose name no message could carry: they are told of at once", () => {
    expect(selectForTick(fleet).nameless.map(({ name }) => name)).toEqual(["Not A Name", "(unnamed)"]);
  });
});
