// Makes what became of a plan into outcomes, one for each profile.

import type { Failure } from "../errors.ts";
import type { Told } from "../kubernetes/condition.ts";
import { lastConditionsWriter } from "../kubernetes/managed-fields.ts";
import { type Condition, type Resource, resourceId } from "../kubernetes/resource.ts";
import { type ActingProfile, isWriting } from "../profile/mode.ts";
import type { Judged as JudgedBy, Plan } from "../verdict/plan.ts";
import type { Judged, ResourceOutcome } from "./outcome.ts";

type Was = "patched" | "planned" | "unchanged";

/** The plan as an outcome for each profile, once it is known what became of it. */
export function outcomesOf({ resource, judged: all }: Plan, was: Was): readonly ResourceOutcome[] {
  return all.map((one) => outcomeOf(resource, one, was));
}

function outcomeOf(resource: Resource, one: JudgedBy, was: Was): ResourceOutcome {
  const { profile, type, before, verdict, isChanged, left, held } = one;
  const id = { ...resourceId(resource), profile: profile.name };
  if ("skipped" in verdict) return { ...id, was: "skipped", why: verdict.skipped };
  if (left === "contested") return { ...id, was: "skipped", why: "contested", by: lastConditionsWriter(resource)?.manager };
  const shown = left === "young" ? (before ?? verdict) : verdict;
  const { because, provisional } = verdict;
  const judgement = { condition: judged(type, shown, before), before: before && said(before), because };
  if (held !== undefined) return { ...id, was: "refused", ...held, ...judgement };
  return {
    ...id,
    was: isChanged ? wasBy(profile, was) : "unchanged",
    ...judgement,
    ...(provisional && { isWarmingUp: provisional }),
    ...(!isWriting(profile) && ({ isObserved: true } as const)),
  };
}

// What is observed only stays a plan.
function wasBy(profile: ActingProfile, was: Was): Was {
  return isWriting(profile) ? was : "planned";
}

/** The outcomes of a plan whose write is refused: the verdicts that were to be written stay beside the refusal. */
export function refusalsOf(plan: Plan, { code, message }: Failure): readonly ResourceOutcome[] {
  return outcomesOf(plan, "planned").map((outcome) =>
    outcome.was === "planned" && !outcome.isObserved ? { ...outcome, was: "refused", code, message } : outcome,
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
    since: typeof since === "string" ? since : undefined,
  };
}
