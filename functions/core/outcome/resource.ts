import type { Told } from "../kubernetes/condition.ts";
import { lastConditionsWriter } from "../kubernetes/managed-fields.ts";
import { type Condition, resourceId } from "../kubernetes/resource.ts";
import type { Plan } from "../verdict/plan.ts";
import type { ResourceOutcome } from "./outcome.ts";

/** The plan as an outcome for each profile, once it is known what became of it. */
export function outcomesOf({ resource, judged }: Plan, was: "patched" | "planned" | "unchanged"): readonly ResourceOutcome[] {
  const id = resourceId(resource);
  const { apiVersion, kind, name, namespace } = id;
  return judged.map(({ type, before, verdict, isChanged, left }) => {
    if ("skipped" in verdict) return { ...id, was: "skipped", why: verdict.skipped };
    if (left === "contested") return { ...id, was: "skipped", why: "contested", by: lastConditionsWriter(resource)?.manager };
    const condition = shown(type, left === "young" && before !== undefined ? before : verdict);
    const { because } = verdict;
    return { apiVersion, kind, name, namespace, was: isChanged ? was : "unchanged", condition, before: before && said(before), because };
  });
}

function said({ status, reason }: Told | Condition): { status: string; reason: string } {
  return { status, reason: reason ?? "" };
}

function shown(
  type: string,
  { status, reason, message }: Told | Condition,
): { type: string; status: string; reason: string; message: string } {
  return { type, status, reason: reason ?? "", message: typeof message === "string" ? message : "" };
}
