// Parses the custom resources of an API server, so that all other code handles checked fields only.

import { type Failure, UpstreamError } from "../errors.ts";
import { isObject, type JsonObject, valueAt } from "../json.ts";
import { keptOf, type Paths, sizeOf } from "./kept.ts";

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

// The formats of the API itself, so that no path, header or text that is made from them can be another.
// https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const VERSION = /^[\x21-\x7e]{1,128}$/;
const MAX_CONDITIONS_BYTES = 65_536;
const MAX_WRITERS_BYTES = 65_536;

export function isName(text: string): boolean {
  return NAME.test(text);
}

/**
 * Parses one object; an {@link UpstreamError} where it is not a resource, or has more conditions than are written. With `paths`, only what
 * stands there is kept beside its identity, its conditions and their writers.
 */
export function parseResource(of: ObjectKind, object: unknown, paths?: Paths): Resource {
  const resource = toResource(of, object, paths);
  if (isFailure(resource)) throw new UpstreamError(resource.code, resource.message);
  return resource;
}

/** The same with a value for what is wrong: of a list, every item may be. */
export function toResource(of: ObjectKind, object: unknown, paths?: Paths): Resource | Failure {
  const metadata = isObject(object) ? object.metadata : undefined;
  if (!isObject(object) || !isObject(metadata)) return malformed(of, "an object without metadata");
  const identity = identityIn(of, metadata);
  if (isFailure(identity)) return identity;
  const conditions = conditionsIn(of, object);
  if (isFailure(conditions)) return conditions;
  const kept = paths === undefined ? object : keptOf(object, paths);
  if (paths !== undefined && sizeOf(valueAt(kept, ["metadata", "managedFields"]), MAX_WRITERS_BYTES) > MAX_WRITERS_BYTES)
    return malformed(of, "an object with more managed fields than it can have");
  const { generation, deletionTimestamp } = metadata;
  return {
    of,
    ...identity,
    generation: typeof generation === "number" && Number.isSafeInteger(generation) ? generation : undefined,
    deleting: deletionTimestamp !== undefined && deletionTimestamp !== null,
    conditions,
    object: kept,
  };
}

function identityIn(of: ObjectKind, metadata: JsonObject): Pick<Resource, "name" | "namespace" | "resourceVersion"> | Failure {
  const { name, resourceVersion } = metadata;
  const namespace = metadata.namespace ?? undefined;
  if (typeof name !== "string" || !NAME.test(name)) return malformed(of, "an object without a usable name");
  if (namespace !== undefined && (typeof namespace !== "string" || !NAMESPACE.test(namespace)))
    return malformed(of, "an object in a namespace without a usable name");
  if (typeof resourceVersion !== "string" || !VERSION.test(resourceVersion)) return malformed(of, "an object without a resourceVersion");
  return { name, namespace, resourceVersion };
}

function conditionsIn(of: ObjectKind, { status = {} }: JsonObject): readonly unknown[] | Failure {
  if (status === null) return [];
  if (!isObject(status)) return malformed(of, "a status that is no object");
  const conditions = status.conditions ?? [];
  if (!Array.isArray(conditions)) return malformed(of, "conditions that are not a list");
  if (sizeOf(conditions, MAX_CONDITIONS_BYTES) <= MAX_CONDITIONS_BYTES) return conditions;
  return { code: "conditions-too-large", message: "its conditions are larger than 64 KB, or nested deeper than conditions are" };
}

export function isFailure(value: object): value is Failure {
  return "code" in value;
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

function malformed(of: ObjectKind, what: string): Failure {
  return { code: "malformed", message: `the API server's answer for ${of.plural} holds ${what}` };
}

/** The fields by which an outcome names the resource. */
export function resourceId({ of, name, namespace }: Pick<Resource, "of" | "name" | "namespace">): {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
} {
  return { apiVersion: of.group === "" ? of.version : `${of.group}/${of.version}`, kind: of.kind, name, namespace };
}
