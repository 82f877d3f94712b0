// Judges the resources of one cluster a few milliseconds at a time, so that however many there are, the other clusters of the run go on.
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Resource, resourceId } from "../core/kubernetes/resource.ts";
import { MAX_PATCHES, SLICE_MS } from "../core/limits.ts";
import type { Refused, ResourceOutcome } from "../core/outcome/outcome.ts";
import { outcomesOf, refusalsOf } from "../core/outcome/resource.ts";
import type { Clock } from "../core/time.ts";
import type { Plan, Planner } from "../core/verdict/plan.ts";

/** What is to become of one resource: a plan to write, or its outcomes where nothing is left to do. */
export type Decision = Plan | readonly ResourceOutcome[];

type Bounds = { readonly clock: Clock; readonly deadline: number };

export function isPlan(decision: Decision): decision is Plan {
  return "judged" in decision;
}

export function isSettled(decision: Decision): decision is readonly ResourceOutcome[] {
  return !isPlan(decision);
}

/** One decision for each resource, in their order: those that are not judged by the deadline are refused as `out-of-time`. */
export async function planAll(resources: readonly Resource[], plan: Planner, { clock, deadline }: Bounds): Promise<Decision[]> {
  const decisions: Decision[] = [];
  let giveWayAt = clock.monotonicMs() + SLICE_MS;
  let isLate = false;
  for (const resource of resources) {
    if (!isLate && clock.monotonicMs() >= giveWayAt) {
      await nextTurn();
      const now = clock.monotonicMs();
      isLate = now >= deadline;
      giveWayAt = now + SLICE_MS;
    }
    decisions.push(isLate ? [outOfTime(resource)] : decisionOf(plan(resource)));
  }
  return decisions;
}

// In a quiet pass, which is nearly every pass, nothing has to wait.
function decisionOf(plan: Plan): Decision {
  return plan.patch === undefined ? outcomesOf(plan, "unchanged") : plan;
}

/**
 * The decisions with no more plans than a pass writes: the others are refused as `postponed`. Which of them is their turn moves on from pass
 * to pass, so that what is refused every time keeps nothing else from being written.
 */
export function withinBudget(decisions: readonly Decision[], turn: number): readonly Decision[] {
  const count = decisions.filter(isPlan).length;
  if (count <= MAX_PATCHES) return decisions;
  const first = (turn * MAX_PATCHES) % count;
  let index = 0;
  return decisions.map((decision) => {
    if (!isPlan(decision)) return decision;
    const place = (index++ - first + count) % count;
    return place < MAX_PATCHES ? decision : refusalsOf(decision, POSTPONED);
  });
}

function outOfTime(resource: Resource): Refused {
  return { ...resourceId(resource), was: "refused", code: "out-of-time", message: "the time of its cluster was over before it was judged" };
}

const POSTPONED = { code: "postponed", message: `a pass writes at most ${MAX_PATCHES} resources of a cluster` } as const;
