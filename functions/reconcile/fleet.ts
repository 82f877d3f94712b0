import { now } from "../clock.ts";
import type { Connect } from "../cluster/connect.ts";
import { UpstreamError } from "../core/errors.ts";
import type { ClusterEntry, Fleet, WrongEntry } from "../core/fleet/fleet.ts";
import { CLUSTER_MS, CONCURRENCY, LEAST_TIME_TO_START_MS, MAX_STARTED, REQUEST_MS, YIELD_AFTER_MS } from "../core/limits.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { reconcileCluster } from "./cluster.ts";
import { mapConcurrently } from "./concurrency.ts";

/** How a run over many clusters is bounded, and who hears of each cluster as it is done. Times are milliseconds. */
export type FleetRun = {
  readonly connect: Connect;
  readonly dryRun?: boolean;
  /** Clusters at work at one time. */
  readonly concurrency?: number;
  readonly clusterMs?: number;
  /** When the whole run has to be over, in milliseconds of `performance.now()`: what is not started by then is `late`. */
  readonly deadline?: number;
  readonly timestamp?: () => string;
  readonly onOutcome?: (outcome: ClusterOutcome) => void;
  /** Who hears of a bug that a cluster ran into, in place of an outcome, while the others go on. Without it, the run fails. */
  readonly onCrash?: (cluster: string, bug: unknown) => void;
};

/** Every cluster of the fleet, each with an outcome of its own: what one does costs the others nothing. */
export async function reconcileFleet(fleet: Fleet, run: FleetRun): Promise<readonly ClusterOutcome[]> {
  const report = (outcome: ClusterOutcome) => {
    run.onOutcome?.(outcome);
    return outcome;
  };
  const told = (entry: ClusterEntry) => reconcileEntry(entry, run).then(report, crashing(entry, run));
  const places = { atWork: run.concurrency ?? CONCURRENCY, begun: MAX_STARTED, patienceMs: YIELD_AFTER_MS };
  const done = (await mapConcurrently(fleet.clusters, told, places)).filter((outcome) => outcome !== undefined);
  return [...fleet.wrong.map((entry) => report(misconfigured(entry))), ...done];
}

function crashing({ name }: ClusterEntry, { onCrash }: FleetRun): (bug: unknown) => undefined {
  return (bug) => {
    if (onCrash === undefined) throw bug;
    onCrash(name, bug);
  };
}

async function reconcileEntry(entry: ClusterEntry, run: FleetRun): Promise<ClusterOutcome> {
  const startedAt = performance.now();
  const told = await attempt(entry, run, startedAt);
  return { cluster: entry.name, ...told, ms: Math.round(performance.now() - startedAt) };
}

async function attempt(entry: ClusterEntry, run: FleetRun, startedAt: number): Promise<Omit<ClusterOutcome, "cluster" | "ms">> {
  const { connect, dryRun = false, clusterMs = CLUSTER_MS, deadline: runDeadline = Number.POSITIVE_INFINITY, timestamp = now } = run;
  if (entry.paused) return { was: "paused", resources: [], unlisted: [] };
  if (runDeadline - startedAt < LEAST_TIME_TO_START_MS) return { was: "late", resources: [], unlisted: [] };
  const deadline = Math.min(startedAt + clusterMs, runDeadline);
  const pass = async () => {
    const cluster = await connect(entry, deadline);
    return reconcileCluster({ entry, cluster, dryRun, deadline, timestamp, monotonicMs: () => performance.now() });
  };
  try {
    return await within(deadline + REQUEST_MS - startedAt, pass(), OVERTIME);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { was: "misconfigured", code: error.code, message: error.message, resources: [], unlisted: [] };
  }
}

const OVERTIME = {
  was: "unreachable",
  code: "timeout",
  message: "its time was over before there was an outcome",
  resources: [],
  unlisted: [],
} as const;

// A pass also waits for logins and for readings that clusters share, which its deadline does not bound. Once that is over, it writes nothing.
function within<T>(ms: number, work: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, otherwise);
    const settle = () => {
      clearTimeout(timer);
      resolve(work);
    };
    work.then(settle, settle);
  });
}

function misconfigured({ name, problems }: WrongEntry): ClusterOutcome {
  return { cluster: name, was: "misconfigured", message: problems.join("; "), resources: [], unlisted: [], ms: 0 };
}
