// One look at everything a cluster has, then a write only where its conditions say something else.
import pLimit from "p-limit";
import { alertsOf, reachOf, refusedItems, viewCluster } from "../cluster/cluster.ts";
import { WRITES_AT_ONCE } from "../core/limits.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { outcomesOf } from "../core/outcome/resource.ts";
import { timeText } from "../core/time.ts";
import { planWith } from "../core/verdict/plan.ts";
import { type Pass, reconcileResource } from "./resource.ts";

/** What one pass makes of a cluster. */
export type PassResult = Omit<ClusterOutcome, "cluster" | "ms">;

/** One cluster from start to finish. */
export async function reconcileCluster(pass: Pass): Promise<PassResult> {
  const view = await viewCluster(pass.cluster, pass.entry.profiles);
  const readAt = pass.clock.monotonicMs();
  const writing = pLimit(WRITES_AT_ONCE);
  const outcomes = view.resources.map(planWith(pass.entry, view.known, () => timeText(pass.clock.nowMs()))).map((plan) => {
    // In a quiet pass, which is nearly every pass, nothing has to wait.
    if (plan.patch === undefined) return outcomesOf(plan, "unchanged");
    return writing(() => reconcileResource(pass, plan, readAt, view.known));
  });
  return {
    ...reachOf(view.lists),
    alerts: alertsOf(view.known),
    resources: [...(await Promise.all(outcomes)).flat(), ...refusedItems(view.lists)],
  };
}
