// Parses the custom resources of an API server, so that all other code handles checked fields only.

import { UpstreamError } from "../errors.ts";
import { isObject, type JsonObject, valueAt } from "../json.ts";

/** A kind of object: `plural` is its name in the API, `kind` its name in manifests. */
export type ObjectKind = { readonly group: string; readonly version: string; readonly plural: string; readonly kind: string };

/** A custom resource as the API server returned it. `conditions` are the entries exactly as parsed. */
export type Resource = {
  readonly of: ObjectKind;
  readonly name: string;
  readonly namespace?: string;
  readonly generation?: number;
  readonly resourceVersion: string;
  readonly deleting: boolean;
  readonly conditions: readonly unknown[];
  readonly object: JsonObject;
};

/** One condition of `status.conditions`, as `metav1.Condition` has it; some CRDs keep no reason. */
export type Condition = { readonly type: string; readonly status: string; readonly reason?: string } & JsonObject;

/** Parses one object; an {@link UpstreamError} `malformed` where it is not a resource. */
export function parseResource(of: ObjectKind, object: unknown): Resource {
  const metadata = isObject(object) ? object.metadata : undefined;
  if (!isObject(object) || !isObject(metadata)) throw malformed(of, "an object without metadata");
  const { name, namespace, generation, resourceVersion, deletionTimestamp } = metadata;
  if (typeof name !== "string" || typeof resourceVersion !== "string") throw malformed(of, "an object without name or resourceVersion");
  const conditions = valueAt(object, ["status", "conditions"]) ?? [];
  if (!Array.isArray(conditions)) throw malformed(of, "conditions that are not a list");
  return {
    of,
    name,
    namespace: typeof namespace === "string" ? namespace : undefined,
    generation: typeof generation === "number" ? generation : undefined,
    resourceVersion,
    deleting: deletionTimestamp !== undefined && deletionTimestamp !== null,
    conditions,
    object,
  };
}

/** Parses one page of a LIST: its objects, and the `continue` token of the next page. */
export function parseResourceList(of: ObjectKind, body: unknown): { items: readonly Resource[]; next?: string } {
  if (!isObject(body) || !Array.isArray(body.items)) throw malformed(of, "no list of items");
  const next = valueAt(body, ["metadata", "continue"]);
  return { items: body.items.map((item) => parseResource(of, item)), next: typeof next === "string" && next !== "" ? next : undefined };
}

export function findCondition(conditions: readonly unknown[], type: string): Condition | undefined {
  for (const condition of conditions)
    if (isObject(condition) && condition.type === type) return isCondition(condition) ? condition : undefined;
  return undefined;
}

/** All entries of the type, where a list has it more than once. */
export function conditionsOf(conditions: readonly unknown[], type: string): readonly Condition[] {
  return conditions.filter(isCondition).filter((condition) => condition.type === type);
}

function isCondition(value: unknown): value is Condition {
  if (!isObject(value) || typeof value.type !== "string" || typeof value.status !== "string") return false;
  return value.reason === undefined || typeof value.reason === "string";
}

function malformed(of: ObjectKind, what: string): UpstreamError {
  return new UpstreamError("malformed", `the API server's answer for ${of.plural} holds ${what}`);
}

/** The fields by which an outcome names the resource. */
export function resourceId({ of, name, namespace }: Resource): { apiVersion: string; kind: string; name: string; namespace?: string } {
  return { apiVersion: of.group === "" ? of.version : `${of.group}/${of.version}`, kind: of.kind, name, namespace };
}
