// Reads what the state knows of the whole fleet, in as many calls as there are partitions.

import pLimit from "p-limit";
import { shardId } from "../core/fleet/shards.ts";
import { isObject, parseJson } from "../core/json.ts";
import { timeText } from "../core/time.ts";
import type { RunStatus } from "./fleet-status.ts";
import { listPushes } from "./pushes.ts";
import { historyOf, ROWS, rowOf } from "./rows.ts";
import type { Change, ClusterState } from "./state.ts";
import type { Store } from "./store.ts";
import { listTicks, type Recalled, readLastTick } from "./tick.ts";
import { entriesOf, missedOf, type Timeline } from "./timeline.ts";

const HOUR_MS = 3_600_000;
const HISTORIES_AT_ONCE = 64;

/** The last tick that was dispatched, in milliseconds since the epoch, and the version of the fleet that it read. */
type Dispatched = { readonly atMs: number; readonly fleet?: string };
/** `tickMs` is how often ticks come. */
type Read = { readonly states: readonly ClusterState[]; readonly run?: RunStatus; readonly tickMs?: number; readonly tick?: Dispatched };

/** The state of every cluster, by name, and the run that looked last; UpstreamErrors where the table cannot be read. */
export async function readFleet(store: Store, nowMs: number): Promise<Read> {
  const [states, recalled, before] = await Promise.all([readStates(store), readLastTick(store, nowMs), listTicks(store, nowMs - HOUR_MS)]);
  if (recalled.failure !== undefined) throw recalled.failure;
  const { log = [], tickMs, last, fleet } = recalled;
  const tick = last && { atMs: last.memory.atMs, fleet };
  return { states, run: runOf({ ...recalled, log: [...before, ...log] }, nowMs), tickMs, tick };
}

/** The clusters of a timeline: `names` may have left the fleet. */
type Part = { readonly sinceMs: number; readonly states: readonly ClusterState[]; readonly names?: readonly string[] };

/** What happened to clusters since a time; UpstreamErrors where the table cannot be read. */
export async function readTimeline(store: Store, { sinceMs, states, names = [] }: Part, nowMs: number): Promise<Timeline> {
  const since = timeText(sinceMs);
  const recent = states.flatMap((state) => state.recent);
  // What waits in a row is all there is where it reaches further back.
  const longer = states.filter((state) => state.recent.length > 0 && (state.recent[0]?.at ?? "") > since).map(({ cluster }) => cluster);
  const known = new Set(states.map(({ cluster }) => cluster));
  const wanted = [...longer, ...names.filter((name) => !known.has(name))];
  const [kept, pushes, recalled, before] = await Promise.all([
    pLimit(HISTORIES_AT_ONCE).map(wanted, (cluster) => readHistory(store, cluster, since)),
    listPushes(store, sinceMs),
    readLastTick(store, nowMs),
    listTicks(store, sinceMs),
  ]);
  if (recalled.failure !== undefined) throw recalled.failure;
  const ticks = missedOf([...before, ...(recalled.log ?? [])], recalled.tickMs ?? 0, sinceMs, nowMs);
  return { entries: entriesOf([...kept.flat(), ...recent], sinceMs), pushes, ticks };
}

async function readHistory(store: Store, cluster: string, since: string): Promise<readonly Change[]> {
  const items = await store.list(historyOf(cluster), { from: since, to: "9" });
  return items.flatMap(({ text }) => changesIn(parseJson(text)));
}

function changesIn(value: unknown): readonly Change[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter(isChange);
}

function isChange(value: unknown): value is Change {
  return isObject(value) && typeof value.at === "string" && typeof value.cluster === "string" && Array.isArray(value.because);
}

export async function readStates(store: Store): Promise<readonly ClusterState[]> {
  const items = await Promise.all(ROWS.map((partition) => store.list(partition)));
  const states = items.flat().flatMap((item) => rowOf(item).state ?? []);
  return states.sort((one, other) => (one.cluster < other.cluster ? -1 : 1));
}

function runOf({ last, log = [], tickMs = 0, marks = new Map() }: Recalled, nowMs: number): RunStatus | undefined {
  if (last === undefined) return undefined;
  const atMs = Math.max(0, ...[...marks.values()].map((mark) => mark.tickMs));
  if (atMs === 0) return undefined;
  const ms = Math.max(...[...marks.values()].map((mark) => (mark.tickMs === atMs ? mark.ms : 0)));
  const { missed } = missedOf(log, tickMs, nowMs - HOUR_MS, nowMs);
  const lost = lostOf(last);
  return { at: timeText(atMs), ms, missed, ...(lost.length > 0 && { lost }) };
}

// Those that were alone when the tick before the last one was looked after, and have not come to their end since.
function lostOf({ memory, accounted }: NonNullable<Recalled["last"]>): readonly string[] {
  const dead = memory.apart.filter(
    ({ isQuarantined, missedMs, clusters }) => isQuarantined && missedMs === memory.atMs && !accounted.has(shardId(clusters)),
  );
  return dead.flatMap(({ clusters }) => clusters);
}
