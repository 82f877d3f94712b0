// The whole fleet at one glance, as JSON and as what every table and page is made of.

import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { parseTimeMs } from "../core/time.ts";
import type { ClusterState, ResourceState } from "./state.ts";

/** One cluster; `resources` are those that were looked at when it was last reached, and none while it is not reached. */
export type ClusterStatus = Omit<ClusterState, "seen" | "recent"> & {
  /** When anything of it last changed, RFC 3339; undefined where nothing has since it is known. */
  readonly changed?: string;
};

/** The last tick that came to an end: when it was dispatched (RFC 3339), how long it took, how many were missed in the hour before and since. */
export type RunStatus = {
  readonly at: string;
  readonly ms: number;
  readonly missed: number;
  /** Clusters that it has not looked at, because the process that read them died. */
  readonly lost?: readonly string[];
};

/**
 * All that is known of a fleet: `at` is when this was made, `run.at` when the clusters were looked at, `clusters[].changed` when they changed,
 * each RFC 3339. `run` is undefined for a live look, and where no tick has come to its end.
 */
export type FleetStatus = {
  readonly at: string;
  readonly stage?: string;
  readonly run?: RunStatus;
  readonly clusters: readonly ClusterStatus[];
  readonly summary: Summary;
};

/** Counts of all selected clusters and their conditions, whatever filter hides them. */
type Summary = {
  readonly clusters: Readonly<Partial<Record<ClusterOutcome["was"], number>>>;
  readonly conditions: Readonly<Record<"True" | "False" | "Unknown", number>>;
};

/** Which conditions are shown: those with one of the statuses, or all but those with them, for at least as long, in milliseconds. */
export type Filter = { readonly statuses?: readonly string[]; readonly not?: readonly string[]; readonly forMs?: number };

export function statusOf(states: readonly ClusterState[], head: Pick<FleetStatus, "at" | "stage" | "run">): FleetStatus {
  const lost = new Set(head.run?.lost);
  const clusters = states.map((state) => shownOf(lost.has(state.cluster) ? { ...state, was: "crashed", message: LOST } : state));
  return { ...head, clusters, summary: summarize(clusters) };
}

const LOST = "the process that reads it dies: it is read alone";

function shownOf({ seen: _, recent, ...state }: ClusterState): ClusterStatus {
  const changed = recent.at(-1)?.at;
  const unlisted = new Set(state.unlisted?.map(({ kind }) => kind));
  const resources = isReached(state) ? state.resources.filter(({ kind }) => !unlisted.has(kind)) : [];
  const { omitted, ...rest } = state;
  return { ...rest, ...(isReached(state) && omitted && { omitted }), resources, ...(changed !== undefined && { changed }) };
}

/** Whether something of the cluster was read: what stood before says nothing of now. */
function isReached({ was, unlisted = [] }: Pick<ClusterState, "was" | "unlisted">): boolean {
  return was === "reconciled" || (was === "misconfigured" && unlisted.length > 0);
}

function summarize(clusters: readonly ClusterStatus[]): Summary {
  const conditions = { True: 0, False: 0, Unknown: 0 };
  const count = (status: string, more: number) => {
    if (status === "True" || status === "False" || status === "Unknown") conditions[status] += more;
  };
  for (const { resources, omitted = {} } of clusters) {
    for (const { condition } of resources) count(condition?.status ?? "", 1);
    for (const [status, number] of Object.entries(omitted)) count(status, number);
  }
  const byWas = Map.groupBy(clusters, ({ was }) => was);
  return { clusters: Object.fromEntries([...byWas].map(([was, { length }]) => [was, length])), conditions };
}

/** The part of a status that a filter leaves: what is not reached is not True, and has no other status. The summary stays. */
export function filterStatus(status: FleetStatus, filter: Filter): FleetStatus {
  const { statuses, not, forMs } = filter;
  if (statuses === undefined && not === undefined && forMs === undefined) return status;
  const beforeMs = forMs === undefined ? Number.POSITIVE_INFINITY : parseTimeMs(status.at) - forMs;
  const isShown = ({ condition }: ResourceState) =>
    isWanted(condition?.status ?? "none", filter) && parseTimeMs(condition?.since ?? status.at) <= beforeMs;
  const clusters = status.clusters.flatMap((cluster) => {
    const resources = cluster.resources.filter(isShown);
    const isTroubled = statuses === undefined && hasTrouble(cluster) && parseTimeMs(troubledSince(cluster)) <= beforeMs;
    return resources.length > 0 || isTroubled ? [{ ...cluster, resources }] : [];
  });
  return { ...status, clusters };
}

function isWanted(status: string, { statuses, not }: Filter): boolean {
  return (statuses?.includes(status) ?? true) && !(not?.includes(status) ?? false);
}

/** Whether something of the cluster itself is not well, whatever its conditions say. */
function hasTrouble({ was, alerts, unlisted }: ClusterStatus): boolean {
  return was !== "reconciled" || alerts !== undefined || unlisted !== undefined;
}

function troubledSince({ was, since, unreadSince = since }: ClusterStatus): string {
  return was === "reconciled" ? unreadSince : since;
}

const FINE: ReadonlySet<string> = new Set(["reconciled", "paused"]);

/** Whether everything was reached, read and written; what the conditions say is another question. */
export function isWell({ clusters }: FleetStatus): boolean {
  return clusters.every((cluster) => troubleOf(cluster) === undefined);
}

/** What of a cluster was not reached, read or written; undefined where all was. */
export function troubleOf({ was, alerts, unlisted, resources }: ClusterStatus): string | undefined {
  if (!FINE.has(was)) return was;
  if (alerts !== undefined) return "with unreadable alerts";
  if (unlisted !== undefined) return "with unlisted kinds";
  return resources.some(({ refused }) => refused !== undefined) ? "with refused resources" : undefined;
}
