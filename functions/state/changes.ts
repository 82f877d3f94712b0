// Compares what a run saw with what was known: each difference becomes an entry of the history.

import type { ClusterOutcome, ResourceOutcome } from "../core/outcome/outcome.ts";
import { isObserved, isTransition } from "../core/outcome/transition.ts";
import { type Change, type ClusterState, keyOf, type Reach, type ResourceState, type Said } from "./state.ts";

/** What was known of the resources of a cluster, by their keys. */
type Known = ReadonlyMap<string, ResourceState>;

const MAX_CHANGES = 50;

export function reachChanges(before: ClusterState | undefined, { cluster, was, code }: ClusterOutcome, at: string): readonly Change[] {
  if (before === undefined || before.was === was) return [];
  return [{ at, cluster, from: reachOf(before), to: reachOf({ was, code }), because: [] }];
}

function reachOf({ was, code }: Reach): Reach {
  return { was, ...(code !== undefined && { code }) };
}

/** `isWhole`: every resource of the cluster was known and is looked at, so that what is not there is gone. `isNew`: it would be known, were it so before. */
type Look = {
  readonly cluster: string;
  readonly at: string;
  readonly isWhole: boolean;
  readonly isNew: (resource: ResourceState) => boolean;
};

/** All of them: {@link bounded} leaves those that are kept. */
export function conditionChanges(
  outcomes: readonly ResourceOutcome[],
  known: Known,
  resources: readonly ResourceState[],
  look: Look,
): readonly Change[] {
  const written = new Map(outcomes.flatMap((one) => (isTransition(one) ? [[keyOf(one), one.before ?? null] as const] : [])));
  const observed = new Set(outcomes.filter(isObserved).map(keyOf));
  const changed = resources.flatMap((resource) => {
    const key = keyOf(resource);
    const standing = known.get(key)?.condition;
    const isKnownChanged = standing !== undefined && !isSame(standing, resource.condition);
    if (isKnownChanged) return [changeOf(look, resource, standing, resource.condition)];
    const isFirst = standing === undefined && observed.has(key) && look.isNew(resource);
    const before = isFirst ? null : written.get(key);
    return before === undefined ? [] : [changeOf(look, resource, before ?? undefined, resource.condition)];
  });
  return [...changed, ...(look.isWhole ? goneOf(known, resources, look) : [])];
}

function goneOf(known: Known, resources: readonly ResourceState[], look: Look): readonly Change[] {
  const there = new Set(resources.map(keyOf));
  const gone = [...known].filter(([key, { condition }]) => condition !== undefined && !there.has(key));
  return gone.map(([, resource]) => changeOf(look, resource, resource.condition, undefined));
}

function changeOf({ cluster, at }: Look, resource: ResourceState, from: Said | undefined, to: Said | undefined): Change {
  const { apiVersion, kind, namespace, name, profile, condition, because } = resource;
  const id = { apiVersion, kind, ...(namespace !== undefined && { namespace }), name };
  const why = to === undefined ? [] : because;
  const of = { resource: id, ...(profile !== undefined && { profile }), type: condition?.type };
  return { at, cluster, ...of, from: saidOf(from), to: saidOf(to), because: why };
}

function saidOf(said: Said | undefined): Said | null {
  return said === undefined ? null : { status: said.status, reason: said.reason };
}

function isSame(one: Said, other: Said | undefined): boolean {
  return one.status === other?.status && one.reason === other.reason;
}

export function bounded(changes: readonly Change[]): readonly Change[] {
  const last = changes[MAX_CHANGES - 1];
  if (last === undefined || changes.length === MAX_CHANGES) return changes;
  return [...changes.slice(0, MAX_CHANGES - 1), { ...last, omitted: changes.length - MAX_CHANGES }];
}
