import pLimit from "p-limit";
import { outcomeOf, viewCluster } from "./cluster.ts";
import type { ClusterOutcome } from "./core/outcome.ts";
import { type Pass, reconcileResource } from "./reconcile-resource.ts";

// The API server's fairness queues are shared with everybody else in the cluster.
const WRITES_AT_ONCE = 16;

/** One cluster from start to finish: one look at everything, then each resource. */
export async function reconcileCluster(pass: Pass): Promise<Omit<ClusterOutcome, "cluster" | "ms">> {
  const view = await viewCluster(pass.cluster, pass.entry.profiles);
  const readAt = pass.monotonicMs();
  const outcomes = await pLimit(WRITES_AT_ONCE).map(view.resources, (resource) =>
    reconcileResource(pass, { resource, readAt }, view.reading),
  );
  return { ...outcomeOf(view), resources: outcomes.flat() };
}
