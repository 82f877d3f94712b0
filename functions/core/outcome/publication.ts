// What a run publishes of its clusters' transitions, so that one with very many of them crowds out no other.

import { MAX_TRANSITIONS } from "../limits.ts";
import type { ConditionChanged } from "./transition.ts";

/** The transitions of one cluster beyond those that are published one by one; `to` counts what they changed to. */
type TransitionsOmitted = Pick<ConditionChanged, "cluster" | "labels" | "at"> & {
  readonly omitted: number;
  readonly to: Readonly<Record<string, number>>;
};

export type Publication =
  | { readonly detailType: "Condition Changed"; readonly detail: ConditionChanged }
  | { readonly detailType: "Transitions Omitted"; readonly detail: TransitionsOmitted };

/** The events of all clusters, taken from each in turn: at most a hundred transitions of one, and an event that counts the others. */
export function publicationsOf(transitions: readonly (readonly ConditionChanged[])[]): readonly Publication[] {
  const queues = transitions.map(ofCluster);
  const longest = queues.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: longest }, (_, turn) => queues.flatMap((queue) => queue[turn] ?? [])).flat();
}

function ofCluster(transitions: readonly ConditionChanged[]): readonly Publication[] {
  const changed = transitions.slice(0, MAX_TRANSITIONS).map((detail) => ({ detailType: "Condition Changed", detail }) as const);
  const omitted = transitions.slice(MAX_TRANSITIONS);
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
