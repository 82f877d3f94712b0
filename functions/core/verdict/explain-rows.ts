// Tells how each row of a flow stands for a resource: its alerts, and the rule behind them.

import type { Resource } from "../kubernetes/resource.ts";
import type { JudgedFlow, Profile, Row } from "../profile/profile.ts";
import type { Alert } from "../prometheus/alert.ts";
import type { RuleHealth, RuleState } from "../prometheus/rule-health.ts";
import { compareText } from "../text.ts";
import { identifyOf } from "./identity.ts";
import { applies, matches } from "./matching.ts";
import { findOwnRules } from "./own-rules.ts";
import { type Obstacle, obstacleTo } from "./unmatched.ts";
import { isIgnored, type Knowledge, trustedAlerts } from "./verdict.ts";

/** How one row of a profile stands for a resource: the first that `decides` gives the verdict. */
export type RowExplanation = {
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
    | "not loaded"
    | Exclude<RuleHealth, "ok">
    | "not readable";
  /** Since when the alert is pending or fires, RFC 3339, and its value as Prometheus writes it. */
  readonly since?: string;
  readonly value?: string;
  /** The rule behind the alert, of several the one in the worst state. */
  readonly rule?: Pick<RuleState, "health" | "lastEvaluation" | "lastError">;
  /** Why an alert that fires for others is not about this resource. */
  readonly obstacle?: Obstacle;
};

type About = { readonly profile: Profile; readonly flow: JudgedFlow; readonly resource: Resource; readonly known: Knowledge };

/** The rows of the flow, in their order; `decisive` is the one that gives the verdict, if any does. */
export function explainRows(about: About, decisive: Row | undefined): readonly RowExplanation[] {
  return about.flow.rows.map((row) => {
    const rule = ruleBehind(row, about);
    const { alert, reason } = row;
    return {
      alert,
      reason,
      ...standingOf(row, about, decisive, rule),
      ...(rule !== undefined && rule.health !== "not loaded" && { rule: shownRule(rule) }),
    };
  });
}

type Standing = Pick<RowExplanation, "state" | "since" | "value" | "obstacle">;

function standingOf(row: Row, about: About, decisive: Row | undefined, rule: RuleBehind | undefined): Standing {
  const { profile, flow, resource, known } = about;
  if (!applies(row.when, resource)) return { state: "does not apply" };
  if (known.readings.every(({ was }) => was === "unreadable")) return { state: "not readable" };
  const isOwn = (alert: Alert) => matches(profile, row, alert, resource, known.uncarried);
  const firing = known.readings.flatMap((reading) => trustedAlerts(flow, reading, row.alert));
  const own = firing.filter(isOwn);
  if (own.length > 0) return { state: firingState(row, own, profile, decisive), ...momentOf(own) };
  const pending = known.readings.flatMap((reading) => (reading.was === "read" ? (reading.pending.get(row.alert) ?? []) : [])).filter(isOwn);
  if (pending.length > 0) return { state: "pending", ...momentOf(pending) };
  if (rule !== undefined && rule.health !== "ok") return { state: rule.health };
  const [other] = firing;
  return other === undefined
    ? { state: "quiet" }
    : { state: "fires for others", obstacle: obstacleTo(identifyOf(profile, row), other, resource) };
}

function firingState(row: Row, own: readonly Alert[], profile: Profile, decisive: Row | undefined): RowExplanation["state"] {
  if (isIgnored(profile, row, own)) return "silenced";
  return row === decisive ? "decides" : "fires, masked";
}

// The earliest of them tells since when.
function momentOf(alerts: readonly Alert[]): Pick<RowExplanation, "since" | "value"> {
  const [first] = alerts.toSorted((one, other) => compareText(one.activeAt ?? "~", other.activeAt ?? "~"));
  return { since: first?.activeAt, value: first?.value };
}

const NOT_LOADED = { health: "not loaded" } as const;
type RuleBehind = RuleState | typeof NOT_LOADED;

// As it stands on the source where it stands best; undefined where no source was asked.
function ruleBehind({ alert }: Row, { flow, known }: About): RuleBehind | undefined {
  const bySource = known.readings.flatMap((reading) =>
    reading.was === "read" && reading.evidence.was === "asked"
      ? [worstOf(findOwnRules(flow, reading.evidence).rules.get(alert) ?? [])]
      : [],
  );
  return bySource.find(({ health }) => health === "ok") ?? bySource.find(({ health }) => health !== "not loaded") ?? bySource[0];
}

function worstOf(states: readonly RuleState[]): RuleBehind {
  return states.find(({ health }) => health !== "ok") ?? states[0] ?? NOT_LOADED;
}

function shownRule({ health, lastEvaluation, lastError }: RuleState): NonNullable<RowExplanation["rule"]> {
  return { health, lastEvaluation, lastError };
}
