// Parses what a source says about its rules and its start, the evidence that "no alert" means healthy.

import { type Code, UpstreamError } from "../errors.ts";
import { isObject, type JsonObject, valueAt } from "../json.ts";
import { sanitize } from "../text.ts";
import { parseTimeMs } from "../time.ts";

/** The health of a rule: a `stalled` one was not evaluated for more than three intervals of its group. */
export type RuleHealth = "ok" | "failing" | "stalled" | "not evaluated yet" | "of unknown health";

/** What a source says of one rule. */
export type RuleState = {
  readonly health: RuleHealth;
  /** Why its last evaluation failed, on one line. */
  readonly lastError?: string;
  /** How long it waits before it fires, in milliseconds. */
  readonly forMs?: number;
  /** When it was evaluated last, RFC 3339; undefined before the first time. */
  readonly lastEvaluation?: string;
  readonly labels: Readonly<Record<string, string>>;
};

/** The alerting rules of one group by name, which several may share. */
export type RuleGroup = { readonly name: string; readonly file: string; readonly rules: ReadonlyMap<string, readonly RuleState[]> };

/** What a source says about itself: its rules, its clock, and how long ago it started, where that is the evaluator's own word. */
export type Evidence =
  | { readonly was: "asked"; readonly groups: readonly RuleGroup[]; readonly ageMs?: number; readonly skewMs: number }
  | { readonly was: "unreadable"; readonly code: Code }
  /** The owner of the source vouches for it: `proof: none`. */
  | { readonly was: "waived" };

const MAX_MISSED_INTERVALS = 3;
// vmalert puts the request and the answer before the reason.
const MAX_ERROR = 600;
const MAX_TIME = 40;

/**
 * Parses the body of `GET /api/v1/rules`; an {@link UpstreamError} `malformed` where it is not one.
 *
 * https://prometheus.io/docs/prometheus/latest/querying/api/#rules
 *
 * @param sourceNowMs the source's own time, in milliseconds since the epoch
 * @param wanted the names of the rules to keep; all where there is none
 */
export function parseRules(body: unknown, sourceNowMs: number, wanted?: ReadonlySet<string>): { readonly groups: readonly RuleGroup[] } {
  const groups: RuleGroup[] = [];
  for (const group of groupsIn(body).filter(isObject)) {
    const rules = parseGroup(group, sourceNowMs, wanted);
    if (rules.size > 0) groups.push({ name: text(group.name), file: text(group.file), rules });
  }
  return { groups };
}

/** The token of the next page, where a body of the rules API is not the last one. */
export function nextPageOf(body: unknown): string | undefined {
  return text(valueAt(body, ["data", "groupNextToken"])) || undefined;
}

/**
 * The alerts that a body of the rules API lists below the rules of these names, as the Alerts API lists them; an {@link UpstreamError}
 * `malformed` where a rule is pending or fires, and lists none.
 */
export function alertsInRules(body: unknown, names: ReadonlySet<string>): readonly unknown[] {
  const rules = groupsIn(body).filter(isObject).flatMap(rulesIn);
  return rules.filter(({ name, type }) => type === "alerting" && names.has(text(name))).flatMap(alertsBelow);
}

function alertsBelow({ state, alerts }: JsonObject): readonly unknown[] {
  const list = Array.isArray(alerts) ? alerts : [];
  if (list.length === 0 && (state === "firing" || state === "pending"))
    throw new UpstreamError("malformed", `the rules API lists no alerts below a rule that is ${state}`);
  return list;
}

/**
 * When the evaluator itself started, in milliseconds since the epoch, from `GET /api/v1/status/runtimeinfo`; undefined where nothing says.
 * Prometheus tells beside it about its configuration, which holds the rules; what stands in front of evaluators, such as Thanos Query,
 * tells its own start alone.
 */
export function parseStartTime(body: unknown): number | undefined {
  const data = valueAt(body, ["data"]);
  const ms = parseTimeMs(valueAt(data, ["startTime"]));
  const isEvaluator = isObject(data) && (typeof data.reloadConfigSuccess === "boolean" || typeof data.lastConfigTime === "string");
  return isEvaluator && !Number.isNaN(ms) ? ms : undefined;
}

function parseGroup(group: JsonObject, sourceNowMs: number, wanted?: ReadonlySet<string>): ReadonlyMap<string, readonly RuleState[]> {
  const rules = new Map<string, RuleState[]>();
  for (const rule of rulesIn(group)) {
    const { name } = rule;
    if (typeof name !== "string" || rule.type !== "alerting" || wanted?.has(name) === false) continue;
    const sameName = rules.get(name) ?? [];
    sameName.push(parseRule(rule, group, sourceNowMs));
    rules.set(name, sameName);
  }
  return rules;
}

function groupsIn(body: unknown): readonly unknown[] {
  const groups = isObject(body) && body.status === "success" ? valueAt(body, ["data", "groups"]) : undefined;
  if (Array.isArray(groups)) return groups;
  // Thanos answers `null` for no groups.
  if (groups === null) return [];
  throw new UpstreamError("malformed", "the answer of the rules API holds no list of groups");
}

function rulesIn({ rules }: JsonObject): readonly JsonObject[] {
  return Array.isArray(rules) ? rules.filter(isObject) : [];
}

function parseRule(rule: JsonObject, { interval }: JsonObject, sourceNowMs: number): RuleState {
  const { lastError, lastEvaluation, duration, labels } = rule;
  return {
    health: healthOf(rule, interval, sourceNowMs),
    ...(typeof lastError === "string" && lastError !== "" && { lastError: sanitize(lastError, MAX_ERROR) }),
    forMs: milliseconds(duration),
    ...(typeof lastEvaluation === "string" && parseTimeMs(lastEvaluation) >= 0 && { lastEvaluation: sanitize(lastEvaluation, MAX_TIME) }),
    labels: isObject(labels) ? Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)])) : {},
  };
}

function healthOf({ health, lastEvaluation }: JsonObject, interval: unknown, sourceNowMs: number): RuleHealth {
  const evaluatedMs = parseTimeMs(lastEvaluation);
  // Go's zero time, whatever the health says: vmalert and Grafana call a rule well before they have evaluated it.
  if (evaluatedMs < 0 || health === "unknown") return "not evaluated yet";
  if (health === "err") return "failing";
  if (health !== "ok") return "of unknown health";
  const isRecent = typeof interval === "number" && sourceNowMs - evaluatedMs <= interval * 1000 * MAX_MISSED_INTERVALS;
  return isRecent ? "ok" : "stalled";
}

function milliseconds(seconds: unknown): number | undefined {
  return typeof seconds === "number" ? seconds * 1_000 : undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
