// What a source says about the rules that fail, in its own words.
import { isObject, valueAt } from "../../core/json.ts";

/** The last error of each alert's rule, by the alert, from the body of `GET /api/v1/rules`. */
export function ruleErrors(rules: unknown): ReadonlyMap<string, string> {
  const groups = valueAt(rules, ["data", "groups"]);
  const each = Array.isArray(groups) ? groups.flatMap((group) => valueAt(group, ["rules"])) : [];
  return new Map(each.filter(isObject).flatMap(({ name, lastError }) => (isText(name) && isText(lastError) ? [[name, lastError]] : [])));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
