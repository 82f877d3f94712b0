// Explains the verdicts of one cluster with the same predicates that a pass uses.

import type { ClusterEntry } from "../core/fleet/fleet.ts";
import type { AlertsOutcome, ClusterOutcome } from "../core/outcome/outcome.ts";
import { type Explanation, explain } from "../core/verdict/explain.ts";
import { coversKind } from "../core/verdict/matching.ts";
import { alertsOf, type Cluster, reachOf, viewCluster } from "./cluster.ts";

/** Why each resource of a cluster gets its verdict, and which lists or sources could not be read. */
export type ClusterExplanation = Pick<ClusterOutcome, "cluster" | "was" | "code" | "message" | "unlisted"> & {
  /** Undefined where no resource needs a source. */
  readonly alerts?: AlertsOutcome;
  readonly resources: readonly Explanation[];
};

/** Reads like a pass, and explains instead of writing. */
export async function explainCluster(entry: ClusterEntry, cluster: Cluster, timestamp: string): Promise<ClusterExplanation> {
  const view = await viewCluster(cluster, entry.profiles);
  const resources = view.resources.flatMap((resource) =>
    entry.profiles
      .filter((profile) => coversKind(profile, resource))
      .map((profile) => explain(profile, entry.mode, resource, view.known, timestamp)),
  );
  return { cluster: entry.name, ...reachOf(view.lists), alerts: alertsOf(view, entry.profiles), resources };
}
