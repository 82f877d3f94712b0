// What a tick leaves for the next one, and which of its shards came to their end.

import { UpstreamError } from "../core/errors.ts";
import { type LastTick, type TickMemory, tickMemorySchema } from "../core/fleet/plan-shards.ts";
import { isObject, parseJson } from "../core/json.ts";
import { KEPT_MS, listMarks } from "./marks.ts";
import { type Store, valueOrFailure } from "./store.ts";
import { keepLog, LAST_TICK, type Tick, tickOf, ticksIn, toLog } from "./tick-log.ts";

/** What is known of the last tick: nothing where there was none in the last two days, and the failure where the table cannot be read. */
export type Recalled = {
  readonly last?: LastTick;
  /** The ticks of the last hour. */
  readonly log?: readonly Tick[];
  readonly failure?: UpstreamError;
};

export async function readLastTick(store: Store, nowMs: number): Promise<Recalled> {
  const read = await valueOrFailure(Promise.all([store.read(LAST_TICK), listMarks(store)]));
  if (read instanceof UpstreamError) return { failure: read };
  const [item, marks] = read;
  const document = parseJson(item?.text ?? "");
  const { data: memory } = tickMemorySchema.safeParse(document);
  if (memory === undefined || memory.atMs < nowMs - KEPT_MS) return {};
  const accounted = new Set([...marks].flatMap(([id, { tickMs }]) => (tickMs === memory.atMs ? [id] : [])));
  const last = { memory, accounted };
  return { last, log: [...ticksIn(isObject(document) ? document.log : undefined), tickOf(last)] };
}

/** Leaves a tick for the next one; what kept it from being written, undefined where it is written. */
export async function writeTick(store: Store, memory: TickMemory, log: readonly Tick[] = []): Promise<UpstreamError | undefined> {
  const left = await valueOrFailure(keepLog(store, log));
  if (left instanceof UpstreamError) return left;
  const text = JSON.stringify({ ...memory, log: toLog(left) });
  const written = await valueOrFailure(store.write({ ...LAST_TICK, text, atMs: memory.atMs, expiresMs: memory.atMs + KEPT_MS }));
  return written instanceof UpstreamError ? written : undefined;
}
