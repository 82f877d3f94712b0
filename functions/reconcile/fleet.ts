// Each cluster of a run has its own time, its own failure and its own outcome, so that none costs another anything.
import { clock as processClock } from "../clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Connect } from "../cluster/connect.ts";
import { ConfigError, failureOf, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry, Fleet, WrongEntry } from "../core/fleet/fleet.ts";
import { isPaused, pauseText } from "../core/fleet/pause.ts";
import { CLUSTER_MS, CONCURRENCY, MAX_STARTED, MIN_TIME_TO_START_MS, REQUEST_MS, YIELD_AFTER_MS } from "../core/limits.ts";
import { crashOf } from "../core/outcome/crash.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { isWriting } from "../core/profile/mode.ts";
import { redactAll } from "../core/text.ts";
import { type Clock, timeText } from "../core/time.ts";
import { problemText } from "../core/validation.ts";
import { within } from "../io/http/timeout.ts";
import { type PassResult, reconcileCluster, TOO_SLOW } from "./cluster.ts";
import { mapConcurrently } from "./concurrency.ts";
import type { Outages } from "./outages.ts";
import type { Pass } from "./resource.ts";
import { holdOfPush, mergePasses, openStormGuard, type StormGuard } from "./storm-guard.ts";

/** How a run over many clusters is bounded, and what hears of each outcome as it is there. */
export type FleetRun = {
  readonly connect: Connect;
  readonly dryRun?: boolean;
  /** Clusters at work at one time. */
  readonly concurrency?: number;
  /** What one cluster has from start to finish, in milliseconds. */
  readonly clusterMs?: number;
  /** When the whole run has to be over, in milliseconds of the monotonic clock: what is not started by then is `late`. */
  readonly deadline?: number;
  /** Clusters that are `late` where their reading takes longer than `hurriedMs`. */
  readonly hurried?: ReadonlySet<string>;
  readonly hurriedMs?: number;
  /** Whether so many bytes of conditions may be sent to a cluster. */
  readonly maySend?: (cluster: string, bytes: number) => boolean;
  /** What is remembered of clusters that cannot be reached. */
  readonly outages?: Outages;
  /** Whether a probe is enough for those that stay so: nothing but a tick asks for them. */
  readonly mayProbe?: boolean;
  readonly clock?: Clock;
  readonly onOutcome?: (outcome: ClusterOutcome) => void;
};

const NOTHING_READ = { resources: [], unlisted: [] } as const;
const OVERTIME = {
  was: "unreachable",
  code: "timeout",
  message: "its time was over before there was an outcome",
  ...NOTHING_READ,
} as const;

/** An outcome for every cluster of the fleet; only a {@link ConfigError} fails the run. */
export async function reconcileFleet(fleet: Fleet, run: FleetRun): Promise<readonly ClusterOutcome[]> {
  const misconfigured = fleet.wrong.map(toMisconfigured);
  for (const outcome of misconfigured) run.onOutcome?.(outcome);
  const places = { atWork: run.concurrency ?? CONCURRENCY, begun: MAX_STARTED, patienceMs: YIELD_AFTER_MS };
  const guard = openStormGuard();
  const outcomes = await mapConcurrently(fleet.clusters, (entry) => reconcileEntry(entry, run, guard), places);
  const released = guard.released();
  if (released.size === 0) return [...misconfigured, ...outcomes];
  const again = fleet.clusters.filter(({ name }) => released.has(name));
  const second = await mapConcurrently(again, (entry) => reconcileEntry(entry, { ...run, onOutcome: undefined }, guard), places);
  const later = new Map(second.map((outcome) => [outcome.cluster, outcome]));
  return [...misconfigured, ...outcomes.map((outcome) => mergePasses(outcome, later.get(outcome.cluster)))];
}

async function reconcileEntry(entry: ClusterEntry, run: FleetRun, guard: StormGuard): Promise<ClusterOutcome> {
  const { clock = processClock } = run;
  const [startedAt, nowMs] = [clock.monotonicMs(), clock.nowMs()];
  const runDeadline = run.deadline ?? Number.POSITIVE_INFINITY;
  const deadline = Math.min(startedAt + (run.clusterMs ?? CLUSTER_MS), runDeadline);
  let result: PassResult;
  if (isPaused(entry.paused, nowMs)) result = { was: "paused", message: pauseText(entry.paused), ...NOTHING_READ };
  else if (runDeadline - startedAt < MIN_TIME_TO_START_MS) result = { was: "late", ...NOTHING_READ };
  // A pass also waits for logins and for readings that clusters share, which its deadline does not bound. Once that is over, it writes nothing.
  else result = await within(deadline + REQUEST_MS - startedAt, connectAndReconcile(entry, run, guard, deadline), OVERTIME);
  run.outages?.note(entry, result, nowMs);
  const outcome = { cluster: entry.name, ...result, ...sinceOf(entry, result, run), ms: Math.round(clock.monotonicMs() - startedAt) };
  run.onOutcome?.(outcome);
  return outcome;
}

async function connectAndReconcile(entry: ClusterEntry, run: FleetRun, guard: StormGuard, deadline: number): Promise<PassResult> {
  const { connect, dryRun = false, clock = processClock } = run;
  let cluster: Cluster | undefined;
  try {
    const readBy = run.hurried?.has(entry.name) && run.hurriedMs !== undefined ? clock.monotonicMs() + run.hurriedMs : undefined;
    cluster = await (readBy === undefined
      ? connect(entry, deadline)
      : within(readBy - clock.monotonicMs(), connect(entry, deadline), undefined));
    if (cluster === undefined) return TOO_SLOW;
    const pass = { entry, cluster, dryRun, deadline, readBy, clock, maySend: run.maySend, ...guardOf(entry, run, guard) };
    return await probeOrReconcile(pass, run);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof UpstreamError) return { was: "misconfigured", ...failureOf(error), ...NOTHING_READ };
    return redactAll({ was: "crashed", ...crashOf(error), ...NOTHING_READ }, cluster?.secrets?.() ?? []);
  } finally {
    cluster?.release?.();
  }
}

// For a push or a person, a cluster is always tried in full.
async function probeOrReconcile(pass: Pass, { outages, mayProbe }: FleetRun): Promise<PassResult> {
  const { entry, cluster, readBy, clock } = pass;
  const probed = mayProbe && readBy === undefined ? await outages?.probe(entry, cluster, clock.nowMs()) : undefined;
  return redactAll(probed ?? (await reconcileCluster(pass)), cluster.secrets?.() ?? []);
}

function sinceOf({ name }: ClusterEntry, { was }: PassResult, { outages }: FleetRun): Pick<ClusterOutcome, "since"> {
  const sinceMs = was === "unreachable" ? outages?.sinceMs(name) : undefined;
  return sinceMs === undefined ? {} : { since: timeText(sinceMs) };
}

// What is not written holds nothing back.
function guardOf(entry: ClusterEntry, { dryRun, hurried }: FleetRun, guard: StormGuard): Pick<Pass, "look" | "hold"> {
  if (dryRun || entry.profiles.every((profile) => profile.guard === undefined || !isWriting(profile))) return {};
  if (hurried?.has(entry.name)) return { hold: holdOfPush };
  return { look: (resources) => guard.look(entry, resources), hold: guard.hold(entry) };
}

function toMisconfigured({ name, problems }: WrongEntry): ClusterOutcome {
  return { cluster: name, was: "misconfigured", message: problems.map(problemText).join("; "), ...NOTHING_READ, ms: 0 };
}
