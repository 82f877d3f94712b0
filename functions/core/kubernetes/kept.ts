// Keeps of an object only what is judged, and says how much that is: whatever a cluster stores, a run holds little of it.

import { isObject, type JsonObject, valueAt } from "../json.ts";

/** Paths below an object, such as `["spec", "output"]`, of which it matters what stands there. */
export type Paths = readonly (readonly string[])[];

const METADATA = ["name", "namespace", "generation", "resourceVersion", "deletionTimestamp", "uid"];
// A longer text equals nothing that a profile compares it with.
const MAX_TEXT = 1_024;
const MAX_DEPTH = 24;

type Target = Record<string, unknown>;

/**
 * The object with its identity, its conditions, who wrote them, and what stands at the paths: of a list or an object only that it is there.
 * The conditions are the very same.
 */
export function keptOf(object: JsonObject, paths: Paths): JsonObject {
  const kept: Target = {};
  for (const path of paths) if (!path.includes("__proto__")) keepPath(object, kept, path);
  const conditions = valueAt(object, ["status", "conditions"]);
  if (conditions !== undefined && conditions !== null) inner(kept, "status").conditions = conditions;
  const metadata = inner(kept, "metadata");
  for (const name of METADATA) {
    const value = valueAt(object, ["metadata", name]);
    if (value !== undefined) metadata[name] = value;
  }
  const writers = writersOf(object);
  if (writers.length > 0) metadata.managedFields = writers;
  return kept;
}

/** About how many bytes of JSON a value is; infinite where it is nested deeper than any condition is, or where `max` is exceeded. */
export function sizeOf(value: unknown, max: number, depth = 0): number {
  if (typeof value === "string") return value.length + 2;
  const isList = Array.isArray(value);
  if (!isList && !isObject(value)) return 8;
  if (depth > MAX_DEPTH) return Number.POSITIVE_INFINITY;
  return isList ? sizeOfList(value, max, depth) : sizeOfObject(value, max, depth);
}

function sizeOfList(list: readonly unknown[], max: number, depth: number): number {
  let size = 2;
  for (const one of list) {
    size += 1 + sizeOf(one, max, depth + 1);
    if (size > max) return Number.POSITIVE_INFINITY;
  }
  return size;
}

// Every object of every pass is measured: a list of its entries would cost more than all the rest of it.
function sizeOfObject(object: JsonObject, max: number, depth: number): number {
  let size = 2;
  for (const key in object) {
    size += key.length + 3 + sizeOf(object[key], max, depth + 1);
    if (size > max) return Number.POSITIVE_INFINITY;
  }
  return size;
}

// Who wrote other fields does not matter.
function writersOf(object: JsonObject): readonly JsonObject[] {
  const entries = valueAt(object, ["metadata", "managedFields"]);
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry) => {
    const conditions = valueAt(entry, ["fieldsV1", "f:status", "f:conditions"]);
    if (conditions === undefined) return [];
    return [{ manager: entry.manager, time: entry.time, fieldsV1: { "f:status": { "f:conditions": conditions } } }];
  });
}

function keepPath(object: JsonObject, kept: Target, path: readonly string[]): void {
  const leaf = valueAt(object, path);
  const last = path.at(-1);
  if (leaf === undefined || leaf === null || last === undefined) return;
  let here = kept;
  for (const key of path.slice(0, -1)) here = inner(here, key);
  if (typeof leaf === "object") inner(here, last);
  else here[last] = typeof leaf === "string" ? leaf.slice(0, MAX_TEXT) : leaf;
}

function inner(target: Target, key: string): Target {
  const there = target[key];
  if (isTarget(there)) return there;
  const added = {};
  target[key] = added;
  return added;
}

function isTarget(value: unknown): value is Target {
  return isObject(value);
}
