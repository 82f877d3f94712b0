import pLimit from "p-limit";
import { alertsOf, reachOf, type View, viewCluster } from "../cluster/cluster.ts";
import type { ClusterOutcome, ResourceOutcome } from "../core/outcome/outcome.ts";
import { outcomesOf } from "../core/outcome/resource.ts";
import { isQuiet, type Plan, planWith } from "../core/verdict/plan.ts";
import { type Pass, reconcileResource } from "./resource.ts";

// The API server's fairness queues are shared with everybody else in the cluster.
const WRITES_AT_ONCE = 16;

/** One cluster from start to finish: one look at everything, then each resource that there is something to write on. */
export async function reconcileCluster(pass: Pass): Promise<Omit<ClusterOutcome, "cluster" | "ms">> {
  const view = await viewCluster(pass.cluster, pass.entry.profiles);
  const readAt = pass.monotonicMs();
  const plans = view.resources.map(planWith(pass.entry, view.known, pass.timestamp));
  const news = plans.filter((plan) => !isQuiet(plan));
  // In a quiet pass, which is nearly every pass, nothing below has to wait.
  const written = news.length === 0 ? undefined : await reconcileAll(pass, news, readAt, view);
  const resources = plans.flatMap((plan) => written?.get(plan) ?? outcomesOf(plan, "unchanged"));
  return { ...reachOf(view.lists), alerts: alertsOf(view.known), resources };
}

async function reconcileAll(pass: Pass, plans: readonly Plan[], readAt: number, { known }: View) {
  const outcomes = await pLimit(WRITES_AT_ONCE).map(
    plans,
    async (plan): Promise<[Plan, readonly ResourceOutcome[]]> => [plan, await reconcileResource(pass, plan, readAt, known)],
  );
  return new Map(outcomes);
}
