// The names of all metrics, in one place: alarms and the dashboard rest on them.
import { type Attention, attentionOf } from "./attention.ts";
import { longUnknown } from "./long-unknown.ts";
import { type ClusterOutcome, summarize } from "./outcome.ts";

type DispatchMetric = "TicksDispatched" | "ClustersDispatched" | "ShardsDispatched" | "ShardsDied" | "ClustersQuarantined";
type StateMetric = "StateWritesFailed";
type QueueMetric =
  | "MessagesMalformed"
  | "TickRequestsDropped"
  | "PushRequestsDropped"
  | "ClustersResting"
  | "UnknownClusters"
  | "ClustersAnswered"
  | "ClustersAccounted";
type RunMetric = "LoginsUnlimited" | "RunsCompleted" | "TransitionsSent" | "TransitionsLost" | "TransitionsOmitted";
type FleetMetric = "FleetStale" | "FleetUnusable" | "FleetChanged";
type ReceiveMetric = "PushesAnnounced" | "PushesThrottled" | "NoticesRefused";
type TimeMetric = "RunDuration" | "OldestRequestAge" | "TickDelay";
type OutcomeMetric = keyof (ReturnType<typeof outcomeMetrics> & ReturnType<typeof conditionMetrics>);

/** Metrics by name. None has a dimension that grows with the fleet. */
export type Metrics = Readonly<
  Partial<Record<DispatchMetric | StateMetric | QueueMetric | RunMetric | FleetMetric | ReceiveMetric | TimeMetric | OutcomeMetric, number>>
>;

const TIMES = new Set<string>(["RunDuration", "OldestRequestAge", "TickDelay"] satisfies TimeMetric[]);

/** Whether a metric is a time in milliseconds, and not a count. */
export function isTime(metric: string): boolean {
  return TIMES.has(metric);
}

/** What became of clusters and resources, in numbers; zeros too, so that an alarm always has something to look at. */
export function outcomeMetrics(outcomes: readonly ClusterOutcome[]) {
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
export function conditionMetrics(outcomes: readonly ClusterOutcome[], nowMs: number) {
  const { True, False, Unknown } = summarize(outcomes).conditions;
  return {
    ConditionsTrue: True,
    ConditionsFalse: False,
    ConditionsUnknown: Unknown,
    ClustersLongUnknown: longUnknown(outcomes, nowMs).length,
  };
}
