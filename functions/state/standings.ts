// Tells from the history of a fleet what stood in its conditions, each from a moment on.

import { parseTimeMs } from "../core/time.ts";
import { type Change, type ClusterState, type Id, keyOf, type Said } from "./state.ts";

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
