import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TickMemory } from "../../functions/core/fleet/plan-shards.ts";
import { shardId } from "../../functions/core/fleet/shards.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { timeText } from "../../functions/core/time.ts";
import type { Ran } from "../../functions/state/record.ts";
import type { Store } from "../../functions/state/store.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const WITHIN_MS = 5_000;
const memory = (atMs: number, more: Partial<TickMemory> = {}): TickMemory => ({ atMs, shards: [], apart: [], ...more });

/** What the state has to do on every DynamoDB: `table` is an empty one, found by what `env` says. */
export function keepingState(table: () => string, env: () => Readonly<Record<string, string>>): void {
  let state: typeof import("../../functions/state/tick.ts") &
    typeof import("../../functions/state/record.ts") &
    typeof import("../../functions/state/rows.ts");
  let pushes: typeof import("../../functions/state/pushes.ts");
  let listMarks: typeof import("../../functions/state/marks.ts").listMarks;
  let openStore: typeof import("../../functions/state/store.ts").openStore;
  let store: Store;
  const nowMs = Date.now();

  beforeAll(async () => {
    Object.assign(process.env, env());
    state = {
      ...(await import("../../functions/state/tick.ts")),
      ...(await import("../../functions/state/record.ts")),
      ...(await import("../../functions/state/rows.ts")),
    };
    pushes = await import("../../functions/state/pushes.ts");
    ({ listMarks } = await import("../../functions/state/marks.ts"));
    ({ openStore } = await import("../../functions/state/store.ts"));
  });
  beforeEach(() => {
    store = openStore(table(), nowMs, WITHIN_MS);
  });

  const ran = (atMs: number, ...outcomes: readonly ClusterOutcome[]): Ran => ({
    outcomes: new Map(outcomes.map((outcome) => [outcome.cluster, outcome])),
    labels: new Map(),
    atMs,
    ms: 7,
    leftMs: () => WITHIN_MS,
  });

  test("pushes of one second are listed as they came", async () => {
    const secondMs = Math.floor(nowMs / 1_000) * 1_000;
    const counts = { clusters: 0, added: 0, removed: 0, changed: 0 };
    const push = { at: timeText(secondMs), by: "ada", did: "push", counts, added: [], removed: [], changed: [] } as const;
    for (const [ms, version] of ["c", "a", "b"].entries()) await pushes.recordPush(store, { ...push, version }, secondMs + ms);
    expect((await pushes.listPushes(store, secondMs)).map(({ version }) => version)).toEqual(["c", "a", "b"]);
  });

  test("an empty table knows of no tick", async () => {
    expect(await state.readLastTick(store, nowMs)).toEqual({});
  });

  test("a tick is read as it was left, with those of its shards that are marked", async () => {
    const apart = [{ clusters: ["c", "d"], missedMs: nowMs, isQuarantined: false }];
    const left = memory(nowMs, { shards: [shardId(["a", "b"]), ""], apart });
    expect(await state.writeTick(store, left, { tickMs: MINUTE_MS })).toBeUndefined();
    const shards = [
      { clusters: ["b", "a"], atMs: nowMs },
      { clusters: ["c", "d"], atMs: nowMs - MINUTE_MS },
    ];
    expect(await state.recordShards(store, ran(nowMs), shards)).toEqual({ marks: [], others: [], observed: [] });
    const last = { memory: left, accounted: new Set([shardId(["a", "b"])]) };
    const log = [{ atMs: nowMs, shards: 2, accounted: 1 }];
    expect(await state.readLastTick(store, nowMs + MINUTE_MS)).toMatchObject({ last, log, tickMs: MINUTE_MS });
  });

  test("an older tick replaces no newer one, and that is no failure", async () => {
    await state.writeTick(store, memory(nowMs + 2), {});
    expect(await state.writeTick(store, memory(nowMs + 1), {})).toBeUndefined();
    expect((await state.readLastTick(store, nowMs + MINUTE_MS)).last?.memory.atMs).toBe(nowMs + 2);
  });

  test("a tick of more than two days ago is none", async () => {
    expect(await state.readLastTick(openStore(table(), nowMs + 2 * DAY_MS + 1_003, WITHIN_MS), nowMs + 2 * DAY_MS + 3)).toEqual({});
  });

  test("the ticks of an hour become one item, and are listed", async () => {
    const { listTicks } = await import("../../functions/state/tick.ts");
    const log = Array.from({ length: 61 }, (_, minute) => ({ atMs: nowMs - (61 - minute) * MINUTE_MS, shards: 1, accounted: 1 }));
    await state.writeTick(store, memory(nowMs + 3), { log });
    expect((await state.readLastTick(store, nowMs + MINUTE_MS)).log).toEqual([{ atMs: nowMs + 3, shards: 0, accounted: 0 }]);
    expect(await listTicks(store, nowMs - 61 * MINUTE_MS)).toEqual(log);
    expect(await listTicks(store, nowMs + MINUTE_MS)).toEqual([]);
  });

  describe("of a cluster", () => {
    const healthy = (cluster: string, more: Partial<ClusterOutcome> = {}): ClusterOutcome => ({
      cluster,
      was: "reconciled",
      resources: [],
      unlisted: [],
      ms: 1,
      ...more,
    });
    const run = (atMs: number, ...outcomes: readonly ClusterOutcome[]) =>
      state.recordShards(store, ran(atMs, ...outcomes), [{ clusters: outcomes.map(({ cluster }) => cluster), atMs }]);
    const rowOf = async (cluster: string) => (await state.readRow(store, cluster))?.state;

    test("the state is kept, with each way in which it was reached, and from when", async () => {
      await run(nowMs, healthy("kept"));
      await run(nowMs + MINUTE_MS, healthy("kept", { was: "unreachable", code: "timeout" }));
      await run(nowMs + 2 * MINUTE_MS, healthy("kept", { was: "unreachable", code: "timeout" }));
      const row = await rowOf("kept");
      expect(row).toMatchObject({
        was: "unreachable",
        code: "timeout",
        recent: [{ from: { was: "reconciled" }, to: { was: "unreachable" } }],
      });
      expect(Date.parse(row?.since ?? "")).toBe(Math.floor((nowMs + MINUTE_MS) / 1_000) * 1_000);
    });

    test("no run replaces what a newer one left, and that is no failure", async () => {
      await run(nowMs + 2, healthy("raced"));
      expect(await run(nowMs + 1, healthy("raced", { was: "crashed" }))).toEqual({ marks: [], others: [], observed: [] });
      expect((await rowOf("raced"))?.was).toBe("reconciled");
    });

    test("more changes than wait in its row are an item of its history", async () => {
      const ways = ["reconciled", "unreachable"] as const;
      for (let minute = 0; minute < 12; minute++) await run(nowMs + minute * MINUTE_MS, healthy("flaps", { was: ways[minute % 2] }));
      const [item, ...others] = await store.list(state.historyOf("flaps"));
      expect(others).toEqual([]);
      expect([JSON.parse(item?.text ?? "").length, (await rowOf("flaps"))?.recent.length]).toEqual([8, 3]);
      const later = openStore(table(), nowMs + 91 * DAY_MS, WITHIN_MS);
      expect(await later.list(state.historyOf("flaps"))).toEqual([]);
    });

    test("every row is compared again after a cluster has left the fleet", async () => {
      await run(nowMs, healthy("stays"));
      await pushes.keepMembers(store, { added: [], removed: [] }, nowMs);
      const marks = [...(await listMarks(store))].filter(([id]) => id === shardId(["stays"]));
      expect(marks).toMatchObject([[shardId(["stays"]), { tickMs: nowMs, atMs: nowMs + 1 }]]);
    });

    test("nothing is left once it has left the fleet, nor what a late run says of it; later it may come back", async () => {
      await run(nowMs, healthy("gone"));
      await pushes.keepMembers(store, { added: [], removed: ["gone"] }, nowMs);
      expect(await rowOf("gone")).toBeUndefined();
      await run(nowMs + MINUTE_MS, healthy("gone", { was: "crashed" }));
      expect(await rowOf("gone")).toBeUndefined();
      store = openStore(table(), nowMs + 3 * MINUTE_MS, WITHIN_MS);
      await run(nowMs + 3 * MINUTE_MS, healthy("gone"));
      expect((await rowOf("gone"))?.was).toBe("reconciled");
    });

    test("it has a row at the next run where the fleet is rolled back", async () => {
      await run(nowMs, healthy("rolled-back"));
      await pushes.keepMembers(store, { added: [], removed: ["rolled-back"] }, nowMs);
      await pushes.keepMembers(store, { added: ["rolled-back", "new"], removed: [] }, nowMs + 1);
      await run(nowMs + 2_000, healthy("rolled-back"));
      expect((await rowOf("rolled-back"))?.was).toBe("reconciled");
    });
  });
}
