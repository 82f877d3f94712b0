import { ConfigError } from "../core/errors.ts";
import { isJudged, type NamedProfile } from "../core/profile/profile.ts";
import { durationText } from "../core/time.ts";
import { WATCHDOG } from "../core/verdict/finding.ts";
import { warmUpMs } from "../core/verdict/proof.ts";

/** One alerting rule, as a Prometheus rules file has it. */
export type Rule = { readonly alert: string; readonly expr: string; readonly for: string; readonly keep_firing_for?: string };
export type RuleGroups = { readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[] };

/**
 * The rules that profiles bring, in the order of their rows, and one watchdog at the very end: one group each, so that Prometheus evaluates
 * them one after the other. A {@link ConfigError} names a row whose expression would lose the labels.
 *
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 *
 * @param by labels that every aggregation keeps beside its own, so that a central source can tell clusters apart
 */
export function renderRules(profiles: readonly NamedProfile[], by: readonly string[] = []): RuleGroups {
  const wrong = by.find((label) => !LABEL.test(label));
  if (wrong !== undefined) throw new ConfigError(`${wrong} is no label name: letters, digits and underscores`);
  const groups = profiles.map((profile, index) => {
    const isLast = index === profiles.length - 1;
    return { name: profile.name, rules: [...rulesOf(profile, by), ...(isLast ? [watchdog(profiles, by)] : [])] };
  });
  return { groups };
}

function rulesOf({ name, rules, flows }: NamedProfile, by: readonly string[]): readonly Rule[] {
  const { window, keepFiringFor = "2m" } = rules;
  const rows = flows.filter(isJudged).flatMap((flow) => flow.rows);
  const rendered = rows.flatMap(({ alert, expr, for: wait = rules.for }): Rule[] => {
    if (expr === undefined) return [];
    const kept = keeping(by, expr, `profile ${name}, alert ${alert}`);
    return [{ alert, expr: kept.replaceAll("$window", window), for: wait, keep_firing_for: keepFiringFor }];
  });
  // An alert may mean something in two flows, and is one rule all the same.
  return [...new Map(rendered.map((rule) => [JSON.stringify(rule), rule])).values()];
}

// Fires once its source has evaluated for long enough for all of them. Its `for` is below ten minutes, so that it starts anew with the source.
function watchdog(profiles: readonly NamedProfile[], by: readonly string[]): Rule {
  const expr = by.length === 0 ? "vector(1)" : `group by (${by.join(", ")}) (up)`;
  return { alert: WATCHDOG, expr, for: durationText(Math.max(...profiles.map(warmUpMs))) };
}

const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const AGGREGATION =
  /\b(sum|min|max|avg|group|count|stddev|stdvar|topk|bottomk|quantile|count_values|limitk|limit_ratio)\s*(?=\(|by\b|without\b)/gi;
const GROUPING = /\b(by|without)\s*\(/gi;
const KEEPING = /\b(by|on)\s*\(\s*([^)]*?)\s*\)/gi;
const DROPPING = /\b(?:without|ignoring)\s*\(([^)]*)\)/gi;
const ABSENT = /^absent\(([^()]*)\)$/;
const LABELLESS = /\b(absent|absent_over_time|vector|scalar|time)\s*\(/;

function keeping(by: readonly string[], expr: string, where: string): string {
  if (by.length === 0) return expr;
  const labels = by.join(", ");
  const [, series] = ABSENT.exec(expr) ?? [];
  if (series !== undefined) return `group by (${labels}) (up) unless on (${labels}) group by (${labels}) (${series})`;
  const dropped = [...expr.matchAll(DROPPING)].flatMap(([, list = ""]) => list.split(",").map((label) => label.trim()));
  const isGrouped = count(expr, AGGREGATION) === count(expr, GROUPING);
  const isKept = isGrouped && !LABELLESS.test(expr) && !by.some((label) => dropped.includes(label));
  if (!isKept) throw new ConfigError(`${where}: the expression loses the label ${labels}: write every aggregation with by (…)`);
  return expr.replaceAll(KEEPING, (_, word: string, own: string) => `${word} (${own === "" ? labels : `${own}, ${labels}`})`);
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
