import { describe, expect, test } from "vitest";
import { parseText } from "../../../functions/io/fleet/text.ts";

describe("the text of a fleet", () => {
  test.each([
    { holds: "a merge key", text: "a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}", document: { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } } },
    {
      holds: "a list of merge keys",
      text: "a: &a {x: 1}\nb: &b {y: 2}\nc: {<<: [*a, *b]}",
      document: { a: { x: 1 }, b: { y: 2 }, c: { x: 1, y: 2 } },
    },
    { holds: "64 levels", text: `${"[".repeat(64)}${"]".repeat(64)}`, document: expect.any(Array) },
    { holds: "one value under two names", text: "a: &a [1]\nb: *a", document: { a: [1], b: [1] } },
  ])("may hold $holds", async ({ text, document }) => {
    expect(await parseText(text)).toEqual(document);
  });

  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  test.each([
    { holds: "a key twice", text: "a: 1\nb: 2\na: 3", why: "line 3, column 1: Map keys must be unique" },
    { holds: "a key twice deep inside", text: "a:\n  - {b: 1, b: 2}", why: "line 2, column 12: Map keys must be unique" },
    { holds: "65 levels of JSON", text: nested(65), why: "it is nested deeper than 64 levels" },
    { holds: "100,000 levels of JSON", text: nested(100_000), why: "it is nested deeper than 64 levels" },
    { holds: "65 levels of YAML", text: "- ".repeat(65), why: "it is nested deeper than 64 levels" },
    { holds: "100,000 levels of YAML", text: "[".repeat(100_000), why: "line 1, column" },
    { holds: "an anchor that holds itself", text: "a: &a [*a]", why: "it is nested deeper than 64 levels" },
  ])("is refused with $holds", async ({ text, why }) => {
    await expect(parseText(text)).rejects.toThrow(why);
  });

  // The library's own check for keys that stand twice would take far longer than the test may.
  test("with 40,000 keys in one map is read", async () => {
    const text = Array.from({ length: 40_000 }, (_, index) => `k${index}: {}`).join("\n");
    expect(Object.keys(Object(await parseText(text)))).toHaveLength(40_000);
  });
});
