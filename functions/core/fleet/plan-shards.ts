// A shard whose process dies is cut in two in the next tick, until the cluster that ends its process is alone.

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
const MAX_SUSPECTS = 64;
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
  const isMissed = ({ clusters }: Apart) => !accounted.has(shardId(clusters));
  const isFull = memory.apart.filter(({ isQuarantined }) => !isQuarantined).length >= MAX_SUSPECTS;
  const apart = memory.apart.flatMap((group) => {
    if (isMissed(group)) return isFull && group.clusters.length > 1 ? [group] : cut(group.clusters, nowMs);
    return nowMs - group.missedMs < (group.isQuarantined ? QUARANTINED_MS : SUSPECTED_MS) ? [group] : [];
  });
  const died = diedOf(stable, memory, accounted);
  const room = isFull ? 0 : Math.max(0, Math.floor((MAX_CLUSTERS_APART - countOf(apart)) / max));
  return {
    apart: [...apart, ...died.slice(0, room).flatMap((clusters) => cut(clusters, nowMs))],
    died: [...died, ...memory.apart.filter(isMissed).map(({ clusters }) => clusters)],
  };
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

function cut(clusters: readonly string[], missedMs: number): readonly Apart[] {
  if (clusters.length === 1) return [{ clusters, missedMs, isQuarantined: true }];
  const half = Math.ceil(clusters.length / 2);
  return [clusters.slice(0, half), clusters.slice(half)].map((part) => ({ clusters: part, missedMs, isQuarantined: false }));
}

function withinFleet(apart: readonly Apart[], names: readonly string[]): readonly Apart[] {
  const inFleet = new Set(names);
  const left = apart.map((group) => ({ ...group, clusters: group.clusters.filter((name) => inFleet.has(name)) }));
  return left.filter(({ clusters }) => clusters.length > 0);
}

function countOf(apart: readonly Apart[]): number {
  return apart.reduce((count, { clusters }) => count + clusters.length, 0);
}
