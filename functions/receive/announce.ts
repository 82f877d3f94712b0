// Requests one reconcile for all pushed clusters that have news, at a rate that each cluster's tokens limit.

import { UpstreamError } from "../core/errors.ts";
import { RECONCILE_REQUESTED } from "../core/request.ts";
import type { Clock } from "../core/time.ts";
import type { Bus } from "../io/aws/bus.ts";
import type { Report } from "../io/report.ts";
import type { Push } from "./alerts.ts";
import type { PushMemory } from "./dedup.ts";

/** A push, and the cluster that it is about. */
export type ClusterPush = { readonly cluster: string; readonly push: Push };

/** Requests a reconcile of the clusters whose pushes are news; an {@link UpstreamError} where the bus refuses the event. */
export type Announce = (pushes: readonly ClusterPush[]) => Promise<void>;

type Settings = {
  readonly bus: Pick<Bus, "put">;
  readonly memory: PushMemory;
  readonly report: Pick<Report, "error" | "publish">;
  readonly clock: Clock;
};

/**
 * A push is remembered only once the bus has accepted its event. A cluster with news but without a token is skipped, and its sender gets no
 * error, for it could not act on one: the news stays news, and the next push or tick reads the cluster.
 */
export function openAnnounce({ bus, memory, report, clock }: Settings): Announce {
  return async (pushes) => {
    const nowMs = clock.nowMs();
    const news = pushes.filter(({ cluster, push }) => memory.isNews(cluster, push, nowMs));
    const affordable = news.filter(({ cluster }) => memory.spend(cluster, nowMs));
    if (affordable.length > 0) await requestReconcile(affordable, nowMs, { bus, report });
    const skipped = new Set(news.filter((push) => !affordable.includes(push)));
    for (const each of pushes) if (!skipped.has(each)) memory.remember(each.cluster, each.push, nowMs);
    if (news.length > 0) report.publish({ PushesAnnounced: affordable.length, PushesThrottled: skipped.size });
  };
}

async function requestReconcile(
  pushes: readonly ClusterPush[],
  nowMs: number,
  { bus, report }: Pick<Settings, "bus" | "report">,
): Promise<void> {
  const detail = { clusters: pushes.map(({ cluster }) => cluster), cause: "push", at: new Date(nowMs).toISOString() };
  try {
    await bus.put([{ detailType: RECONCILE_REQUESTED, detail }]);
  } catch (error) {
    if (error instanceof UpstreamError) report.error("the bus did not take a push", { why: error.message });
    throw error;
  }
}
