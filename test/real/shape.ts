// Reduces a JSON document to its shape, to compare two servers.

import { isObject } from "../../functions/core/json.ts";

/** The keys, and what kind of value each has; a list is the set of its entries' shapes. Labels are left out. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return new Set(value.map((entry) => JSON.stringify(shapeOf(entry))));
  if (isObject(value))
    return Object.fromEntries(
      Object.keys(value)
        .toSorted()
        .map((key) => [key, key === "labels" ? "labels" : shapeOf(value[key])]),
    );
  if (typeof value === "string") return Number.isNaN(Date.parse(value)) ? "string" : "time";
  return value === null ? "null" : typeof value;
}
