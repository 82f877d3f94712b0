import { beforeAll, expect, test } from "vitest";
import type { TickMemory } from "../../functions/core/fleet/plan-shards.ts";
import { shardId } from "../../functions/core/fleet/shards.ts";

const DAY_MS = 86_400_000;
const WITHIN_MS = 5_000;
const memory = (atMs: number, more: Partial<TickMemory> = {}): TickMemory => ({ atMs, shards: [], apart: [], ...more });

/** What the state has to do on every DynamoDB: `table` is an empty one, found by what `env` says. */
export function keepingState(table: () => string, env: () => Readonly<Record<string, string>>): void {
  let state: typeof import("../../functions/state/tick.ts") & typeof import("../../functions/state/record.ts");
  const nowMs = Date.now();

  beforeAll(async () => {
    Object.assign(process.env, env());
    state = { ...(await import("../../functions/state/tick.ts")), ...(await import("../../functions/state/record.ts")) };
  });

  test("an empty table knows of no tick", async () => {
    expect(await state.readLastTick(table(), nowMs)).toEqual({});
  });

  test("a tick is read as it was left, with those of its shards that are marked", async () => {
    const apart = [{ clusters: ["c", "d"], missedMs: nowMs, isQuarantined: false }];
    const left = memory(nowMs, { shards: [shardId(["a", "b"]), ""], apart });
    expect(await state.writeTick(table(), left)).toBeUndefined();
    const marks = [
      { clusters: ["b", "a"], atMs: nowMs },
      { clusters: ["c", "d"], atMs: nowMs - 60_000 },
    ];
    expect(await state.markShards(table(), marks, WITHIN_MS)).toEqual([]);
    const last = { memory: left, accounted: new Set([shardId(["a", "b"])]) };
    expect(await state.readLastTick(table(), nowMs + 60_000)).toEqual({ last });
  });

  test("an older tick replaces no newer one, and that is no failure", async () => {
    await state.writeTick(table(), memory(nowMs + 2));
    expect(await state.writeTick(table(), memory(nowMs + 1))).toBeUndefined();
    expect((await state.readLastTick(table(), nowMs + 60_000)).last?.memory.atMs).toBe(nowMs + 2);
  });

  test("a tick of more than two days ago is none", async () => {
    expect(await state.readLastTick(table(), nowMs + 2 * DAY_MS + 3)).toEqual({});
  });

  test("a mark may be written twice", async () => {
    const mark = { clusters: ["a"], atMs: nowMs + 2 };
    for (let time = 0; time < 2; time++) expect(await state.markShards(table(), [mark], WITHIN_MS)).toEqual([]);
    expect((await state.readLastTick(table(), nowMs + 60_000)).last?.accounted).toEqual(new Set([shardId(["a"])]));
  });
}
