// Parses what a source says about its rules and its start, the evidence that "no alert" means healthy.

import { type Code, UpstreamError } from "../errors.ts";
import { isObject, type JsonObject, valueAt } from "../json.ts";
import { parseTimeMs } from "../time.ts";

/** The health of a rule: a `stalled` one was not evaluated for more than three intervals of its group. */
export type RuleHealth = "ok" | "failing" | "stalled" | "not evaluated yet";

/** What a source says about itself: its rules by name, which several may share, its age and its clock. */
export type Evidence =
  | { readonly was: "asked"; readonly rules: ReadonlyMap<string, readonly RuleHealth[]>; readonly ageMs?: number; readonly skewMs: number }
  | { readonly was: "unreadable"; readonly code: Code }
  /** The owner of the source vouches for it: `proof: none`. */
  | { readonly was: "waived" };

const MAX_MISSED_INTERVALS = 3;

/**
 * Parses the body of `GET /api/v1/rules`; an {@link UpstreamError} `malformed` where it is not one.
 *
 * https://prometheus.io/docs/prometheus/latest/querying/api/#rules
 *
 * @param sourceNowMs the source's own time, in milliseconds since the epoch
 */
export function parseRules(body: unknown, sourceNowMs: number): ReadonlyMap<string, readonly RuleHealth[]> {
  const rules = new Map<string, RuleHealth[]>();
  for (const group of groupsIn(body).filter(isObject)) {
    for (const rule of rulesIn(group)) {
      const { name } = rule;
      if (typeof name !== "string" || rule.type !== "alerting") continue;
      const sameName = rules.get(name) ?? [];
      sameName.push(healthOf(rule, group, sourceNowMs));
      rules.set(name, sameName);
    }
  }
  return rules;
}

/** When the source started, in milliseconds since the epoch, from `GET /api/v1/status/runtimeinfo`; undefined where the source does not say. */
export function parseStartTime(body: unknown): number | undefined {
  const ms = parseTimeMs(valueAt(body, ["data", "startTime"]));
  return Number.isNaN(ms) ? undefined : ms;
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

function healthOf({ health, lastEvaluation }: JsonObject, { interval }: JsonObject, sourceNowMs: number): RuleHealth {
  if (health === "err") return "failing";
  if (health !== "ok") return "not evaluated yet";
  const isRecent = typeof interval === "number" && sourceNowMs - parseTimeMs(lastEvaluation) <= interval * 1000 * MAX_MISSED_INTERVALS;
  return isRecent ? "ok" : "stalled";
}
