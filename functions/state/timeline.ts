// The changes of a fleet in one timeline: how long each lasted, what flapped, what stood at each moment, and when nothing was looked at.

import { resourceName } from "../core/outcome/outcome.ts";
import { compareText } from "../core/text.ts";
import { parseTimeMs } from "../core/time.ts";
import type { Push } from "./pushes.ts";
import { type Change, type ClusterState, type Id, keyOf, type Said } from "./state.ts";
import type { Tick } from "./tick.ts";

/** A change, with how long what it led to lasted: undefined where it still does. */
export type Entry = Change & {
  readonly lastedMs?: number /** Whether it leads back to what was so before the change before it. */;
  readonly isFlap?: true;
};

/** How many ticks of those that were due were not dispatched, or looked at nothing; and in how many some shards were lost. */
export type Missed = { readonly due: number; readonly missed: number; readonly partial: number };

/** Newest last. */
export type Timeline = { readonly entries: readonly Entry[]; readonly pushes: readonly Push[]; readonly ticks: Missed };

/** The entries since then (milliseconds since the epoch) in their order; a change that was kept twice is one. */
export function entriesOf(changes: readonly Change[], sinceMs: number): readonly Entry[] {
  const subjectOf = subjectsIn(changes);
  const groups = Map.groupBy(changes, subjectOf);
  const entries = [...groups.values()].flatMap((group) => entriesOfOne(group));
  return entries
    .filter(({ at }) => parseTimeMs(at) >= sinceMs)
    .sort((one, other) => compareText(one.at, other.at) || compareText(subjectOf(one), subjectOf(other)));
}

// What one profile says of a resource, or how a cluster is reached. A change that was noted without its profile has it by its type.
function subjectsIn(changes: readonly Change[]): (change: Change) => string {
  const nameOf = ({ cluster, resource }: Change) => `${cluster} ${resource === undefined ? "" : resourceName(resource)}`;
  const profiles = new Map(changes.flatMap((one) => (one.profile === undefined ? [] : [[`${nameOf(one)} ${one.type}`, one.profile]])));
  return (change) => {
    const typed = `${nameOf(change)} ${change.type ?? ""}`;
    return `${nameOf(change)} ${change.profile ?? profiles.get(typed) ?? typed}`;
  };
}

function entriesOfOne(changes: readonly Change[]): readonly Entry[] {
  const once = [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()];
  const sorted = once.sort((one, other) => compareText(one.at, other.at));
  return sorted.map((change, place) => {
    const [before, next] = [sorted[place - 1], sorted[place + 1]];
    const lastedMs = next === undefined ? undefined : parseTimeMs(next.at) - parseTimeMs(change.at);
    const isFlap = before !== undefined && sideOf(before.from) === sideOf(change.to);
    return { ...change, ...(lastedMs !== undefined && { lastedMs }), ...(isFlap && { isFlap }) };
  });
}

// Another reason of one status is no other side.
function sideOf(side: Change["from"]): string {
  if (side === null) return "";
  return "status" in side ? side.status : side.was;
}

/** What of the ticks since `sinceMs` was missed until `nowMs`: a tick is due a period after the one before it, whatever the clock says. */
export function missedOf(ticks: readonly Tick[], tickMs: number, sinceMs: number, nowMs: number): Missed {
  const all = ticks.filter(({ atMs }) => atMs <= nowMs).toSorted((one, other) => one.atMs - other.atMs);
  const last = all.at(-1);
  if (last === undefined || !(tickMs > 0)) return { due: 0, missed: 0, partial: 0 };
  const periods = (fromMs: number, toMs: number) => Math.max(0, toMs - Math.max(fromMs, sinceMs - tickMs)) / tickMs;
  const gaps = all.slice(1).map(({ atMs }, place) => Math.max(0, Math.round(periods(all[place]?.atMs ?? atMs, atMs)) - 1));
  // The scheduler is a period late at most.
  const gap = gaps.reduce((sum, one) => sum + one, Math.max(0, Math.floor(periods(last.atMs, nowMs)) - 1));
  const seen = all.filter(({ atMs }) => atMs >= sinceMs);
  // The last tick may be at work still.
  const past = seen.filter((tick) => tick !== last && tick.shards > 0);
  const empty = past.filter(({ accounted }) => accounted === 0).length;
  const partial = past.filter(({ shards, accounted }) => accounted > 0 && accounted < shards).length;
  return { due: seen.length + gap, missed: gap + empty, partial };
}

/** What stood in a condition from a moment on, in milliseconds since the epoch; null is nothing. */
export type Standing = {
  readonly atMs: number;
  readonly cluster: string;
  readonly resource: Id;
  readonly type: string;
  readonly said: Said | null;
};

/** What stood since `sinceMs`: by the changes since then, and by what stands where there were none. */
export function standingsOf(states: readonly ClusterState[], changes: readonly Change[], sinceMs: number): readonly Standing[] {
  const groups = Map.groupBy(changes.flatMap(changedOf), keyed);
  const changed = [...groups.values()].flatMap(([first, ...others]): readonly Standing[] => {
    if (first === undefined) return [];
    const { from, ...then } = first;
    return [{ ...then, atMs: sinceMs, said: from }, then, ...others.map(({ from: _, ...other }) => other)];
  });
  return [...changed, ...states.flatMap((state) => standingIn(state, sinceMs)).filter((one) => !groups.has(keyed(one)))];
}

function changedOf({ at, cluster, resource, type, from, to }: Change): readonly (Standing & { readonly from: Said | null })[] {
  if (resource === undefined || type === undefined) return [];
  return [{ atMs: parseTimeMs(at), cluster, resource, type, from: saidIn(from), said: saidIn(to) }];
}

function standingIn({ cluster, resources }: ClusterState, sinceMs: number): readonly Standing[] {
  return resources.flatMap(({ apiVersion, kind, namespace, name, condition }) => {
    if (condition === undefined) return [];
    const resource = { apiVersion, kind, ...(namespace !== undefined && { namespace }), name };
    const atMs = Math.max(sinceMs, parseTimeMs(condition.since));
    return [{ atMs, cluster, resource, type: condition.type, said: condition }];
  });
}

function keyed({ cluster, resource, type }: Pick<Standing, "cluster" | "resource" | "type">): string {
  return `${cluster}\n${keyOf({ ...resource, condition: { type } })}`;
}

function saidIn(side: Change["from"]): Said | null {
  return side !== null && "status" in side ? side : null;
}
