// Tells from managedFields which writer set the conditions of a resource last.

import { isObject, type JsonObject, valueAt } from "../json.ts";
import { parseTimeMs } from "../time.ts";
import type { Resource } from "./resource.ts";

/** The field manager of all writes of alertstatus. */
export const FIELD_MANAGER = "alertstatus";

/** The last field manager of `status.conditions`, and when it wrote them, in RFC 3339. */
export function lastConditionsWriter({ object }: Resource): { readonly manager: string; readonly time: string } | undefined {
  const entries = valueAt(object, ["metadata", "managedFields"]);
  const writers = (Array.isArray(entries) ? entries : []).filter(isObject).filter(ownsConditions).flatMap(toWriter);
  return writers.toSorted((one, other) => parseTimeMs(one.time) - parseTimeMs(other.time)).at(-1);
}

function ownsConditions(entry: JsonObject): boolean {
  return valueAt(entry, ["fieldsV1", "f:status", "f:conditions"]) !== undefined;
}

function toWriter({ manager, time }: JsonObject): { manager: string; time: string }[] {
  return typeof manager === "string" && typeof time === "string" ? [{ manager, time }] : [];
}
