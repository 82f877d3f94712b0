import fc from "fast-check";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged } from "../../../functions/core/profile/profile.ts";
import type { Reading } from "../../../functions/core/prometheus/alert.ts";
import type { Evidence, RuleHealth } from "../../../functions/core/prometheus/rule-health.ts";
import { WATCHDOG } from "../../../functions/core/verdict/finding.ts";
import { anAlert, aReading, aRuleGroup, unreadable } from "../../support/builders.ts";
import { mostly } from "./arbitraries.ts";

/** A source of alerts in words, as far as a trace pipeline depends on it. */
export type ToldSource = {
  readonly answers: "everything" | "no rules" | "nothing" | "on its owner's word";
  readonly firing: readonly string[];
  readonly watchdog: "firing" | "pending" | "silent" | "not loaded";
  readonly rules: Readonly<Record<string, readonly RuleHealth[]>>;
  readonly ageMs: number | undefined;
  readonly skewMs: number;
  readonly warnings: readonly string[];
  readonly isShared: boolean;
};

export const traces = kymaTelemetry.flows.filter(isJudged)[0]!;
export const rows = traces.rows.map(({ alert }) => alert);

/** The one row whose rule is ours alone. */
export const ABSENT = "TraceGatewayTargetsAbsent";

const ok: readonly RuleHealth[] = ["ok"];
const health = mostly<readonly RuleHealth[]>(ok, [], ["failing"], ["stalled"], ["not evaluated yet"], ["ok", "failing"]);

/** Mostly healthy ones, so that each doubt is seen alone as well as together with others. */
export const toldSources: fc.Arbitrary<ToldSource> = fc.record({
  answers: mostly<ToldSource["answers"]>("everything", "no rules", "nothing", "on its owner's word"),
  firing: fc.oneof(fc.constant<string[]>([]), fc.subarray(rows)),
  watchdog: fc.constantFrom("firing", "firing", "pending", "silent", "not loaded"),
  rules: fc.record(Object.fromEntries(rows.map((alert) => [alert, health]))),
  ageMs: mostly<number | undefined>(3_600_000, 1_000, undefined),
  skewMs: mostly(0, 600_000),
  warnings: mostly<readonly string[]>([], ["a part did not answer"]),
  isShared: fc.boolean(),
});

export function readingOf(told: ToldSource): Reading {
  const { firing, watchdog, warnings, isShared } = told;
  if (told.answers === "nothing") return unreadable();
  const dog = anAlert(WATCHDOG, { pipeline_name: undefined });
  return aReading({
    firing: [...firing.map((alert) => anAlert(alert)), ...(watchdog === "firing" ? [dog] : [])],
    pending: watchdog === "pending" ? [dog] : [],
    warnings,
    isShared,
    evidence: evidenceOf(told),
  });
}

function evidenceOf({ answers, rules, watchdog, ageMs, skewMs }: ToldSource): Evidence {
  if (answers === "no rules") return { was: "unreadable", code: "forbidden" };
  if (answers === "on its owner's word") return { was: "waived" };
  const loaded = Object.entries(rules).filter(([, healths]) => healths.length > 0);
  const dog: [string, RuleHealth[]][] = watchdog === "not loaded" ? [] : [[WATCHDOG, ["ok"]]];
  return { was: "asked", groups: [aRuleGroup(Object.fromEntries([...loaded, ...dog]))], ageMs, skewMs };
}

type Doubt = (told: ToldSource, alert: string) => ToldSource;

const withHealth = (told: ToldSource, alert: string, more: RuleHealth): ToldSource => {
  const healths = told.rules[alert]!;
  return healths.length === 0 ? told : { ...told, rules: { ...told.rules, [alert]: [...healths, more] } };
};

/** Ways in which a source becomes less of a proof, and leaves what fires on it believable. */
export const mildDoubts: Readonly<Record<string, Doubt>> = {
  "a part of the answer is missing": (told) => ({ ...told, warnings: [...told.warnings, "another part did not answer"] }),
  "the rules are kept back": (told) => (told.answers === "nothing" ? told : { ...told, answers: "no rules" }),
  "a rule of the source's own is not loaded": (told, alert) =>
    alert === ABSENT ? told : { ...told, rules: { ...told.rules, [alert]: [] } },
  "a second rule of the name was not evaluated yet": (told, alert) => withHealth(told, alert, "not evaluated yet"),
  "the clock is wrong": (told) => ({ ...told, skewMs: -600_000 }),
  "it started later": (told) => (told.ageMs === undefined ? told : { ...told, ageMs: 10 }),
  "the watchdog starts anew": (told) => (told.watchdog === "firing" ? { ...told, watchdog: "pending" } : told),
  "it turns out to be shared": (told) => ({ ...told, isShared: true }),
};

/** Those that take away what fires on it as well. */
export const graveDoubts: Readonly<Record<string, Doubt>> = {
  "every rule of the name fails": (told, alert) => ({ ...told, rules: { ...told.rules, [alert]: ["failing"] } }),
  "every rule of the name is stalled": (told, alert) => ({ ...told, rules: { ...told.rules, [alert]: ["stalled"] } }),
  "a second rule of the name fails": (told, alert) => withHealth(told, alert, "failing"),
  "it cannot be read": (told) => ({ ...told, answers: "nothing" }),
};
