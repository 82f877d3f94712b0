// The names of all metrics, in one place: alarms and the dashboard rest on them.
import { type Attention, attentionOf } from "./attention.ts";
import { longUnknown } from "./long-unknown.ts";
import { type ClusterOutcome, summarize } from "./outcome.ts";

const COUNTS = [
  "TicksDispatched",
  "ClustersDispatched",
  "ShardsDispatched",
  "ShardsDied",
  "ClustersQuarantined",
  "MessagesMalformed",
  "TickRequestsDropped",
  "PushRequestsDropped",
  "ClustersResting",
  "UnknownClusters",
  "ClustersAnswered",
  "ClustersAccounted",
  "RunsCompleted",
  "TransitionsSent",
  "TransitionsLost",
  "TransitionsOmitted",
  "LoginsUnlimited",
  "ClustersReconciled",
  "ClustersUnreachable",
  "ClustersForbidden",
  "ClustersMisconfigured",
  "ClustersPaused",
  "ClustersLate",
  "ClustersLeftToTick",
  "ClustersCrashed",
  "KindsUnlisted",
  "AlertsUnreadable",
  "HealthUnproven",
  "ResourcesPatched",
  "ResourcesUnchanged",
  "ResourcesRefused",
  "ResourcesHeld",
  "ResourcesContested",
  "ConditionsTrue",
  "ConditionsFalse",
  "ConditionsUnknown",
  "ClustersLongUnknown",
  "FleetStale",
  "FleetUnusable",
  "FleetChanged",
  "StateWritesFailed",
  "PushesAnnounced",
  "PushesThrottled",
  "NoticesRefused",
] as const;
const TIMES = ["RunDuration", "OldestRequestAge", "TickDelay"] as const;

type Metric = (typeof COUNTS)[number] | (typeof TIMES)[number];

/** Metrics by name. None has a dimension that grows with the fleet. */
export type Metrics = Readonly<Partial<Record<Metric, number>>>;

/** All of them, for alarms and the dashboard to be held to; marked so that no bundle carries what no function reads. */
export const METRICS: readonly Metric[] = /* @__PURE__ */ [COUNTS, TIMES].flat();

/** Whether a metric is a time in milliseconds, and not a count. */
export function isTime(metric: string): boolean {
  return TIMES.some((time) => time === metric);
}

/** What became of clusters and resources, in numbers. */
export function outcomeMetrics(outcomes: readonly ClusterOutcome[]): Metrics {
  const { clusters, resources } = summarize(outcomes);
  // A push left them to the next tick: the fleet is none too large for that.
  const leftToTick = outcomes.filter(({ was, code }) => was === "late" && code !== undefined).length;
  const attention = outcomes.flatMap(attentionOf);
  // No API server has refused them.
  const held = attention.filter((one) => one.about === "resource" && one.code === "held").length;
  const count = (about: Attention["about"]) => attention.filter((one) => one.about === about).length;
  return {
    ClustersReconciled: clusters.reconciled,
    ClustersUnreachable: clusters.unreachable,
    ClustersForbidden: clusters.forbidden,
    ClustersMisconfigured: clusters.misconfigured,
    ClustersPaused: clusters.paused,
    ClustersLate: clusters.late - leftToTick,
    ClustersLeftToTick: leftToTick,
    ClustersCrashed: clusters.crashed,
    ResourcesPatched: resources.patched,
    ResourcesUnchanged: resources.unchanged,
    ResourcesRefused: resources.refused - held,
    ResourcesHeld: held,
    ResourcesContested: resources.contested,
    KindsUnlisted: count("kind"),
    AlertsUnreadable: count("alerts"),
    // Clusters, like those whose alerts are unreadable.
    HealthUnproven: outcomes.filter((outcome) => attentionOf(outcome).some(({ about }) => about === "unknown")).length,
  };
}

/** How many judged conditions have which status, and in how many clusters some stay Unknown: over all shards of one tick, those of the fleet. */
export function conditionMetrics(outcomes: readonly ClusterOutcome[], nowMs: number): Metrics {
  const { True, False, Unknown } = summarize(outcomes).conditions;
  return {
    ConditionsTrue: True,
    ConditionsFalse: False,
    ConditionsUnknown: Unknown,
    ClustersLongUnknown: longUnknown(outcomes, nowMs).length,
  };
}
