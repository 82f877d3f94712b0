// Finds how often a source evaluates the rules behind a profile: a replay takes the same steps.

import { isObject, valueAt } from "../core/json.ts";

/** The shortest interval of the groups that hold some of the rules, in milliseconds; undefined where no group does. */
export function intervalIn(rulesBody: unknown, names: ReadonlySet<string>): number | undefined {
  const groups = valueAt(rulesBody, ["data", "groups"]);
  const own = Array.isArray(groups) ? groups.filter(isObject).filter(({ rules }) => Array.isArray(rules) && rules.some(isNamed)) : [];
  const seconds = own.flatMap(({ interval }) => (typeof interval === "number" && interval > 0 ? [interval] : []));
  return seconds.length === 0 ? undefined : Math.min(...seconds) * 1_000;

  function isNamed(rule: unknown): boolean {
    return isObject(rule) && typeof rule.name === "string" && names.has(rule.name);
  }
}
