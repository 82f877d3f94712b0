// What a tick leaves for the next one: its shards, which of them came to their end, and which ticks there were.

import { UpstreamError } from "../core/errors.ts";
import { type LastTick, type TickMemory, tickMemorySchema } from "../core/fleet/plan-shards.ts";
import { shardId } from "../core/fleet/shards.ts";
import { isObject, parseJson } from "../core/json.ts";
import { timeText } from "../core/time.ts";
import { KEPT_MS, listMarks, type Mark } from "./marks.ts";
import { type Store, valueOrFailure } from "./store.ts";

/** A tick that was: when it was dispatched, in milliseconds since the epoch, in how many shards, and how many of them came to their end. */
export type Tick = { readonly atMs: number; readonly shards: number; readonly accounted: number };

/** What is known of the last tick: nothing where there was none in the last two days, and the failure where the table cannot be read. */
export type Recalled = {
  readonly last?: LastTick;
  /** The ticks up to the last one that are no item of their own yet. */
  readonly log?: readonly Tick[];
  /** How often ticks come. */
  readonly tickMs?: number;
  /** The version of the fleet that it read. */
  readonly fleet?: string;
  readonly marks?: ReadonlyMap<string, Mark>;
  readonly failure?: UpstreamError;
};

const TICKS = "ticks";
const LAST_TICK = { partition: TICKS, name: "last" } as const;
// Ticks wait beside the last one until they are an hour long: that costs one write an hour.
const LOGGED_MS = 3_600_000;
const HISTORY_MS = 90 * 86_400_000;

export async function readLastTick(store: Store, nowMs: number): Promise<Recalled> {
  const read = await valueOrFailure(Promise.all([store.read(LAST_TICK), listMarks(store)]));
  if (read instanceof UpstreamError) return { failure: read };
  const [item, marks] = read;
  const document = parseJson(item?.text ?? "");
  const { data: memory } = tickMemorySchema.safeParse(document);
  if (memory === undefined || memory.atMs < nowMs - KEPT_MS || !isObject(document)) return {};
  const accounted = new Set([...marks].flatMap(([id, mark]) => (mark.tickMs === memory.atMs ? [id] : [])));
  const last = { memory, accounted };
  const fleet = typeof document.fleet === "string" ? document.fleet : undefined;
  return { last, log: [...ticksIn(document.log), tickOf(last)], tickMs: Number(document.tickMs), fleet, marks };
}

/** Leaves a tick for the next one; what kept it from being written, undefined where it is written. */
export async function writeTick(
  store: Store,
  memory: TickMemory,
  { log = [], tickMs, fleet }: Pick<Recalled, "log" | "tickMs" | "fleet">,
): Promise<UpstreamError | undefined> {
  const waiting = await valueOrFailure(keepLog(store, log));
  if (waiting instanceof UpstreamError) return waiting;
  const text = JSON.stringify({ ...memory, tickMs, fleet, log: waiting.map(toRow) });
  const written = await valueOrFailure(store.write({ ...LAST_TICK, text, atMs: memory.atMs, expiresMs: memory.atMs + KEPT_MS }));
  return written instanceof UpstreamError ? written : undefined;
}

/** The ticks since then, and some before, that do not wait beside the last one any more. */
export async function listTicks(store: Store, sinceMs: number): Promise<readonly Tick[]> {
  const items = await store.list(TICKS, { from: timeText(sinceMs), to: "9" });
  return items.flatMap(({ text }) => ticksIn(parseJson(text)));
}

function tickOf({ memory, accounted }: LastTick): Tick {
  const ids = [...memory.shards.filter((id) => id !== ""), ...memory.apart.map(({ clusters }) => shardId(clusters))];
  return { atMs: memory.atMs, shards: ids.length, accounted: ids.filter((id) => accounted.has(id)).length };
}

async function keepLog(store: Store, log: readonly Tick[]): Promise<readonly Tick[]> {
  const [first, last] = [log[0]?.atMs ?? 0, log.at(-1)?.atMs ?? 0];
  if (last - first < LOGGED_MS) return log;
  const text = JSON.stringify(log.map(toRow));
  await store.write({ partition: TICKS, name: timeText(last), text, atMs: last, expiresMs: last + HISTORY_MS });
  return [];
}

function toRow({ atMs, shards, accounted }: Tick): readonly number[] {
  return [atMs, shards, accounted];
}

// None where the text was written by another version of this code.
function ticksIn(log: unknown): readonly Tick[] {
  const rows: readonly unknown[] = Array.isArray(log) ? log : [];
  return rows.flatMap((row) => {
    const [atMs, shards, accounted]: readonly unknown[] = Array.isArray(row) ? row : [];
    return typeof atMs === "number" && typeof shards === "number" && typeof accounted === "number" ? [{ atMs, shards, accounted }] : [];
  });
}
