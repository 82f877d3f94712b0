import { now } from "../clock.ts";
import { connector, type Proofs } from "../cluster/connect.ts";
import { type Config, requireFleet } from "../config.ts";
import { UpstreamError } from "../core/errors.ts";
import type { Fleet } from "../core/fleet/fleet.ts";
import { PUBLISHING_MS } from "../core/limits.ts";
import { attentionOf } from "../core/outcome/attention.ts";
import { type Metrics, outcomeMetrics } from "../core/outcome/metrics.ts";
import { type ClusterOutcome, summarize } from "../core/outcome/outcome.ts";
import { transitionsOf } from "../core/outcome/transition.ts";
import { sanitize } from "../core/text.ts";
import { openLogins } from "../io/auth/logins.ts";
import { type Bus, openBus } from "../io/aws/bus.ts";
import { type CurrentFleet, openFleet } from "../io/fleet/source.ts";
import { openConnections } from "../io/http/connections.ts";
import type { Report } from "../io/report.ts";
import { reconcileFleet } from "./fleet.ts";

/** What one run is about. `deadline` is in milliseconds of `performance.now()`. */
export type Part = {
  readonly fleet: Fleet;
  readonly folder: string | undefined;
  readonly cause: string;
  readonly deadline: number;
  readonly dryRun?: boolean;
};

export type Ran = { readonly clusters: readonly ClusterOutcome[]; readonly crashed: ReadonlyMap<string, unknown> };

/** A warm process: what it keeps from run to run may only save work. */
export type Worker = {
  readonly report: Report;
  loadFleet(): Promise<CurrentFleet>;
  /** Reconciles a part of the fleet, sends the transitions and tells what happened; `metricsOf` adds what only the caller knows. */
  run(part: Part, metricsOf?: (ran: Ran) => Metrics): Promise<Ran>;
};

export function openWorker(config: Config, report: Report): Worker {
  const { receiverSecret, runtimeApi } = config;
  const kept = {
    connections: openConnections({ runtimeApi }),
    proofs: new Map() satisfies Proofs,
    logins: openLogins({ stage: config.stage }),
  };
  const bus = config.bus === undefined ? undefined : openBus(config.bus, { withinMs: PUBLISHING_MS });
  return {
    report,
    loadFleet: openFleet(requireFleet(config.fleet), { receiverSecret }),
    async run(part, metricsOf = () => ({})) {
      const startedAt = performance.now();
      const crashed = new Map<string, unknown>();
      const connect = connector({ ...kept, folder: part.folder });
      const clusters = await reconcileFleet(part.fleet, { ...part, connect, onCrash: (name, bug) => crashed.set(name, bug) });
      const transitions = await publish(bus, part.fleet, clusters, report);
      const ran = { clusters, crashed };
      tell(report, part, ran, Math.round(performance.now() - startedAt), { ...transitions, ...metricsOf(ran) });
      return ran;
    },
  };
}

// At most once: what the bus did not take is not kept, and the conditions themselves are there for everybody to read.
async function publish(bus: Bus | undefined, fleet: Fleet, clusters: readonly ClusterOutcome[], report: Report): Promise<Metrics> {
  if (bus === undefined) return {};
  const labels = new Map(fleet.clusters.map((entry) => [entry.name, entry.labels]));
  const at = now();
  const details = clusters.flatMap((outcome) => transitionsOf(outcome, labels.get(outcome.cluster) ?? {}, at));
  try {
    await bus.put(details.map((detail) => ({ detailType: "Condition Changed", detail })));
    return { TransitionsSent: details.length, TransitionsLost: 0 };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    report.error("transitions were not sent", { code: error.code, why: error.message });
    return { TransitionsSent: 0, TransitionsLost: details.length };
  }
}

function tell(report: Report, { cause, dryRun = false }: Part, { clusters, crashed }: Ran, ms: number, metrics: Metrics): void {
  for (const attention of clusters.map(attentionOf)) if (attention !== undefined) report.warn("cluster needs attention", attention);
  for (const [cluster, bug] of crashed) report.error("cluster ran into a bug", { cluster, ...told(bug) });
  report.info("run completed", { cause, dryRun, ms, ...summarize(clusters), ...metrics });
  if (dryRun) return;
  report.publish({ RunsCompleted: 1, RunDuration: ms, ClustersCrashed: crashed.size, ...outcomeMetrics(clusters), ...metrics });
}

function told(bug: unknown): { error: string; why?: string; at?: readonly string[] } {
  if (!(bug instanceof Error)) return { error: typeof bug };
  return { error: bug.name, why: sanitize(bug.message), at: bug.stack?.split("\n    ").slice(1, 6) };
}
