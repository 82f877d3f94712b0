// Finds conditions that went between two runs although no run took them away: the owner of the kind does.

import { resourceName } from "../core/outcome/outcome.ts";
import { compareText } from "../core/text.ts";
import { type Change, type ClusterState, keyOf } from "./state.ts";

/** How often conditions of a kind went, in how many clusters, the last time at `at` (RFC 3339) from `last`. */
export type Drop = {
  readonly kind: string;
  readonly count: number;
  readonly clusters: readonly string[];
  readonly last: string;
  readonly at: string;
};

// Once may be an object that was deleted and made again.
const LEAST = 2;

/** The clusters in which something was written where nothing stood: a new object, or one that lost its condition. */
export function suspectsIn(states: readonly ClusterState[]): readonly ClusterState[] {
  return states.filter(({ recent }) => recent.some(({ resource, from }) => resource !== undefined && from === null));
}

/** The kinds of which some object lost its condition at least twice. */
export function dropsOf(changes: readonly Change[]): readonly Drop[] {
  const subjects = Map.groupBy(
    changes.filter(({ resource }) => resource !== undefined),
    subjectOf,
  );
  const gone = [...subjects.values()].map(goneIn).filter(({ length }) => length >= LEAST);
  const kinds = Map.groupBy(gone.flat(), ({ resource }) => resource?.kind ?? "");
  return [...kinds].map(([kind, list]) => dropOf(kind, list));
}

function subjectOf({ cluster, resource, type = "" }: Change): string {
  return resource === undefined ? "" : `${cluster}\n${keyOf({ ...resource, condition: { type } })}`;
}

// A change from nothing, where the change before it left a condition.
function goneIn(changes: readonly Change[]): readonly Change[] {
  const sorted = changes.toSorted((one, other) => compareText(one.at, other.at));
  return sorted.filter((change, place) => change.from === null && place > 0 && sorted[place - 1]?.to !== null);
}

function dropOf(kind: string, changes: readonly Change[]): Drop {
  const last = changes.reduce<Change | undefined>((latest, one) => (latest === undefined || one.at > latest.at ? one : latest), undefined);
  const name = last?.resource === undefined ? "" : `${resourceName(last.resource)} of ${last.cluster}`;
  return { kind, count: changes.length, clusters: [...new Set(changes.map(({ cluster }) => cluster))], last: name, at: last?.at ?? "" };
}
