// Renders the rules of profiles as Prometheus, vmalert, Mimir and Thanos take them.

import { ConfigError } from "../core/errors.ts";
import { isJudged, type JudgedFlow, type NamedProfile } from "../core/profile/profile.ts";
import { durationText } from "../core/time.ts";
import { GROUP_LABEL, WATCHDOG } from "../core/verdict/finding.ts";
import { warmUpMs } from "../core/verdict/proof.ts";

/** One alerting rule, as a Prometheus rules file has it. */
export type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
};
type RuleGroup = { readonly name: string; readonly rules: readonly Rule[] };
export type RuleGroups = { readonly groups: readonly RuleGroup[] };

export type RenderOptions = {
  /** Labels that every aggregation keeps beside its own, so that a central source can tell clusters apart. */
  readonly by?: readonly string[];
  /** Labels that every alert gets. */
  readonly labels?: Readonly<Record<string, string>>;
  /** For evaluators that do not know it, such as Prometheus before 2.42. */
  readonly withoutKeepFiringFor?: boolean;
};

// What Mimir and Amazon Managed Prometheus take in one group by default, the watchdog included.
const MAX_RULES = 20;

/**
 * The rules that profiles bring, in the order of their rows: a group for each flow, with a watchdog at its end, so that it tells how long
 * these very rules have been evaluated. A {@link ConfigError} names a row whose expression would lose the labels.
 *
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
export function renderRules(profiles: readonly NamedProfile[], options: RenderOptions = {}): RuleGroups {
  const { by = [], labels = {} } = options;
  checkLabels(by, labels);
  const rendered = new Set<string>();
  return { groups: profiles.flatMap((profile) => groupsOf(profile, options, rendered)) };
}

function groupsOf(profile: NamedProfile, options: RenderOptions, rendered: Set<string>): readonly RuleGroup[] {
  const parts = profile.flows.filter(isJudged).flatMap((flow) => partsOf(flow, rulesOf(profile, flow, options), rendered));
  // A profile whose rules all stand elsewhere still needs to know how long its source has been evaluating.
  const named = parts.length === 0 ? [{ kind: "", rules: [] }] : parts;
  const kinds = new Map<string, number>();
  return named.map(({ kind, rules }) => {
    const nth = (kinds.get(kind) ?? 0) + 1;
    kinds.set(kind, nth);
    const name = [profile.name, kind, nth > 1 ? String(nth) : ""].filter((part) => part !== "").join("-");
    return { name, rules: [...rules, watchdog(profile, name, options)] };
  });
}

type Part = { readonly kind: string; readonly rules: readonly Rule[] };

// An alert may mean something in two flows, and in two profiles, and is one rule all the same.
function partsOf({ of }: JudgedFlow, rules: readonly Rule[], rendered: Set<string>): readonly Part[] {
  const fresh = rules.filter((rule) => !rendered.has(JSON.stringify(rule)));
  for (const rule of fresh) rendered.add(JSON.stringify(rule));
  const size = MAX_RULES - 1;
  return Array.from({ length: Math.ceil(fresh.length / size) }, (_, part) => ({
    kind: of.kind.toLowerCase(),
    rules: fresh.slice(part * size, (part + 1) * size),
  }));
}

function rulesOf({ name, rules }: NamedProfile, { rows }: JudgedFlow, options: RenderOptions): readonly Rule[] {
  const { by = [], labels = {}, withoutKeepFiringFor = false } = options;
  const { window, keepFiringFor = "2m" } = rules;
  return rows.flatMap(({ alert, expr, for: wait = rules.for }): Rule[] => {
    if (expr === undefined) return [];
    const kept = keeping(by, expr, `profile ${name}, alert ${alert}`);
    const rule = { alert, expr: kept.replaceAll("$window", window), for: wait };
    return [{ ...rule, ...(!withoutKeepFiringFor && { keep_firing_for: keepFiringFor }), ...labelled(labels) }];
  });
}

// Fires once its source has evaluated for long enough. Its `for` is below ten minutes, so that it starts anew with the source; its label tells
// it from the watchdogs of other groups.
function watchdog(profile: NamedProfile, group: string, { by = [], labels = {} }: RenderOptions): Rule {
  const expr = watchdogExpr(profile, by.map(quoted).join(", "));
  return { alert: WATCHDOG, expr, for: durationText(warmUpMs(profile)), ...labelled({ ...labels, [GROUP_LABEL]: group }) };
}

// A rate needs two samples, and after an outage that is longer than its window it has none: most targets must have them, else it is another
// alert of the same rule, so that one which is restored does not fire before the rates can.
function watchdogExpr({ flows, rules }: NamedProfile, by: string): string {
  const hasRates = flows.some((flow) => isJudged(flow) && flow.rows.some(({ expr }) => expr?.includes("$window")));
  const isKnown = by === "" ? "vector(0)" : `group by (${by}) (up)`;
  if (!hasRates) return by === "" ? "vector(1)" : isKnown;
  const per = by === "" ? "" : ` by (${by}) `;
  const areMost = `avg${per}(count_over_time(up[${rules.window}]) > bool 1) >= bool 0.5`;
  return `count_values${per}("scraped_twice", ${areMost} ${by === "" ? "or" : "and"} ${isKnown})`;
}

function labelled(labels: Readonly<Record<string, string>>): Pick<Rule, "labels"> {
  return Object.keys(labels).length === 0 ? {} : { labels };
}

function checkLabels(by: readonly string[], labels: Readonly<Record<string, string>>): void {
  const wrong = [...by, ...Object.keys(labels)].find((label) => label === "" || !label.isWellFormed() || /\p{Cc}/u.test(label));
  if (wrong !== undefined) throw new ConfigError(`${JSON.stringify(wrong)} is no label name: text without control characters is expected`);
  const own = Object.keys(labels).find((label) => label === "alertname" || label === GROUP_LABEL);
  if (own !== undefined) throw new ConfigError(`the label ${own} belongs to the rules themselves`);
}

const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

// Names of other letters stand in quotes: https://prometheus.io/docs/guides/utf8/
function quoted(label: string): string {
  return PLAIN_LABEL.test(label) ? label : JSON.stringify(label);
}

const AGGREGATION =
  /\b(sum|min|max|avg|group|count|stddev|stdvar|topk|bottomk|quantile|count_values|limitk|limit_ratio)\s*(?=\(|by\b|without\b)/gi;
const GROUPING = /\b(by|without)\s*\(/gi;
const KEEPING = /\b(by|on)\s*\(\s*([^)]*?)\s*\)/gi;
const DROPPING = /\b(?:without|ignoring)\s*\(([^)]*)\)/gi;
const ABSENT = /^absent\(([^()]*)\)$/;
const LABELLESS = /\b(absent|absent_over_time|vector|scalar|time)\s*\(/;

function keeping(by: readonly string[], expr: string, where: string): string {
  if (by.length === 0) return expr;
  const labels = by.map(quoted).join(", ");
  const [, series] = ABSENT.exec(expr) ?? [];
  if (series !== undefined) return `group by (${labels}) (up) unless on (${labels}) group by (${labels}) (${series})`;
  const dropped = [...expr.matchAll(DROPPING)].flatMap(([, list = ""]) => list.split(",").map((label) => label.trim()));
  const isGrouped = count(expr, AGGREGATION) === count(expr, GROUPING);
  const isKept = isGrouped && !LABELLESS.test(expr) && !by.some((label) => dropped.includes(quoted(label)));
  if (!isKept) throw new ConfigError(`${where}: the expression loses the label ${labels}: write every aggregation with by (…)`);
  return expr.replaceAll(KEEPING, (_, word: string, own: string) => `${word} (${own === "" ? labels : `${own}, ${labels}`})`);
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
