// A run reconciles a part of the fleet and makes it known everywhere: transitions on the bus, lines in the log, metrics.

import pLimit from "p-limit";
import { clock } from "../clock.ts";
import { connector } from "../cluster/connect.ts";
import { isFoundUnlimited, openPrivileges, type Privileges } from "../cluster/privileges.ts";
import { openProofs, type Proofs } from "../cluster/source.ts";
import { type Config, fleetRules, requireFleet } from "../config.ts";
import type { Fleet } from "../core/fleet/fleet.ts";
import { CONCURRENCY, MAX_SENT_BYTES, PUBLISHING_MS } from "../core/limits.ts";
import { logLineOf } from "../core/outcome/log-line.ts";
import { longUnknown } from "../core/outcome/long-unknown.ts";
import { conditionMetrics, type Metrics, outcomeMetrics } from "../core/outcome/metrics.ts";
import { type ClusterOutcome, summarize } from "../core/outcome/outcome.ts";
import { type Logins, openLogins } from "../io/auth/logins.ts";
import { type Bus, openBus } from "../io/aws/bus.ts";
import { type CurrentFleet, openFleet } from "../io/fleet/source.ts";
import type { Client } from "../io/http/client.ts";
import { type Connections, openConnections } from "../io/http/connections.ts";
import { type KnownLists, openKnownLists } from "../io/kubernetes/known-lists.ts";
import type { Report } from "../io/report.ts";
import { type Allowances, takeAllowance } from "./allowance.ts";
import { reconcileFleet } from "./fleet.ts";
import { type Outages, openOutages } from "./outages.ts";
import { publishTransitions } from "./transitions.ts";

/** A warm process: what it keeps from run to run may only save work. */
export type Worker = {
  readonly report: Report;
  readonly loadFleet: () => Promise<CurrentFleet>;
  readonly bus: Bus | undefined;
  readonly connections: Connections;
  readonly logins: Logins;
  readonly proofs: Proofs;
  readonly lists: KnownLists;
  readonly privileges: Privileges;
  readonly tickMs: number;
  /** The table of the state. */
  readonly stateTable: string | undefined;
  /** When the last read of each cluster began that left no question open, in milliseconds since the epoch. */
  readonly readAtMs: Map<string, number>;
  /** When each cluster last failed, in milliseconds since the epoch; none that has not failed since. */
  readonly failedAtMs: Map<string, number>;
  /** Clusters that stay unreachable: of those, a tick asks less. */
  readonly outages: Outages;
  /** What of its clusters' transitions it has published. */
  readonly allowances: Allowances;
  /** How many bytes of conditions it has sent to its clusters. */
  readonly sent: Allowances;
  /** How long a push waits for the reading of a cluster. */
  readonly pushPatienceMs: number;
};

/** What one run is about. `deadline` is in milliseconds of the monotonic clock. */
export type Run = {
  readonly fleet: Fleet;
  readonly folder: string | undefined;
  readonly cause: string;
  readonly deadline: number;
  readonly dryRun?: boolean;
  /** Clusters that are left to the next tick where they take long to read. */
  readonly hurried?: ReadonlySet<string>;
  /** Whether the run is a shard of a tick: the conditions of all shards are those of the fleet. */
  readonly isOfTick?: boolean;
};

export function openWorker(config: Config, report: Report): Worker {
  const { fleet, bus, proxies, runtimeApi, stage, stateTable, tickMs, pushPatienceMs } = config;
  return {
    report,
    loadFleet: openFleet(requireFleet(fleet), { clock, ...fleetRules(config) }),
    bus: bus === undefined ? undefined : openBus(bus, { withinMs: PUBLISHING_MS }),
    connections: openConnections({ runtimeApi }),
    logins: openLogins({ stage, clock, proxies, trustsRemoteFleet: true }),
    proofs: openProofs(),
    lists: openKnownLists(),
    privileges: openPrivileges(),
    tickMs,
    stateTable,
    readAtMs: new Map(),
    failedAtMs: new Map(),
    outages: openOutages(),
    allowances: new Map(),
    sent: new Map(),
    pushPatienceMs,
  };
}

/** Reconciles clusters, sends their transitions and reports the outcomes; `queueMetrics` are published with those of the run. */
export async function runFleet(worker: Worker, run: Run, queueMetrics: Metrics = {}): Promise<readonly ClusterOutcome[]> {
  const startedAt = clock.monotonicMs();
  const { connections, logins, outages, proofs, lists, report } = worker;
  const clients = new Map<string, Client>();
  const onClient = (cluster: string, client: Client) => void clients.set(cluster, client);
  const connect = connector({ connections, logins, proofs, lists, folder: run.folder, onClient });
  const [hurried, hurriedMs] = [run.hurried, worker.pushPatienceMs];
  const maySend = (cluster: string, bytes: number) => takeAllowance(worker.sent, cluster, bytes, MAX_SENT_BYTES, clock.nowMs()) === bytes;
  const [{ dryRun, deadline, isOfTick: mayProbe }, bounds] = [run, { hurried, hurriedMs, maySend }];
  const clusters = await reconcileFleet(run.fleet, { connect, dryRun, deadline, outages, mayProbe, ...bounds });
  const transitionMetrics = await publishTransitions(worker, run.fleet, clusters);
  const loginMetrics = await reportUnlimited(worker, clusters, clients, run.deadline);
  const ms = Math.round(clock.monotonicMs() - startedAt);
  const metrics = {
    ...transitionMetrics,
    ...loginMetrics,
    ...queueMetrics,
    ...(run.isOfTick && conditionMetrics(clusters, clock.nowMs())),
  };
  for (const outcome of clusters) reportCluster(report, outcome);
  reportLongUnknown(report, clusters);
  report.info("run completed", { cause: run.cause, dryRun: run.dryRun ?? false, ms, ...summarize(clusters), ...metrics });
  if (!run.dryRun) report.publish({ RunsCompleted: 1, RunDuration: ms, ...outcomeMetrics(clusters), ...metrics });
  return clusters;
}

// Only of clusters that answered: the others have no time to lose.
async function reportUnlimited(
  { privileges, report }: Worker,
  clusters: readonly ClusterOutcome[],
  clients: ReadonlyMap<string, Client>,
  deadline: number,
) {
  const answered = clusters.flatMap(({ cluster, was }) => {
    const client = was === "reconciled" ? clients.get(cluster) : undefined;
    return client === undefined ? [] : [{ cluster, client }];
  });
  const found = await pLimit(CONCURRENCY).map(answered, ({ client }) => isFoundUnlimited(privileges, client, deadline));
  const unlimited = answered.filter((_, index) => found[index]);
  for (const { cluster } of unlimited) report.warn("login may do everything", { cluster, remedy: LIMIT_IT });
  return { LoginsUnlimited: unlimited.length };
}

const LIMIT_IT = "bind it to the roles of infra/cluster/rbac.yml and to no others; `doctor` shows what else it may";

function reportCluster(report: Report, outcome: ClusterOutcome): void {
  const line = logLineOf(outcome);
  if (line !== undefined) report[line.was === "crashed" ? "error" : "warn"]("cluster needs attention", line);
}

const MAX_NAMED = 50;

// One line a run, which the alarm on such clusters links to.
function reportLongUnknown(report: Report, outcomes: readonly ClusterOutcome[]): void {
  const clusters = longUnknown(outcomes, clock.nowMs());
  if (clusters.length > 0) report.warn("conditions stay Unknown", { count: clusters.length, clusters: clusters.slice(0, MAX_NAMED) });
}
