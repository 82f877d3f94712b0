// One look at everything a cluster has, then a write only where its conditions say something else.
import pLimit from "p-limit";
import { alertsOf, type Cluster, reachOf, refusedItems, viewCluster } from "../cluster/cluster.ts";
import { failureOf, UpstreamError } from "../core/errors.ts";
import { WRITES_AT_ONCE } from "../core/limits.ts";
import { type ClusterOutcome, isOutOfReach, type ResourceOutcome } from "../core/outcome/outcome.ts";
import { isWriting } from "../core/profile/mode.ts";
import { timeText } from "../core/time.ts";
import { type Plan, planWith } from "../core/verdict/plan.ts";
import { within } from "../io/http/timeout.ts";
import { type Decision, isPlan, isSettled, planAll, withinBudget } from "./planning.ts";
import { type Pass, reconcileResource } from "./resource.ts";

// Two passes over one cluster are a tick apart, or a push.
const TURN_MS = 1_000;

/** What one pass makes of a cluster. */
export type PassResult = Omit<ClusterOutcome, "cluster" | "ms">;

/** What becomes of a cluster in a push where its reading takes long: nothing was written. */
export const TOO_SLOW = {
  was: "late",
  code: "out-of-time",
  message: "reading it takes longer than a push waits: the next tick reads it",
  resources: [],
  unlisted: [],
} as const;

/** One cluster from start to finish. */
export async function reconcileCluster(pass: Pass): Promise<PassResult> {
  const { cluster, entry, clock } = pass;
  const viewing = viewCluster(cluster, entry.profiles);
  const view = await (pass.readBy === undefined ? viewing : within(pass.readBy - clock.monotonicMs(), viewing, undefined));
  if (view === undefined) return TOO_SLOW;
  const readAt = clock.monotonicMs();
  pass.look?.(view.resources);
  const plan = planWith(entry.profiles, view.known, () => timeText(clock.nowMs()), pass.hold);
  const decisions = budgeted(pass, await planAll(view.resources, plan, pass));
  const write = (planned: Plan) => reconcileResource(pass, planned, readAt, view.known);
  const reach = reachOf(view.lists);
  return {
    ...reach,
    alerts: alertsOf(view, entry.profiles),
    resources: [...(await writeAll(decisions, write)), ...refusedItems(view.lists)],
    ...(isWritten(pass) && !isOutOfReach(reach) && (await beat(cluster))),
  };
}

// What was written stands, whether or not the cluster can be told that a pass was here.
async function beat({ beat: renew }: Cluster): Promise<Pick<PassResult, "heartbeatRefused">> {
  try {
    await renew?.();
    return {};
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { heartbeatRefused: failureOf(error) };
  }
}

function isWritten({ dryRun, entry }: Pass): boolean {
  return !dryRun && entry.profiles.some(isWriting);
}

async function writeAll(
  decisions: readonly Decision[],
  write: (plan: Plan) => Promise<readonly ResourceOutcome[]>,
): Promise<readonly ResourceOutcome[]> {
  if (decisions.every(isSettled)) return decisions.flat();
  const writing = pLimit(WRITES_AT_ONCE);
  return (await Promise.all(decisions.map((decision) => (isPlan(decision) ? writing(write, decision) : decision)))).flat();
}

// What is not written has no budget.
function budgeted(pass: Pass, decisions: readonly Decision[]): readonly Decision[] {
  return isWritten(pass) ? withinBudget(decisions, Math.floor(pass.clock.nowMs() / TURN_MS)) : decisions;
}
