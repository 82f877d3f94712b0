import type { Alert, Reading } from "./alert.ts";
import { withCondition } from "./condition.ts";
import { isJudged, type Profile, type Row } from "./profile.ts";
import { type Condition, findCondition, type Resource } from "./resource.ts";
import { counts, fits, flowOf, isShut, judge, type Skipped, type Verdict } from "./verdict.ts";

/** How one row of a profile stands for a resource: the first that `decides` gives the verdict. */
export type RowExplanation = {
  readonly alert: string;
  readonly reason: string;
  readonly state: "decides" | "fires, masked" | "pending" | "fires for others" | "quiet" | "does not apply" | "not readable";
};

/** Why a resource gets the verdict that it gets, told with the predicates that judge it. */
export type Explanation = {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly condition: string;
  readonly gates: readonly {
    readonly condition: string;
    readonly stops: boolean;
  }[];
  readonly rows: readonly RowExplanation[];
  readonly verdict: Verdict | Skipped;
  /** What the condition says now, and the entry that a pass would write; undefined where it would leave it. */
  readonly before?: Condition;
  readonly patch?: unknown;
};

/** @param own the type of the condition that this cluster's mode writes, and the time that a write would carry */
export function explain(profile: Profile, resource: Resource, reading: Reading, own: { type: string; timestamp: string }): Explanation {
  const { of, name, namespace } = resource;
  const flow = flowOf(profile, resource);
  const rows = flow !== undefined && isJudged(flow) ? flow.rows : [];
  const verdict = judge(profile, resource, reading);
  const gates = profile.gates.map((gate) => ({
    condition: gate.condition,
    stops: isShut(gate, resource),
  }));
  const explained = rows.map((row) => ({
    alert: row.alert,
    reason: row.reason,
    state: stateOf(row, profile, resource, reading, verdict),
  }));
  const before = findCondition(resource.conditions, own.type);
  const patch = "status" in verdict ? patchOf(resource, verdict, own) : undefined;
  return {
    kind: of.kind,
    name,
    namespace,
    condition: own.type,
    gates,
    rows: explained,
    verdict,
    before,
    patch,
  };
}

function patchOf(
  { conditions, generation }: Resource,
  verdict: Verdict,
  { type, timestamp }: { type: string; timestamp: string },
): unknown {
  const after = withCondition(conditions, type, verdict, generation, timestamp);
  return after === conditions ? undefined : findCondition(after, type);
}

function stateOf(
  row: Row,
  { identify }: Profile,
  resource: Resource,
  reading: Reading,
  verdict: Verdict | Skipped,
): RowExplanation["state"] {
  if (!fits(row.when, resource)) return "does not apply";
  if (reading.was === "unreadable") return "not readable";
  const isOurs = (alert: Alert) => counts(identify, alert, resource);
  const firing = reading.firing.get(row.alert) ?? [];
  if (firing.some(isOurs)) return "because" in verdict && verdict.because.includes(row.alert) ? "decides" : "fires, masked";
  if (reading.pending.get(row.alert)?.some(isOurs)) return "pending";
  return firing.length > 0 ? "fires for others" : "quiet";
}
