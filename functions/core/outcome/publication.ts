// What a run publishes of its clusters' transitions, so that one with very many of them crowds out no other.

import type { ConditionChanged } from "./transition.ts";

/** The transitions of one cluster beyond those that are published one by one; `to` counts what they changed to. */
type TransitionsOmitted = Pick<ConditionChanged, "cluster" | "labels" | "at"> & {
  readonly omitted: number;
  readonly to: Readonly<Record<string, number>>;
};

export type Publication =
  | { readonly detailType: "Condition Changed"; readonly detail: ConditionChanged }
  | { readonly detailType: "Transitions Omitted"; readonly detail: TransitionsOmitted };

/** The transitions of one cluster, and how many of them may be published one by one. */
type Queue = { readonly transitions: readonly ConditionChanged[]; readonly allowed: number };

/** The events of all clusters, taken from each in turn: the transitions that are allowed, and an event that counts the others. */
export function publicationsOf(clusters: readonly Queue[]): readonly Publication[] {
  const queues = clusters.map(ofCluster);
  const longest = queues.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue[turn] ?? [])).flat();
}

function ofCluster({ transitions, allowed }: Queue): readonly Publication[] {
  const changed = transitions.slice(0, allowed).map((detail) => ({ detailType: "Condition Changed", detail }) as const);
  const omitted = transitions.slice(allowed);
  const [first] = omitted;
  if (first === undefined) return changed;
  const { cluster, labels, at } = first;
  const detail = { cluster, labels, omitted: omitted.length, to: countStatuses(omitted), at };
  return [...changed, { detailType: "Transitions Omitted", detail }];
}

function countStatuses(transitions: readonly ConditionChanged[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(transitions, ({ condition }) => condition.to.status);
  return Object.fromEntries([...groups].map(([status, { length }]) => [status, length]));
}
