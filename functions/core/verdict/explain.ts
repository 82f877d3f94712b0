// Tells why a resource gets its verdict, row by row.

import { lastConditionsWriter } from "../kubernetes/managed-fields.ts";
import { type Condition, findCondition, type Resource } from "../kubernetes/resource.ts";
import type { Mode } from "../profile/mode.ts";
import { isJudged, type JudgedFlow, type Profile, type Row } from "../profile/profile.ts";
import type { Alert } from "../prometheus/alert.ts";
import { applies, findFlow, isGateClosed, matches } from "./matching.ts";
import { planResource } from "./plan.ts";
import { isBroken } from "./proof.ts";
import { isIgnored, type Knowledge, type Skipped, trustedAlerts, type Verdict } from "./verdict.ts";

/** How one row of a profile stands for a resource: the first that `decides` gives the verdict. */
type RowExplanation = {
  readonly alert: string;
  readonly reason: string;
  readonly state:
    | "decides"
    | "fires, masked"
    | "silenced"
    | "pending"
    | "fires for others"
    | "quiet"
    | "does not apply"
    | "its rule is broken"
    | "not readable";
};

/** Why a resource gets the verdict that it gets, told with the predicates that judge it. */
export type Explanation = {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly condition: string;
  readonly gates: readonly { readonly condition: string; readonly stops: boolean }[];
  readonly rows: readonly RowExplanation[];
  readonly verdict: Verdict | Skipped;
  /** What the condition says now, and the entry that a pass would write; undefined where it would leave it. */
  readonly before?: Condition;
  /** Why a pass would leave the condition as it stands, and who wrote the list of conditions last. */
  readonly left?: "young" | "contested";
  readonly writer?: string;
  readonly patch?: unknown;
};

/** @param timestamp the time that a write would carry */
export function explain(profile: Profile, mode: Mode, resource: Resource, known: Knowledge, timestamp: string): Explanation {
  const { of, name, namespace } = resource;
  const flow = findFlow(profile, resource);
  const rowsOf = (judgedFlow: JudgedFlow, decisive: Row | undefined) =>
    judgedFlow.rows.map((row) => ({
      alert: row.alert,
      reason: row.reason,
      state: stateOf(row, { profile, flow: judgedFlow, resource, known, decisive }),
    }));
  const plan = planResource({ profiles: [profile], mode }, resource, known, timestamp);
  const [judged] = plan.judged;
  if (judged === undefined) throw new Error(`no verdict for the condition ${profile.condition}`);
  const { type, before, verdict, left } = judged;
  const decisive = "decidedBy" in verdict && verdict.decidedBy.by === "row" ? verdict.decidedBy.row : undefined;
  return {
    kind: of.kind,
    name,
    namespace,
    condition: type,
    gates: profile.gates.map((gate) => ({ condition: gate.condition, stops: isGateClosed(gate, resource) })),
    rows: flow !== undefined && isJudged(flow) ? rowsOf(flow, decisive) : [],
    verdict,
    before,
    ...(left && { left, writer: lastConditionsWriter(resource)?.manager }),
    ...(plan.patch && { patch: findCondition(plan.patch, type) }),
  };
}

type About = {
  readonly profile: Profile;
  readonly flow: JudgedFlow;
  readonly resource: Resource;
  readonly known: Knowledge;
  readonly decisive: Row | undefined;
};

function stateOf(row: Row, { profile, flow, resource, known, decisive }: About): RowExplanation["state"] {
  const { readings } = known;
  if (!applies(row.when, resource)) return "does not apply";
  if (readings.every(({ was }) => was === "unreadable")) return "not readable";
  const isOwn = (alert: Alert) => matches(profile, row, alert, resource, known.uncarried);
  const firing = readings.flatMap((reading) => trustedAlerts(flow, reading, row.alert));
  const own = firing.filter(isOwn);
  if (own.length > 0 && isIgnored(profile, row, own)) return "silenced";
  if (own.length > 0) return row === decisive ? "decides" : "fires, masked";
  if (readings.some((reading) => reading.was === "read" && reading.pending.get(row.alert)?.some(isOwn))) return "pending";
  if (readings.some((reading) => isBroken(flow, reading, row.alert))) return "its rule is broken";
  return firing.length > 0 ? "fires for others" : "quiet";
}
