import pLimit from "p-limit";
import type { Connect } from "./connect.ts";
import { UpstreamError } from "./core/errors.ts";
import type { ClusterEntry, Fleet, WrongEntry } from "./core/fleet.ts";
import type { ClusterOutcome } from "./core/outcome.ts";
import { reconcileCluster } from "./reconcile-cluster.ts";

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
};

// A cluster that keeps us waiting this long is waiting, not working: it gives its place at work to the next one.
const PATIENCE_MS = 250;
// Each holds sockets while it waits, and a function has 1,024 file descriptors.
const MOST_WAITING = 96;
const LEAST_TIME_TO_START_MS = 2_500;

/** Every cluster of the fleet, each with an outcome of its own: what one does costs the others nothing. */
export async function reconcileFleet(fleet: Fleet, run: FleetRun): Promise<readonly ClusterOutcome[]> {
  const working = pLimit(run.concurrency ?? 32);
  const waiting = pLimit(Math.max(MOST_WAITING, run.concurrency ?? 0));
  const report = (outcome: ClusterOutcome) => {
    run.onOutcome?.(outcome);
    return outcome;
  };
  const right = fleet.clusters.map((entry) =>
    waiting(async () => {
      const outcome = await working(() => patiently(reconcileEntry(entry, run)));
      return report(await outcome());
    }),
  );
  return [...fleet.wrong.map((entry) => report(misconfigured(entry))), ...(await Promise.all(right))];
}

async function reconcileEntry(entry: ClusterEntry, run: FleetRun): Promise<ClusterOutcome> {
  const startedAt = performance.now();
  const told = await attempt(entry, run, startedAt);
  return { cluster: entry.name, ...told, ms: Math.round(performance.now() - startedAt) };
}

async function attempt(entry: ClusterEntry, run: FleetRun, startedAt: number): Promise<Omit<ClusterOutcome, "cluster" | "ms">> {
  const { connect, dryRun = false, clusterMs = 10_000, deadline: runDeadline = Number.POSITIVE_INFINITY, timestamp = now } = run;
  if (entry.paused) return { was: "paused", resources: [], unlisted: [] };
  if (runDeadline - startedAt < LEAST_TIME_TO_START_MS) return { was: "late", resources: [], unlisted: [] };
  const deadline = Math.min(startedAt + clusterMs, runDeadline);
  try {
    const cluster = await connect(entry, deadline);
    return await reconcileCluster({ entry, cluster, dryRun, deadline, timestamp, monotonicMs: () => performance.now() });
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { was: "misconfigured", code: error.code, message: error.message, resources: [], unlisted: [] };
  }
}

function misconfigured({ name, problems }: WrongEntry): ClusterOutcome {
  return { cluster: name, was: "misconfigured", message: problems.join("; "), resources: [], unlisted: [], ms: 0 };
}

// Resolves when the work is done or patience is over; the function it gives waits for the rest.
function patiently<T>(work: Promise<T>): Promise<() => Promise<T>> {
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      resolve(() => work);
    };
    const timer = setTimeout(settle, PATIENCE_MS);
    work.then(settle, settle);
  });
}

/** The time of day as the API server writes it: RFC 3339 with seconds. */
export function now(): string {
  return `${new Date().toISOString().slice(0, "2026-01-01T00:00:00".length)}Z`;
}
