// Makes what became of a plan into outcomes, one for each profile.

import type { Failure } from "../errors.ts";
import type { Told } from "../kubernetes/condition.ts";
import { lastConditionsWriter } from "../kubernetes/managed-fields.ts";
import { type Condition, type Resource, resourceId } from "../kubernetes/resource.ts";
import type { Plan } from "../verdict/plan.ts";
import type { Judged, ResourceOutcome } from "./outcome.ts";

/** The plan as an outcome for each profile, once it is known what became of it. */
export function outcomesOf({ resource, judged: all }: Plan, was: "patched" | "planned" | "unchanged"): readonly ResourceOutcome[] {
  return all.map((one) => outcomeOf(resource, one, was));
}

function outcomeOf(resource: Resource, one: Plan["judged"][number], was: "patched" | "planned" | "unchanged"): ResourceOutcome {
  const id = resourceId(resource);
  const { type, mode, before, verdict, isChanged, left, held } = one;
  if ("skipped" in verdict) return { ...id, was: "skipped", why: verdict.skipped };
  if (left === "contested") return { ...id, was: "skipped", why: "contested", by: lastConditionsWriter(resource)?.manager };
  const shown = left === "young" && before !== undefined ? before : verdict;
  const { because, provisional } = verdict;
  const judgement = { condition: judged(type, shown, before), before: before && said(before), because };
  if (held !== undefined) return { ...id, was: "refused", ...held, ...judgement };
  const facts = { ...(provisional && { isWarmingUp: provisional }), ...(mode === "observe" && ({ isObserved: true } as const)) };
  return { ...id, was: isChanged ? was : "unchanged", ...judgement, ...facts };
}

/** The outcomes of a plan whose write is refused: the verdicts that were to be written stay beside the refusal. */
export function refusalsOf(plan: Plan, { code, message }: Failure): readonly ResourceOutcome[] {
  return outcomesOf(plan, "planned").map((outcome) =>
    outcome.was === "planned" ? { ...outcome, was: "refused", code, message } : outcome,
  );
}

function said({ status, reason }: Told | Condition): { status: string; reason: string } {
  return { status, reason: reason ?? "" };
}

function judged(type: string, { status, reason, message }: Told | Condition, before: Condition | undefined): Judged {
  const since = before?.status === status ? before.lastTransitionTime : undefined;
  return {
    type,
    status,
    reason: reason ?? "",
    message: typeof message === "string" ? message : "",
    ...(typeof since === "string" && { since }),
  };
}
