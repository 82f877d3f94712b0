// Bounds what is looked at and kept of one cluster: the worst of its resources, and a count of the others.

import type { ResourceOutcome } from "../core/outcome/outcome.ts";
import { isTransition } from "../core/outcome/transition.ts";
import type { Kept, ResourceState } from "./state.ts";

/** Of a cluster with more, only the worst are looked at one by one. */
const MAX_LOOKED = 1_000;
/** Of a cluster with more, only the worst are kept one by one. */
export const MAX_KEPT = 300;
// As JSON; that of an honest cluster deflates to a tenth.
const MAX_LENGTH = 98_304;

const RANKS: Readonly<Record<string, number>> = { False: 0, Unknown: 2, True: 3 };

/** False first, then what could not be written, Unknown, True. */
function rankOf({ condition, refused, contestedBy }: ResourceState): number {
  const rank = RANKS[condition?.status ?? ""] ?? 1;
  return rank > 0 && (refused ?? contestedBy) !== undefined ? 1 : rank;
}

type Looked = { readonly looked: readonly ResourceOutcome[]; readonly unlooked: readonly ResourceOutcome[] };

/** What changed, and then the worst. */
export function worstOf(resources: readonly ResourceOutcome[]): Looked {
  if (resources.length <= MAX_LOOKED) return { looked: resources, unlooked: [] };
  const rank = (one: ResourceOutcome) => (isTransition(one) ? -1 : "condition" in one ? (RANKS[one.condition.status] ?? 1) : 1);
  const sorted = resources.toSorted((one, other) => rank(one) - rank(other));
  return { looked: sorted.slice(0, MAX_LOOKED), unlooked: sorted.slice(MAX_LOOKED) };
}

export function keepWorst(resources: readonly ResourceState[], unlooked: readonly ResourceOutcome[]): Kept {
  const sorted = resources.toSorted((one, other) => rankOf(one) - rankOf(other));
  const kept: ResourceState[] = [];
  let length = 0;
  for (const resource of sorted.slice(0, MAX_KEPT)) {
    length += JSON.stringify(resource).length;
    if (length > MAX_LENGTH) break;
    kept.push(resource);
  }
  const rest = [...sorted.slice(kept.length), ...unlooked.filter((one) => one.was !== "skipped")];
  if (rest.length === 0) return { resources: kept };
  const groups = Map.groupBy(rest, (one) => ("condition" in one && one.condition?.status) || "none");
  return { resources: kept, omitted: Object.fromEntries([...groups].map(([status, { length }]) => [status, length])) };
}
