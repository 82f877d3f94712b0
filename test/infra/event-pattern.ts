import type { Json } from "./packaged.ts";

/** Whether an event matches a rule's pattern: of the pattern language exactly what the rules of the stack use, an error for all else. */
export function isMatched(event: Json, pattern: Json): boolean {
  return Object.entries(pattern).every(([key, wanted]: [string, Json]) => {
    if (key === "$or") return wanted.some((branch: Json) => isMatched(event, branch));
    if (Array.isArray(wanted)) return wanted.some((one) => isValueMatched(event?.[key], one));
    return isMatched(event?.[key], wanted);
  });
}

function isValueMatched(value: Json, wanted: Json): boolean {
  if (typeof wanted === "string") return value === wanted;
  const { "anything-but": refused, ...unknown } = wanted;
  if (refused === undefined || Object.keys(unknown).length > 0)
    throw new Error(`a pattern that is not known here: ${JSON.stringify(wanted)}`);
  // A field that is not there matches nothing.
  return value !== undefined && !refused.includes(value);
}
