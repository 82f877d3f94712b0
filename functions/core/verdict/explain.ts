// Tells why a resource gets its verdict, row by row.

import { lastConditionsWriter } from "../kubernetes/managed-fields.ts";
import { type Condition, findCondition, type Resource } from "../kubernetes/resource.ts";
import type { ActingProfile } from "../profile/mode.ts";
import { isJudged } from "../profile/profile.ts";
import { timeText } from "../time.ts";
import { explainRows, type RowExplanation } from "./explain-rows.ts";
import { findFlow, isGateClosed } from "./matching.ts";
import { planResource, withJudged } from "./plan.ts";
import type { Knowledge, Skipped, Verdict } from "./verdict.ts";
import { warmUpEndMs } from "./warm-up.ts";

/** Why a resource gets the verdict that it gets, told with the predicates that judge it. */
export type Explanation = {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly condition: string;
  /** The profile that gives it. */
  readonly profile?: string;
  readonly gates: readonly { readonly condition: string; readonly stops: boolean }[];
  readonly rows: readonly RowExplanation[];
  readonly verdict: Verdict | Skipped;
  /** When it is no longer too early to tell, RFC 3339, where that is known. */
  readonly warmingUpUntil?: string;
  /** What the condition says now, and the entry that a pass would write; undefined where it would leave it. */
  readonly before?: Condition;
  /** Why a pass would leave the condition as it stands, and who wrote the list of conditions last. */
  readonly left?: "young" | "contested";
  readonly writer?: string;
  readonly patch?: unknown;
};

/** @param nowMs the time that a write would carry @param profiles all those of the cluster */
export function explain(
  profile: ActingProfile,
  resource: Resource,
  known: Knowledge,
  nowMs: number,
  profiles: readonly ActingProfile[] = [profile],
): Explanation {
  const { of, name, namespace } = resource;
  const flow = findFlow(profile, resource);
  const timestamp = timeText(nowMs);
  const judged = planResource(profiles, resource, known, timestamp).judged.find((one) => one.profile === profile);
  if (judged === undefined) throw new Error(`no verdict for the condition ${profile.condition}`);
  const { type, before, verdict, left } = judged;
  const decisive = "decidedBy" in verdict && verdict.decidedBy.by === "row" ? verdict.decidedBy.row : undefined;
  const isProvisional = "provisional" in verdict && flow !== undefined && isJudged(flow);
  const endMs = isProvisional ? warmUpEndMs(profile, flow, resource, known, nowMs) : undefined;
  return {
    kind: of.kind,
    name,
    namespace,
    condition: type,
    profile: profile.name,
    gates: profile.gates.map((gate) => ({ condition: gate.condition, stops: isGateClosed(gate, resource) })),
    rows: flow !== undefined && isJudged(flow) ? explainRows({ profile, flow, resource, known }, decisive) : [],
    verdict,
    ...(endMs !== undefined && { warmingUpUntil: timeText(endMs) }),
    before,
    ...(left && { left, writer: lastConditionsWriter(resource)?.manager }),
    ...(judged.isChanged && { patch: findCondition(withJudged(resource.conditions, judged, resource, timestamp), type) }),
  };
}
