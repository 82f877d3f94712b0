// Who wrote what stands in an object, as far as `metadata.managedFields` tells: a condition's owner is decided by it.

import { isObject, type JsonObject, valueAt } from "../json.ts";
import { parseTimeMs } from "../time.ts";
import type { Resource } from "./resource.ts";

/** The field manager of all writes of alertstatus. */
export const FIELD_MANAGER = "alertstatus";

/** The last field manager of `status.conditions`, and when it wrote them, in RFC 3339. */
export function lastConditionsWriter(resource: Resource): { readonly manager: string; readonly time: string } | undefined {
  const writers = entriesOf(resource).filter((entry) => conditionsIn(entry) !== undefined);
  return writers
    .flatMap(toWriter)
    .toSorted((one, other) => parseTimeMs(one.time) - parseTimeMs(other.time))
    .at(-1);
}

/**
 * Whether alertstatus wrote the message of a condition; undefined where the list is one field to the API server, which then keeps its last
 * writer only. A CRD makes the list a map of entries by `x-kubernetes-list-type: map`.
 *
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export function hasWritten(resource: Resource, type: string): boolean | undefined {
  const maps = entriesOf(resource).filter((entry) => Object.keys(conditionsIn(entry) ?? {}).some((key) => key.startsWith("k:")));
  if (maps.length === 0) return undefined;
  const message = [`k:${JSON.stringify({ type })}`, "f:message"];
  return maps.some((entry) => entry.manager === FIELD_MANAGER && valueAt(conditionsIn(entry), message) !== undefined);
}

function entriesOf({ object }: Resource): readonly JsonObject[] {
  const entries = valueAt(object, ["metadata", "managedFields"]);
  return Array.isArray(entries) ? entries.filter(isObject) : [];
}

function conditionsIn(entry: JsonObject): unknown {
  return valueAt(entry, ["fieldsV1", "f:status", "f:conditions"]);
}

function toWriter({ manager, time }: JsonObject): { manager: string; time: string }[] {
  return typeof manager === "string" && typeof time === "string" ? [{ manager, time }] : [];
}
