// The clusters of a fleet file as it was written, for what edits one entry and leaves all else as it is.

import { isObject, type JsonObject, valueAt } from "../json.ts";

/** The entries that are objects. */
export function clustersOf(document: unknown): readonly JsonObject[] {
  return listOf(document).filter(isObject);
}

/** The document with other entries; what is no object stays. */
export function withClusters(document: unknown, change: (cluster: JsonObject) => JsonObject): object {
  const clusters = listOf(document).map((one) => (isObject(one) ? change(one) : one));
  return { ...(isObject(document) && document), clusters };
}

function listOf(document: unknown): readonly unknown[] {
  const clusters = valueAt(document, ["clusters"]);
  return Array.isArray(clusters) ? clusters : [];
}
