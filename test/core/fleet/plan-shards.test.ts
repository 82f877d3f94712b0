// Holds the search for a cluster that ends its process to its promises: it is found, and its neighbors pay a bounded price.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type LastTick,
  planShards,
  QUARANTINED_MS,
  SUSPECTED_MS,
  type TickPlan,
  tickMemorySchema,
} from "../../../functions/core/fleet/plan-shards.ts";
import { shardId, shardsOf } from "../../../functions/core/fleet/shards.ts";

const TICK_MS = 60_000;
const named = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
/** The same names in whatever order, compared in no time. */
const textOf = (names: readonly string[]) => names.toSorted().join();

/** Ticks of a minute over one fleet: `kills` says which clusters end the process that reads them. */
function openTicks(max: number) {
  let last: LastTick | undefined;
  let nowMs = 0;
  return (names: readonly string[], kills: (name: string, shard: readonly string[]) => boolean, afterMs = TICK_MS) => {
    nowMs += afterMs;
    const plan = planShards(names, max, nowMs, last);
    const dead = plan.shards.filter((shard) => shard.some((name) => kills(name, shard)));
    const accounted = new Set(plan.shards.filter((shard) => !dead.includes(shard)).map(shardId));
    last = { memory: tickMemorySchema.parse(JSON.parse(JSON.stringify(plan.memory))), accounted };
    return { plan, dead, missed: dead.flat() };
  };
}

const fleets = fc.record({ clusters: fc.integer({ min: 1, max: 400 }), max: fc.integer({ min: 1, max: 200 }) });
const situations = fleets.chain(({ clusters, max }) =>
  fc.record({
    names: fc.constant(named(clusters)),
    max: fc.constant(max),
    culprits: fc.uniqueArray(fc.constantFrom(...named(clusters)), { minLength: 1, maxLength: 3 }),
  }),
);

/** Ticks with culprits, and in each the others whose shard dies. */
function search(names: readonly string[], max: number, culprits: readonly string[], ticks: number, tickMs = TICK_MS) {
  const tick = openTicks(max);
  return Array.from({ length: ticks }, () => {
    const { plan, dead, missed } = tick(names, (name) => culprits.includes(name), tickMs);
    return { plan, dead, victims: missed.filter((name) => !culprits.includes(name)) };
  });
}

