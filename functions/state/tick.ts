// What a tick leaves for the next one, and which of its shards came to their end.

import { UpstreamError } from "../core/errors.ts";
import { type LastTick, type TickMemory, tickMemorySchema } from "../core/fleet/plan-shards.ts";
import { parseJson } from "../core/json.ts";
import { failureOfWriting, KEPT_MS, MARKS, markName } from "./record.ts";

const LAST_TICK = { partition: "ticks", name: "last" } as const;
const WITHIN_MS = 3_000;

/** What is known of the last tick: nothing where there was none in the last two days, and the failure where the table cannot be read. */
export type Recalled = { readonly last?: LastTick; readonly failure?: UpstreamError };

export async function readLastTick(table: string, nowMs: number): Promise<Recalled> {
  const { listNames, readItem } = await import("../io/aws/table.ts");
  try {
    const { data: memory } = tickMemorySchema.safeParse(parseJson((await readItem(table, LAST_TICK, WITHIN_MS)) ?? ""));
    if (memory === undefined || memory.atMs < nowMs - KEPT_MS) return {};
    const prefix = markName(memory.atMs, "");
    const marks = await listNames(table, MARKS, prefix, WITHIN_MS);
    return { last: { memory, accounted: new Set(marks.map((name) => name.slice(prefix.length))) } };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { failure: error };
  }
}

/** Leaves a tick for the next one; what kept it from being written, undefined where it is written. */
export function writeTick(table: string, memory: TickMemory): Promise<UpstreamError | undefined> {
  const item = { ...LAST_TICK, text: JSON.stringify(memory), atMs: memory.atMs, expiresMs: memory.atMs + KEPT_MS };
  return failureOfWriting(table, item, WITHIN_MS);
}
