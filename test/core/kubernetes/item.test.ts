// Holds the parser of a LIST to naming what cannot be judged, and to hiding nothing beside it.

import { describe, expect, test } from "vitest";
import { isMalformed, isResource, parseResourceList } from "../../../functions/core/kubernetes/item.ts";
import { kinds } from "../../support/builders.ts";

const of = kinds.TracePipeline;
const metadata = { name: "backend", resourceVersion: "42", generation: 3 };
const malformed = expect.objectContaining({ name: "UpstreamError", code: "malformed" });

describe("a list", () => {
  test("yields the resources of a page, and the token of the next page", () => {
    const { items, next } = parseResourceList(of, { metadata: { continue: "more" }, items: [{ metadata }] });
    expect(items).toMatchObject([{ name: "backend" }]);
    expect(next).toBe("more");
  });

  test.each([{ metadata: {} }, { metadata: { continue: "" } }, { metadata: { continue: null } }, {}])(
    "ends without a continue token: %j",
    (rest) => {
      expect(parseResourceList(of, { ...rest, items: [] })).toEqual({ items: [], next: undefined });
    },
  );

  test.each([
    { what: "null", body: null },
    { what: "a Status", body: { kind: "Status", status: "Failure" } },
    { what: "null items", body: { items: null } },
    { what: "items as a map", body: { items: { backend: { metadata } } } },
    { what: "a continue token with a lone surrogate", body: { items: [], metadata: { continue: "\ud800" } } },
    { what: "a continue token of 5,000 characters", body: { items: [], metadata: { continue: "x".repeat(5_000) } } },
    { what: "a continue token that is a number", body: { items: [], metadata: { continue: 7 } } },
  ])("of $what is malformed", ({ body }) => {
    expect(() => parseResourceList(of, body)).toThrow(malformed);
  });

  test("that continues by what is no token says so", () => {
    const message = "the API server's answer for tracepipelines holds a continue token that is none";
    expect(() => parseResourceList(of, { items: [], metadata: { continue: 7 } })).toThrow(message);
  });

  test("without items says so", () => {
    expect(() => parseResourceList(of, {})).toThrow("the API server's answer for tracepipelines holds no list of items");
  });
});

describe("an item that is no resource", () => {
  test.each([
    { what: "null", item: null, name: "item 2", code: "malformed" },
    { what: "without metadata", item: {}, name: "item 2", code: "malformed" },
    {
      what: "without a resourceVersion",
      item: { metadata: { name: "odd", namespace: "a" } },
      name: "odd",
      namespace: "a",
      code: "malformed",
    },
    {
      what: "with a lone surrogate as its name",
      item: { metadata: { ...metadata, name: "\ud800\u001b[31m" } },
      name: "\ufffd [31m",
      code: "malformed",
    },
    {
      what: "with a name that is too long to be shown",
      item: { metadata: { ...metadata, name: "x".repeat(254) } },
      name: "item 2",
      code: "malformed",
    },
    {
      what: "with the longest name that is shown",
      item: { metadata: { ...metadata, name: `${"x".repeat(252)}/` } },
      name: `${"x".repeat(252)}/`,
      code: "malformed",
    },
    { what: "with a name that shows nothing", item: { metadata: { ...metadata, name: "\u0007" } }, name: "item 2", code: "malformed" },
    { what: "with conditions as a map", item: { metadata, status: { conditions: {} } }, name: "backend", code: "malformed" },
    {
      what: "with conditions that are too large",
      item: { metadata, status: { conditions: ["x".repeat(70_000)] } },
      name: "backend",
      code: "conditions-too-large",
    },
  ])("$what is named, and the others are there", ({ item, what: _, ...found }) => {
    const { items } = parseResourceList(of, { items: [{ metadata }, item, { metadata }] });
    expect(items.map(isMalformed)).toEqual([false, true, false]);
    expect(items[1]).toEqual({ of, message: expect.any(String), ...found });
  });
});

test("an item in a namespace that is none is named without it", () => {
  const [item] = parseResourceList(of, { items: [{ metadata: { ...metadata, namespace: "a/b" } }] }).items;
  expect(item).not.toHaveProperty("namespace");
  const [other] = parseResourceList(of, { items: [{ metadata: { ...metadata, namespace: 7 } }] }).items;
  expect(other).not.toHaveProperty("namespace");
});

test("resources and other items are told apart", () => {
  expect(parseResourceList(of, { items: [{ metadata }, null] }).items.map(isResource)).toEqual([true, false]);
});

test("a page of more items than there is room for is refused as a whole", () => {
  const items = Array.from({ length: 4 }, () => ({ metadata }));
  expect(parseResourceList(of, { items }, [], 4).items).toHaveLength(4);
  expect(() => parseResourceList(of, { items }, [], 3)).toThrow(
    expect.objectContaining({ code: "too-many", message: "the cluster has more than 3 tracepipelines left to read" }),
  );
});
