// A shard whose process dies is dispatched in small pieces in the next tick, so that the cluster that ends its process takes few others along.

import * as z from "zod/mini";
import { worstCaseMs } from "../limits.ts";
import { shardId, shardsOf } from "./shards.ts";

const apartSchema = z.object({
  clusters: z.readonly(z.array(z.string())),
  /** When a tick last found them, or what they were cut from, not accounted for: in milliseconds since the epoch. */
  missedMs: z.number(),
  /** Whether it is one cluster that was alone when it was missed. */
  isQuarantined: z.boolean(),
});
export const tickMemorySchema = z.object({
  /** When the tick was dispatched, in milliseconds since the epoch. */
  atMs: z.number(),
  /** The ids of its stable shards, in their order; empty where every cluster of a shard is apart. */
  shards: z.readonly(z.array(z.string())),
  /** What is dispatched apart from its stable shard. */
  apart: z.readonly(z.array(apartSchema)),
});
/** What a tick leaves for the next one. */
export type TickMemory = z.infer<typeof tickMemorySchema>;
type Apart = z.infer<typeof apartSchema>;

/** What is known of the last tick: what it left, and the ids of those of its shards whose run came to its end. */
export type LastTick = { readonly memory: TickMemory; readonly accounted: ReadonlySet<string> };

export type TickPlan = {
  readonly shards: readonly (readonly string[])[];
  /** The shards of the last tick that are not accounted for. */
  readonly died: readonly (readonly string[])[];
  /** The clusters that were alone when they were last missed. */
  readonly quarantined: readonly string[];
  readonly memory: TickMemory;
};

const MINUTE_MS = 60_000;
/** How long what was missed stays apart once it is accounted for again: a cluster may well end its process only now and then. */
export const SUSPECTED_MS = 10 * MINUTE_MS;
export const QUARANTINED_MS = 60 * MINUTE_MS;
// Where nothing comes back of so many shards, it is not for a cluster.
const OUTAGE = 32;
// Bounds how many invocations a tick has, and how much it leaves: where shards wait for too long, more of them make it worse.
const MAX_SUSPECTS = 100;
const MAX_CLUSTERS_APART = 2_000;

/** The shards of a tick at `nowMs`, in milliseconds since the epoch, each of at most `max` names. Without a last tick they are the stable ones. */
export function planShards(names: readonly string[], max: number, nowMs: number, last?: LastTick): TickPlan {
  const stable = shardsOf(names, max);
  const { died, ...judged } = last === undefined ? NOTHING_KNOWN : judgeTick(stable, max, nowMs, last);
  const apart = withinFleet(judged.apart, names);
  const isApart = new Set(apart.flatMap(({ clusters }) => clusters));
  const rest = stable.map((shard) => shard.filter((name) => !isApart.has(name)));
  return {
    shards: [...rest, ...apart.map(({ clusters }) => clusters)].filter(({ length }) => length > 0),
    died,
    quarantined: apart.flatMap(({ clusters, isQuarantined }) => (isQuarantined ? clusters : [])),
    memory: { atMs: nowMs, shards: rest.map((shard) => (shard.length === 0 ? "" : shardId(shard))), apart },
  };
}

type Judged = { readonly apart: readonly Apart[]; readonly died: TickPlan["died"] };
const NOTHING_KNOWN: Judged = { apart: [], died: [] };

function judgeTick(stable: TickPlan["shards"], max: number, nowMs: number, { memory, accounted }: LastTick): Judged {
  // What was dispatched a moment ago has nothing to show yet: the scheduler may fire a tick twice.
  if (nowMs - memory.atMs < worstCaseMs(max)) return { apart: memory.apart, died: [] };
  if (isOutage(memory, accounted)) return NOTHING_KNOWN;
  const missed = memory.apart.filter(({ clusters }) => !accounted.has(shardId(clusters)));
  const held = memory.apart.filter((group) => !missed.includes(group) && isHeld(group, missed, nowMs));
  const alone = missed.filter(({ clusters }) => clusters.length === 1);
  const together = missed.filter((group) => !alone.includes(group));
  const died = diedOf(stable, memory, accounted);
  const room = Math.max(0, Math.floor((MAX_CLUSTERS_APART - countOf([...held, ...missed])) / max));
  const isolated = alone.map(({ clusters }) => ({ clusters, missedMs: nowMs, isQuarantined: true }));
  const suspects = held.filter(({ isQuarantined }) => !isQuarantined).length;
  return {
    apart: [...held, ...isolated, ...cutAll(together, died.slice(0, room), MAX_SUSPECTS - suspects, nowMs)],
    died: [...died, ...missed.map(({ clusters }) => clusters)],
  };
}

// Once one piece of a shard is missed again, the others of its cut are cleared; as long as none is, each of them may be the one.
function isHeld({ missedMs, isQuarantined }: Apart, missed: readonly Apart[], nowMs: number): boolean {
  if (isQuarantined) return nowMs - missedMs < QUARANTINED_MS;
  const isCleared = missed.some((other) => !other.isQuarantined && other.missedMs === missedMs);
  return !isCleared && nowMs - missedMs < SUSPECTED_MS;
}

// Where there is no room for the pieces, what was apart stays together, and what was not stays where it is.
function cutAll(together: readonly Apart[], died: TickPlan["died"], room: number, nowMs: number): readonly Apart[] {
  const groups = [...together.map(({ clusters }) => clusters), ...died];
  const pieces = Math.max(2, Math.floor(room / groups.length));
  const served = Math.max(0, Math.floor(room / pieces));
  return [...groups.slice(0, served).flatMap((clusters) => cut(clusters, pieces, nowMs)), ...together.slice(served)];
}

// A stable shard is known by its place: after a change of the fleet it has most of its clusters still.
function diedOf(stable: TickPlan["shards"], { shards, apart }: TickMemory, accounted: LastTick["accounted"]): TickPlan["died"] {
  const isApart = new Set(apart.flatMap(({ clusters }) => clusters));
  const isMissed = (id = "") => id !== "" && !accounted.has(id);
  return stable
    .filter((_, place) => isMissed(shards[place]))
    .map((shard) => shard.filter((name) => !isApart.has(name)))
    .filter(({ length }) => length > 0);
}

function isOutage({ shards, apart }: TickMemory, accounted: LastTick["accounted"]): boolean {
  const ids = [...shards.filter((id) => id !== ""), ...apart.map(({ clusters }) => shardId(clusters))];
  return ids.length >= OUTAGE && !ids.some((id) => accounted.has(id));
}

function cut(clusters: readonly string[], pieces: number, missedMs: number): readonly Apart[] {
  const size = Math.ceil(clusters.length / pieces);
  const parts = Array.from({ length: Math.ceil(clusters.length / size) }, (_, at) => clusters.slice(at * size, (at + 1) * size));
  return parts.map((part) => ({ clusters: part, missedMs, isQuarantined: clusters.length === 1 }));
}

function withinFleet(apart: readonly Apart[], names: readonly string[]): readonly Apart[] {
  const inFleet = new Set(names);
  const left = apart.map((group) => ({ ...group, clusters: group.clusters.filter((name) => inFleet.has(name)) }));
  return left.filter(({ clusters }) => clusters.length > 0);
}

function countOf(apart: readonly Apart[]): number {
  return apart.reduce((count, { clusters }) => count + clusters.length, 0);
}
