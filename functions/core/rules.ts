import { isJudged, type NamedProfile } from "./profile.ts";

/** One alerting rule, as a Prometheus rules file has it. */
export type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
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

function rulesOf({ rules, flows }: NamedProfile): readonly Rule[] {
  const rows = flows.filter(isJudged).flatMap((flow) => flow.rows);
  return rows.flatMap(({ alert, expr, for: wait = rules.for }) =>
    expr === undefined ? [] : [{ alert, expr: expr.replaceAll("$window", rules.window), for: wait }],
  );
}
