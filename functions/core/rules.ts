import { isJudged, type NamedProfile } from "./profile.ts";

/** One alerting rule, as a Prometheus rules file has it. */
export type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly keep_firing_for?: string;
};
export type RuleGroups = {
  readonly groups: readonly {
    readonly name: string;
    readonly rules: readonly Rule[];
  }[];
};

/**
 * The rules that profiles bring, in the order of their rows: one group each, so that Prometheus evaluates them one after the other.
 *
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
export function renderRules(profiles: readonly NamedProfile[]): RuleGroups {
  return {
    groups: profiles.map((profile) => ({
      name: profile.name,
      rules: rulesOf(profile),
    })),
  };
}

function rulesOf({ rules: { for: usual, window, keepFiringFor }, flows }: NamedProfile): readonly Rule[] {
  const keep = keepFiringFor === undefined ? {} : { keep_firing_for: keepFiringFor };
  const rows = flows.filter(isJudged).flatMap((flow) => flow.rows);
  const rules = rows.flatMap(({ alert, expr, for: wait = usual }): Rule[] =>
    expr === undefined ? [] : [{ alert, expr: expr.replaceAll("$window", window), for: wait, ...keep }],
  );
  // An alert may mean something in two flows, and is one rule all the same.
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
