// One verdict reaches one resource: never from older alerts than what stands there, and once per change.
import { type Cluster, MAX_CONFLICTS, OUTDATED } from "../cluster/cluster.ts";
import { type Code, failureOf, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { findCondition, type Resource, resourceId } from "../core/kubernetes/resource.ts";
import { MIN_TIME_TO_WRITE_MS } from "../core/limits.ts";
import { eventOf } from "../core/outcome/event.ts";
import type { ResourceOutcome } from "../core/outcome/outcome.ts";
import { outcomesOf, refusalsOf } from "../core/outcome/resource.ts";
import { isTransition } from "../core/outcome/transition.ts";
import { type Clock, timeText } from "../core/time.ts";
import { isToWrite, type Plan, planResource } from "../core/verdict/plan.ts";
import type { Knowledge } from "../core/verdict/verdict.ts";
import type { Hold } from "./storm-guard.ts";

/** One pass over one cluster, and what bounds it. */
export type Pass = {
  readonly entry: ClusterEntry;
  readonly cluster: Cluster;
  readonly dryRun: boolean;
  /** When the cluster's time is over, in milliseconds of the monotonic clock. */
  readonly deadline: number;
  /** When the reading has to be over, where the cluster is left to the next tick otherwise. */
  readonly readBy?: number;
  /** Whether so many bytes of conditions may be sent to a cluster. */
  readonly maySend?: (cluster: string, bytes: number) => boolean;
  /** Hears of the resources of the cluster, before any of them is judged. */
  readonly look?: (resources: readonly Resource[]) => void;
  /** What keeps a resource from being turned False now. */
  readonly hold?: Hold;
  readonly clock: Clock;
};

type Outcomes = readonly ResourceOutcome[];

const NO_ANSWER = new Set<Code>(["timeout", "connection-reset", "unavailable", "malformed", "too-large"]);

/**
 * Writes what a plan says is new, an outcome for each profile. Before a changed status or reason is written, the alerts behind it are read
 * again, after the resource was read, which was at `readAt`: with its resourceVersion on the write, a slow run can then never overwrite a
 * fresher one.
 */
export async function reconcileResource(pass: Pass, plan: Plan, readAt: number, known: Knowledge): Promise<Outcomes> {
  const { resource } = plan;
  try {
    return await writePlan(pass, resource, plan.needsNewerAlerts ? await readAgain(pass, known, readAt) : known, MAX_CONFLICTS);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return refusalsOf(plan, error);
  }
}

async function writePlan(pass: Pass, resource: Resource, known: Knowledge, conflictsLeft: number): Promise<Outcomes> {
  const plan = planResource(pass.entry.profiles, resource, known, timeText(pass.clock.nowMs()), pass.hold);
  if (plan.patch === undefined) return outcomesOf(plan, "unchanged");
  if (pass.dryRun) return outcomesOf(plan, "planned");
  const failure = await patch(pass, plan, plan.patch);
  if (failure === undefined) return recordEvents(pass, plan);
  if (OUTDATED.has(failure.code) && conflictsLeft > 0) {
    const current = await pass.cluster.read(resource);
    if (current === undefined) return [{ ...resourceId(resource), was: "skipped", why: "deleting" }];
    return writePlan(pass, current, await readAgain(pass, known, pass.clock.monotonicMs()), conflictsLeft - 1);
  }
  if (NO_ANSWER.has(failure.code) && (await hasArrived(pass, resource, known))) return recordEvents(pass, plan);
  return refusalsOf(plan, failure);
}

// A write that died without an answer may have arrived: one read shows it.
async function hasArrived(pass: Pass, resource: Resource, known: Knowledge): Promise<boolean> {
  const current = await pass.cluster.read(resource);
  return (
    current !== undefined && planResource(pass.entry.profiles, current, known, timeText(pass.clock.nowMs()), pass.hold).patch === undefined
  );
}

async function readAgain({ cluster }: Pass, known: Knowledge, after: number): Promise<Knowledge> {
  return { ...known, readings: await cluster.readAlerts(after) };
}

type Conditions = NonNullable<Plan["patch"]>;

async function patch(pass: Pass, plan: Plan, conditions: Conditions): Promise<UpstreamError | undefined> {
  const { cluster, deadline, clock, entry, maySend } = pass;
  if (deadline - clock.monotonicMs() < MIN_TIME_TO_WRITE_MS) return new UpstreamError("out-of-time", "too little time was left to write");
  if (maySend?.(entry.name, Buffer.byteLength(JSON.stringify(conditions))) === false)
    return new UpstreamError("postponed", "a cluster is sent at most 32 MB of conditions a minute");
  try {
    return dropped(plan, await cluster.patch(plan.resource, conditions));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return error;
  }
}

// What the CRD's schema does not know is accepted, and is not there.
function dropped({ judged }: Plan, { conditions }: Resource): UpstreamError | undefined {
  const lost = judged.find(
    (one) => isToWrite(one) && "status" in one.verdict && findCondition(conditions, one.type)?.status !== one.verdict.status,
  );
  if (lost === undefined) return undefined;
  return new UpstreamError("invalid", `the API server accepts the condition ${lost.type} and does not keep it: see the CRD's schema`);
}

function recordEvents(pass: Pass, plan: Plan): Promise<Outcomes> {
  return Promise.all(outcomesOf(plan, "patched").map((outcome) => recordEvent(pass, plan.resource, outcome)));
}

// The condition says what there is to say: an Event that is refused takes nothing from it.
async function recordEvent({ cluster, clock }: Pass, resource: Resource, outcome: ResourceOutcome): Promise<ResourceOutcome> {
  if (cluster.record === undefined || !isTransition(outcome)) return outcome;
  try {
    await cluster.record(eventOf(resource, outcome, timeText(clock.nowMs())));
    return outcome;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { ...outcome, eventRefused: failureOf(error) };
  }
}
