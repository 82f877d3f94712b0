// Matches events as EventBridge does, so that a test can follow one through the rules of the stack.

import type { Json } from "./packaged.ts";

/** Whether an event matches a pattern; throws at any part of the pattern language that the rules of the stack do not use. */
export function isMatched(event: Json, pattern: Json): boolean {
  return Object.entries(pattern).every(([key, expected]: [string, Json]) => {
    if (key === "$or") return expected.some((branch: Json) => isMatched(event, branch));
    if (Array.isArray(expected)) return expected.some((one) => isValueMatched(event?.[key], one));
    return isMatched(event?.[key], expected);
  });
}

function isValueMatched(value: Json, expected: Json): boolean {
  if (typeof expected === "string") return value === expected;
  const { "anything-but": excluded, ...unknown } = expected;
  if (excluded === undefined || Object.keys(unknown).length > 0) throw new Error(`an unsupported pattern: ${JSON.stringify(expected)}`);
  // A missing field matches nothing, not even anything-but.
  return value !== undefined && !excluded.includes(value);
}
