// Which ticks there were: the last hour's wait beside the last tick, so that an hour costs one write.

import type { LastTick } from "../core/fleet/plan-shards.ts";
import { shardId } from "../core/fleet/shards.ts";
import { parseJson } from "../core/json.ts";
import { timeText } from "../core/time.ts";
import type { Store } from "./store.ts";

/** A tick that was: when it was dispatched, in milliseconds since the epoch, in how many shards, and how many of them came to their end. */
export type Tick = { readonly atMs: number; readonly shards: number; readonly accounted: number };

const TICKS = "ticks";
export const LAST_TICK = { partition: TICKS, name: "last" } as const;
const LOGGED_MS = 3_600_000;
const HISTORY_MS = 90 * 86_400_000;

/** The last tick, once its time is over. */
export function tickOf({ memory, accounted }: LastTick): Tick {
  const ids = [...memory.shards.filter((id) => id !== ""), ...memory.apart.map(({ clusters }) => shardId(clusters))];
  return { atMs: memory.atMs, shards: ids.length, accounted: ids.filter((id) => accounted.has(id)).length };
}

export function toLog(ticks: readonly Tick[]): readonly (readonly number[])[] {
  return ticks.map(({ atMs, shards, accounted }) => [atMs, shards, accounted]);
}

/** The ticks of a log as it was written; none where it is not one. */
export function ticksIn(log: unknown): readonly Tick[] {
  const rows: readonly unknown[] = Array.isArray(log) ? log : [];
  return rows.flatMap((row) => {
    const [atMs, shards, accounted]: readonly unknown[] = Array.isArray(row) ? row : [];
    return typeof atMs === "number" && typeof shards === "number" && typeof accounted === "number" ? [{ atMs, shards, accounted }] : [];
  });
}

/** Writes what is as long as an hour as an item of its own; what is left to wait beside the last tick. */
export async function keepLog(store: Store, log: readonly Tick[]): Promise<readonly Tick[]> {
  const [first, last] = [log[0]?.atMs ?? 0, log.at(-1)?.atMs ?? 0];
  if (last - first < LOGGED_MS) return log;
  await store.write({ partition: TICKS, name: timeText(last), text: JSON.stringify(toLog(log)), atMs: last, expiresMs: last + HISTORY_MS });
  return [];
}

/** The ticks since then that are not beside the last one any more. */
export async function listTicks(store: Store, sinceMs: number): Promise<readonly Tick[]> {
  const items = await store.list(TICKS, { from: timeText(sinceMs), to: "9" });
  return items.flatMap(({ text }) => ticksIn(parseJson(text)));
}
