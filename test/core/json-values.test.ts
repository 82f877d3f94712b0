// Holds the count of values in a JSON text to what parsing it shows.

import fc from "fast-check";
import { expect, test } from "vitest";
import { hasMoreValues } from "../../functions/core/json.ts";

// A value that is in a list or an object stands behind a bracket, a comma or a colon, and so does a key; an empty list counts as one.
function count(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Object.values(value);
  const perItem = Array.isArray(value) ? 1 : 2;
  return inner.reduce((sum, one) => sum + count(one), Math.max(1, perItem * inner.length));
}

test("a text holds as many values as the parsed value has, whatever stands in its strings", () => {
  const strings = fc.oneof(fc.string(), fc.constantFrom('"', "\\", '\\"', "a,b", "[{:", '\\\\"'));
  const values = fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: "small" }, strings, fc.integer(), fc.constant(null), tie("list"), tie("object")),
    list: fc.array(tie("value"), { maxLength: 5 }),
    object: fc.dictionary(strings, tie("value"), { maxKeys: 5 }),
  })).value;
  fc.assert(
    fc.property(values, (value) => {
      const text = JSON.stringify(value);
      const expected = count(JSON.parse(text));
      expect(hasMoreValues(text, expected)).toBe(false);
      if (expected > 0) expect(hasMoreValues(text, expected - 1)).toBe(true);
    }),
  );
});
