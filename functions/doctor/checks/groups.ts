// Groups the findings of many clusters, so that what is wrong everywhere is one entry, with the clusters that have it.

import type { Check, Diagnosis } from "./check.ts";
import { worstFirst } from "./check.ts";

/** One text of a finding, and the clusters that have it. */
type Finding = { readonly message: string; readonly clusters: readonly string[] };

/** Checks of one name with one result and one remedy: texts that differ, such as addresses, stay beside one another, those of most clusters first. */
export type Group = Omit<Check, "message"> & { readonly findings: readonly Finding[]; readonly clusters: number };

type Located = { readonly cluster: string; readonly check: Check };

/** The worst first, and of those what most clusters have. */
export function groupsOf(diagnoses: readonly Diagnosis[]): readonly Group[] {
  const located = diagnoses.flatMap(({ cluster, checks }) => checks.map((check) => ({ cluster, check })));
  const alike = Map.groupBy(located, ({ check: { check, was, remedy } }) => JSON.stringify([check, was, remedy]));
  const groups = [...alike.values()].map(toGroup).sort((one, other) => other.clusters - one.clusters);
  return worstFirst(groups);
}

function toGroup(list: readonly Located[]): Group {
  const [first] = list;
  if (first === undefined) throw new Error("a group has a check at least");
  const { message: _, ...same } = first.check;
  const findings = [...Map.groupBy(list, ({ check }) => check.message)].map(([message, part]) => ({
    message,
    clusters: part.map(({ cluster }) => cluster),
  }));
  const clusters = new Set(list.map(({ cluster }) => cluster)).size;
  return { ...same, findings: findings.sort((one, other) => other.clusters.length - one.clusters.length), clusters };
}
