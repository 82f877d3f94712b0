// What the schema of a kind makes of its list of conditions, and whether its owner leaves those of others alone.

import { remedies } from "../../core/errors.ts";
import { isObject, type JsonObject, valueAt } from "../../core/json.ts";
import { findCondition, type ObjectKind, type Resource } from "../../core/kubernetes/resource.ts";
import { type Check, ok, skipped, warning } from "./check.ts";

/** How the API server merges the list, and how many entries it takes; `isMap`: each entry has an owner of its own. */
type ConditionList = { readonly isMap: boolean; readonly maxItems?: number };

/** The list of conditions of a kind, by the OpenAPI document of its group and version; undefined where its schema names none. */
export function conditionListOf(document: unknown, of: ObjectKind): ConditionList | undefined {
  const schemas = valueAt(document, ["components", "schemas"]);
  const schema = Object.values(isObject(schemas) ? schemas : {}).find((one) => isOf(one, of));
  const list = propertyOf(schemas, propertyOf(schemas, schema, "status"), "conditions");
  if (list === undefined) return undefined;
  const max = list.maxItems;
  return { isMap: list["x-kubernetes-list-type"] === "map", ...(typeof max === "number" && { maxItems: max }) };
}

function isOf(schema: unknown, { group, version, kind }: ObjectKind): boolean {
  const kinds = valueAt(schema, ["x-kubernetes-group-version-kind"]);
  return Array.isArray(kinds) && kinds.some((one) => isObject(one) && one.group === group && one.version === version && one.kind === kind);
}

// Kinds of Kubernetes itself refer to the schemas of their parts.
function propertyOf(schemas: unknown, schema: JsonObject | unknown, name: string): JsonObject | undefined {
  const property = valueAt(schema, ["properties", name]);
  const parts = valueAt(property, ["allOf"]);
  const target = valueAt(Array.isArray(parts) ? parts[0] : property, ["$ref"]);
  const found = typeof target === "string" ? valueAt(schemas, [target.slice(target.lastIndexOf("/") + 1)]) : property;
  return isObject(found) ? found : undefined;
}

/** @param resources the objects of the kind @param types those of the conditions that passes write there */
export function conditionListCheck(
  of: ObjectKind,
  list: ConditionList | undefined,
  resources: readonly Resource[],
  types: readonly string[],
): Check {
  const check = `condition list of ${of.kind}`;
  if (list === undefined) return skipped(check, "its schema has no list `status.conditions`");
  const { isMap, maxItems = Number.POSITIVE_INFINITY } = list;
  const lacks = ({ conditions }: Resource) => types.some((type) => findCondition(conditions, type) === undefined);
  const full = resources.filter((resource) => resource.conditions.length >= maxItems && lacks(resource));
  const [first] = full;
  if (first !== undefined)
    return warning(check, `full, with ${maxItems} entries: ${full.length} objects, such as ${first.name}`, remedies["conditions-full"]);
  const bound = Number.isFinite(maxItems) ? `; it takes ${maxItems} entries` : "";
  return isMap
    ? ok(check, `a map: each writer owns its entries${bound}`)
    : ok(check, `atomic: each writer replaces the whole list, and alertstatus only the one that it has read${bound}`);
}

/** @param why the reason for which the kind carries no conditions of others @param isWritten whether passes write conditions there */
export function ownerCheck({ kind }: ObjectKind, why: string, isWritten: boolean): Check {
  const check = `owner of ${kind}`;
  if (!isWritten) return ok(check, `mode observe suits it: ${why}`);
  const remedy = "use `mode: observe`: state, history, page and bus then tell the verdicts, and nothing is written";
  return warning(check, `conditions of others do not stay there: ${why}`, remedy);
}
