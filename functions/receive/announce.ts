import { UpstreamError } from "../core/errors.ts";
import { RECONCILE_REQUESTED } from "../core/request.ts";
import type { Clock } from "../core/time.ts";
import type { Bus } from "../io/aws/bus.ts";
import type { Report } from "../io/report.ts";
import type { Push } from "./alerts.ts";
import type { PushMemory } from "./dedup.ts";

/** Who pushed what. */
export type ClusterPush = { readonly cluster: string; readonly push: Push };

/** Asks for a read of the clusters that there is news of; an UpstreamError where the bus does not take that. */
export type Announce = (shares: readonly ClusterPush[]) => Promise<void>;

type Settings = {
  readonly bus: Bus;
  readonly memory: PushMemory;
  readonly report: Pick<Report, "error" | "publish">;
  readonly clock: Clock;
};

/**
 * Only what the bus has taken is remembered. A cluster with more news than its tokens last for is passed over in silence: its news stays
 * news, the next push or tick has it read, and the sender could do nothing about it.
 */
export function openAnnounce({ bus, memory, report, clock }: Settings): Announce {
  return async (shares) => {
    const nowMs = clock.nowMs();
    const news = shares.filter(({ cluster, push }) => memory.isNews(cluster, push, nowMs));
    const announced = news.filter(({ cluster }) => memory.spend(cluster, nowMs));
    if (announced.length > 0) await request(announced, nowMs, { bus, report });
    const throttled = new Set(news.filter((share) => !announced.includes(share)));
    for (const share of shares) if (!throttled.has(share)) memory.remember(share.cluster, share.push, nowMs);
    if (news.length > 0) report.publish({ PushesAnnounced: announced.length, PushesThrottled: throttled.size });
  };
}

async function request(announced: readonly ClusterPush[], nowMs: number, { bus, report }: Pick<Settings, "bus" | "report">): Promise<void> {
  const detail = { clusters: announced.map(({ cluster }) => cluster), cause: "push", at: new Date(nowMs).toISOString() };
  try {
    await bus.put([{ detailType: RECONCILE_REQUESTED, detail }]);
  } catch (error) {
    if (error instanceof UpstreamError) report.error("a push was not passed on", { why: error.message });
    throw error;
  }
}
