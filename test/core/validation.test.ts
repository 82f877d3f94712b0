// Holds the words for a wrong document: each names the place and what is expected there, and repeats no value.

import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { matching } from "../../functions/core/pattern.ts";
import { pathText, validationErrors, validationProblems } from "../../functions/core/validation.ts";

const source = z.union([z.strictObject({ url: z.string() }), z.strictObject({ service: z.strictObject({ port: z.int() }) })], {
  error: "one source is expected",
});
const schema = z.strictObject({
  name: z.string(),
  count: z.optional(z.number()),
  list: z.optional(z.array(z.boolean())),
  labels: z.optional(z.record(matching(/^[a-z]+$/, "not a label name"), z.string())),
  source: z.optional(source),
  sources: z.optional(z.array(source)),
  map: z.optional(z.record(z.string(), z.string())),
  nothing: z.optional(z.null()),
});

function errorsOf(document: unknown): readonly string[] {
  const { error } = schema.safeParse(document);
  return error === undefined ? [] : validationErrors(error);
}

describe("a document has the error", () => {
  test.each([
    { document: {}, error: "name: text is needed here" },
    { document: { name: 1 }, error: "name: text is expected, not a number" },
    { document: { name: true }, error: "name: text is expected, not true or false" },
    { document: { name: null }, error: "name: text is expected, not an empty value" },
    { document: { name: ["hunter2"] }, error: "name: text is expected, not a list" },
    { document: { name: { password: "hunter2" } }, error: "name: text is expected, not a map" },
    { document: { name: "a", count: "hunter2" }, error: "count: a number is expected, not text" },
    { document: { name: "a", count: Number.NaN }, error: "count: a number is expected, not NaN" },
    { document: { name: "a", count: Number.POSITIVE_INFINITY }, error: "count: a number is expected, not Infinity" },
    { document: { name: "a", list: [true, 1] }, error: "list[1]: true or false is expected, not a number" },
    { document: { name: "a", list: "b" }, error: "list: a list is expected, not text" },
    { document: { name: "a", map: "b" }, error: "map: a map is expected, not text" },
    { document: { name: "a", nothing: 1 }, error: "nothing: an empty value is expected, not a number" },
    { document: "hunter2", error: "(top level): a map is expected, not text" },
    { document: { name: "a", other: 1 }, error: "(top level): there is no field other" },
    { document: { name: "a", one: 1, two: 2 }, error: "(top level): there is no field one, two" },
    { document: { name: "a", cuont: 1 }, error: "(top level): there is no field cuont; count?" },
    { document: { name: "a", source: { service: { port: 2, prot: 1 } } }, error: "source.service: there is no field prot; port?" },
    { document: { name: "a", "password:hunter2": 1 }, error: "(top level): there is no field password…" },
    { document: { name: "a", ":hunter2": 1 }, error: "(top level): there is no field …" },
    { document: { name: "a", labels: { "NO!": "b" } }, error: "labels.NO!: not a label name" },
    { document: { name: "a", source: 1 }, error: "source: one source is expected" },
    { document: { name: "a", source: {} }, error: "source: one source is expected" },
    { document: { name: "a", source: { service: { port: "a" } } }, error: "source.service.port: a number is expected, not text" },
    {
      document: { name: "a", source: { service: { port: 1.5 } } },
      error: "source.service.port: Invalid input: expected int, received number",
    },
    { document: { name: "a", sources: [{ url: "b" }, { url: 1 }] }, error: "sources[1].url: text is expected, not a number" },
  ])("$error", ({ document, error }) => {
    expect(errorsOf(document)).toEqual([error]);
    expect(errorsOf(document).join()).not.toContain("hunter2");
  });
});

test("each error of a document is a line of its own", () => {
  expect(errorsOf({ count: "a", list: [1, 2] })).toHaveLength(4);
});

test("an error stands at the place that the caller names", () => {
  const { error } = schema.safeParse({});
  expect(validationProblems(error ?? expect.fail("there is an error"), (path) => ["clusters", 0, ...path])).toEqual([
    { path: ["clusters", 0, "name"], message: "text is needed here" },
  ]);
});

test("an error about a field that is not expected has its name beside the message", () => {
  const { error } = schema.safeParse({ name: "a", other: 1 });
  expect(validationProblems(error ?? expect.fail("there is an error"))).toEqual([
    { path: [], message: "there is no field other", field: "other" },
  ]);
});

test.each([
  { path: [], text: "(top level)" },
  { path: ["clusters", 0, "alerts", "url"], text: "clusters[0].alerts.url" },
  { path: [0, 1, "a"], text: "[0][1].a" },
])("pathText writes $text", ({ path, text }) => {
  expect(pathText(path)).toBe(text);
});
