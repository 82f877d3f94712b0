// Holds references of one word to their four forms; what is no reference may be the secret itself, and is not repeated.

import { describe, expect, test } from "vitest";
import { parseRef } from "../../../functions/core/access/ref.ts";

test.each([
  { word: "env:TOKEN", ref: { env: "TOKEN" } },
  { word: "file:/run/a b:c", ref: { file: "/run/a b:c" } },
  { word: "file:env:TOKEN", ref: { file: "env:TOKEN" } },
  { word: "file:a\nb", ref: { file: "a\nb" } },
  { word: "file:a#b", ref: { file: "a#b" } },
  { word: "ssm:/a/b", ref: { ssm: "/a/b" } },
  { word: "secret:a/b", ref: { secret: "a/b" } },
  { word: "secret:a/b#key", ref: { secret: "a/b", key: "key" } },
  { word: "secret:a#key#more\nlines", ref: { secret: "a", key: "key#more\nlines" } },
])("parseRef reads $word", ({ word, ref }) => {
  expect(parseRef(word)).toEqual(ref);
});

describe("parseRef refuses, without repeating it,", () => {
  test.each([
    "hunter2",
    "hunter2-env:TOKEN",
    "vault:hunter2",
    "env:",
    "secret:#hunter2",
    "secret:hunter2#",
    "ssm:/hunter2 /",
    "",
    "Stryker was here!:hunter2",
  ])("%s", (word) => {
    expect(() => parseRef(word)).toThrow(/^a reference is expected: env:NAME, file:path, ssm:\/name or secret:name#key$/);
  });
});
