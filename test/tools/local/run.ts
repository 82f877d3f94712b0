// Reads the runs of functions from their logs, for the board of `npm run local`.

/** One invocation of a function, as its metrics tell it. */
export type Run = { readonly atMs: number; readonly function: "dispatch" | "reconcile"; readonly what: string; readonly ms?: number };

type Metrics = Readonly<Record<string, number>> & { readonly _aws?: { readonly Timestamp: number } };

/** The run that a line of a function's log tells of; undefined where it tells of something else. */
export function parseRun(line: string): Run | undefined {
  if (!line.startsWith("{")) return undefined;
  const metrics: Metrics = JSON.parse(line);
  const atMs = metrics._aws?.Timestamp;
  if (atMs === undefined) return undefined;
  const { TicksDispatched, ClustersDispatched = 0, ShardsDispatched = 0, RunsCompleted, RunDuration } = metrics;
  if (TicksDispatched)
    return {
      atMs,
      function: "dispatch",
      what: `a tick: ${counted(ClustersDispatched, "cluster")} in ${counted(ShardsDispatched, "shard")}`,
    };
  return RunsCompleted ? { atMs, function: "reconcile", what: runText(metrics), ms: RunDuration } : undefined;
}

const OUTCOMES = {
  ClustersReconciled: "reconciled",
  ClustersUnreachable: "unreachable",
  ClustersForbidden: "forbidden",
  ClustersMisconfigured: "misconfigured",
  ClustersLate: "late",
  ClustersCrashed: "crashed",
  AlertsUnreadable: "without alerts",
  HealthUnproven: "without proof of health",
  ResourcesPatched: "patched",
  ResourcesUnchanged: "unchanged",
  ResourcesRefused: "refused",
} as const;

function runText(metrics: Metrics): string {
  const parts = Object.entries(OUTCOMES).flatMap(([name, was]) => (metrics[name] ? [`${metrics[name]} ${was}`] : []));
  return parts.join(", ") || "nothing to do";
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