describe("of clusters that end every process that reads them", () => {
  test("each is alone in the third tick and in quarantine in the fourth; no other is missed more than twice, and none afterwards", () => {
    fc.assert(
      fc.property(situations, ({ names, max, culprits }) => {
        const ticks = search(names, max, culprits, 80);
        const all = textOf(names);
        for (const [at, { plan }] of ticks.entries()) {
          expect(new Set(plan.died)).toEqual(new Set(ticks[at - 1]?.dead));
          expect(textOf(plan.shards.flat())).toBe(all);
          expect(plan.shards.filter(({ length }) => length > max)).toEqual([]);
        }
        expect(ticks.slice(2).flatMap(({ victims }) => victims)).toEqual([]);
        for (const { plan } of ticks.slice(3)) expect(plan.quarantined.toSorted()).toEqual(culprits.toSorted());
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    { clusters: 100, twice: 0 },
    { clusters: 200, twice: 1 },
    { clusters: 1_000, twice: 9 },
  ])("one among $clusters costs each of the others one tick, and $twice of them a second one", ({ clusters, twice }) => {
    const [first = [], second = [], ...later] = search(named(clusters), clusters, ["c77"], 20, 5 * TICK_MS).map(({ victims }) => victims);
    expect({ once: first.length, twice: second.length, later: later.flat() }).toEqual({ once: clusters - 1, twice, later: [] });
  });

  test("those that come back clear what was cut beside them, and are in one shard again", () => {
    const shards = search(named(200), 200, ["c77"], 5).map(({ plan }) => plan.shards.map(({ length }) => length).toSorted());
    expect(shards.map((lengths) => lengths.length)).toEqual([1, 100, 3, 2, 2]);
    expect(shards.at(-1)).toEqual([1, 199]);
  });

  test("twenty in one shard of two hundred are all found", () => {
    const tick = openTicks(200);
    const culprits = named(20);
    const plans = Array.from({ length: 60 }, () => tick(named(200), (name) => culprits.includes(name)).plan);
    expect(plans.at(-1)?.quarantined.toSorted()).toEqual(culprits.toSorted());
  });

  test("one that does so only now and then is found all the same", () => {
    const tick = openTicks(100);
    const plans = Array.from({ length: 60 }, (_, at) => tick(named(100), (name) => name === "c5" && at % 3 === 0).plan);
    expect(plans.at(-1)?.quarantined).toEqual(["c5"]);
  });

  test("two that do so only where they meet are kept apart", () => {
    const tick = openTicks(100);
    const both = ["c5", "c6"];
    const deaths = Array.from({ length: 60 }, () => tick(named(100), (_, shard) => both.every((name) => shard.includes(name))).dead.length);
    expect(deaths.filter((count) => count > 0).length).toBeLessThanOrEqual(20);
  });
});

describe("a cluster in quarantine", () => {
  test("is back in its shard an hour after it was last missed, and its neighbors at once", () => {
    const tick = openTicks(8);
    const plans: TickPlan[] = [];
    for (let at = 0; at < 80; at++) plans.push(tick(named(8), (name) => name === "c0" && at < 6).plan);
    expect(plans.at(-1)?.shards).toEqual([named(8)]);
    expect(plans.filter(({ shards }) => shards.length > 1)).toHaveLength(5 + QUARANTINED_MS / TICK_MS);
    expect(plans.filter(({ shards }) => shards.length > 2)).toHaveLength(1);
  });

  test("is there at once where it was a shard of its own", () => {
    const tick = openTicks(1);
    tick(named(3), (name) => name === "c0");
    expect(tick(named(3), () => false).plan.quarantined).toEqual(["c0"]);
  });

  test("is in none once it has left the fleet", () => {
    const tick = openTicks(4);
    for (let at = 0; at < 5; at++) tick(named(4), (name) => name === "c0");
    const { plan } = tick(["c1", "c2", "c3"], () => false);
    expect(plan.quarantined).toEqual([]);
    expect(plan.memory.apart.filter(({ clusters }) => clusters.length === 0)).toEqual([]);
    expect(plan.shards.flat().toSorted()).toEqual(["c1", "c2", "c3"]);
  });
});

test("what ends no process any more is apart for ten minutes", () => {
  const tick = openTicks(8);
  const plans = Array.from({ length: 20 }, (_, at) => tick(named(8), () => at === 0).plan);
  expect(plans.filter(({ shards }) => shards.length === 8)).toHaveLength(SUSPECTED_MS / TICK_MS);
  expect(plans.at(-1)).toMatchObject({ shards: [named(8)], quarantined: [] });
});

describe("nothing is concluded", () => {
  const names = named(40);
  const stable = shardsOf(names, 4);

  test("from a tick of a moment ago", () => {
    const tick = openTicks(4);
    tick(names, () => true);
    expect(tick(names, () => true, 5_000).plan).toMatchObject({ shards: stable, died: [] });
  });

  test("where nothing comes back of 32 shards", () => {
    const tick = openTicks(1);
    for (let at = 0; at < 5; at++) expect(tick(names, () => true).plan).toMatchObject({ died: [], quarantined: [] });
  });
});

test.each([
  { ids: 32, died: 0 },
  { ids: 31, died: 31 },
])("where nothing comes back of $ids shards that were not empty, $died of them have died", ({ ids, died }) => {
  const stable = shardsOf(named(32), 1);
  const shards = stable.map((shard, place) => (place < ids ? shardId(shard) : ""));
  const last = { memory: { atMs: 0, shards, apart: [] }, accounted: new Set<string>() };
  expect(planShards(named(32), 1, TICK_MS, last).died).toHaveLength(died);
});

describe("however many shards die, what is suspected at one time is bounded", () => {
  test.each([
    { clusters: 1_000, max: 20, each: 20, tickMs: TICK_MS, why: "each of fifty shards has a culprit" },
    { clusters: 1_000, max: 20, each: 5, tickMs: TICK_MS, why: "each has four" },
    { clusters: 10_000, max: 1_000, each: 200, tickMs: 5 * TICK_MS, why: "the shards are the largest" },
  ])("where $why", ({ clusters, max, each, tickMs }) => {
    const names = named(clusters);
    const culprits = names.filter((_, index) => index % each === 0);
    const held = search(names, max, culprits, 40, tickMs).map(({ plan }) => plan.memory.apart);
    expect(Math.max(...held.map((apart) => apart.filter(({ isQuarantined }) => !isQuarantined).length))).toBeLessThanOrEqual(2 * 100);
    expect(Math.max(...held.map((apart) => apart.flatMap((group) => group.clusters).length))).toBeLessThanOrEqual(2_000);
  });

  test.each([
    { isQuarantined: false, becomes: [["x", "y"]], what: "a pair stays a pair beside a hundred suspects" },
    { isQuarantined: true, becomes: [["x"], ["y"]], what: "it is cut beside a hundred in quarantine" },
  ])("but in quarantine nothing is suspected: $what", ({ isQuarantined, becomes }) => {
    const others = named(100).map((name) => ({ clusters: [name], missedMs: 1, isQuarantined }));
    const last = {
      memory: { atMs: 0, shards: ["an id"], apart: [...others, { clusters: ["x", "y"], missedMs: 0, isQuarantined: false }] },
      accounted: new Set(["an id", ...others.map(({ clusters }) => shardId(clusters))]),
    };
    const { memory } = planShards([...named(100), "x", "y"], 200, TICK_MS, last);
    expect(memory.apart.filter(({ clusters }) => !clusters[0]?.startsWith("c")).map(({ clusters }) => clusters)).toEqual(becomes);
  });

  test("and a culprit in each of fifty shards is found in the end", () => {
    const names = named(1_000);
    const culprits = names.filter((_, index) => index % 20 === 0);
    expect(search(names, 20, culprits, 150).at(-1)?.plan.quarantined.toSorted()).toEqual(culprits.toSorted());
  });
});

test("a second culprit in the shard of a first is found beside it", () => {
  const tick = openTicks(100);
  const names = named(100);
  for (let at = 0; at < 60; at++) {
    const { plan } = tick(names, (name) => name === "c5" || (name === "c6" && at > 30));
    expect(plan.shards.flat().toSorted()).toEqual(names.toSorted());
    if (at === 30 || at === 59) expect(plan.quarantined).toEqual(at === 30 ? ["c5"] : ["c5", "c6"]);
  }
});

test("after a change of the fleet the shard that died is known by its place", () => {
  const tick = openTicks(50);
  const names = named(200);
  tick(names, (name) => name === "c7");
  const { plan } = tick([...names.slice(0, 199), "another"], (name) => name === "c7");
  expect(plan.died).toHaveLength(1);
  expect(plan.died.flat()).toContain("c7");
});

test("a shard that the last tick did not have has not died", () => {
  const tick = openTicks(50);
  tick(named(50), () => false);
  expect(tick(named(120), () => false).plan.died).toEqual([]);
});
