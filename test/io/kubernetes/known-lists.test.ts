// Parses again what differs from the list before, and nothing else.

import { expect, test, vi } from "vitest";
import { openKnownLists } from "../../../functions/io/kubernetes/known-lists.ts";

const listOf = (version: string, ...names: readonly string[]) => {
  const items = names.map((name) => ({ metadata: { name, resourceVersion: "7" } }));
  return `${JSON.stringify({ apiVersion: "v1", items, kind: "List", metadata: { continue: "", resourceVersion: version } })}\n`;
};

test.each([
  { what: "the same text", next: listOf("1", "a", "b"), isKnown: true },
  { what: "another version of the list", next: listOf("20", "a", "b"), isKnown: true },
  { what: "another object", next: listOf("1", "a", "c"), isKnown: false },
  { what: "another version of an object", next: listOf("1", "a", "b").replace('"7"', '"8"'), isKnown: false },
  { what: "one object fewer", next: listOf("1", "a"), isKnown: false },
  { what: "more behind the version", next: `${listOf("1", "a", "b").trimEnd().slice(0, -1)},"more":1}`, isKnown: false },
  { what: "a version that is no number", next: listOf("x", "a", "b"), isKnown: false },
])("$what after a list: is known $isKnown", ({ next, isKnown }) => {
  const lists = openKnownLists();
  const before = lists.read("eu", listOf("1", "a", "b"), () => JSON.parse(listOf("1", "a", "b")));
  const parse = vi.fn(() => JSON.parse(next));
  const after = lists.read("eu", next, parse);
  expect(parse).toHaveBeenCalledTimes(isKnown ? 0 : 1);
  expect(after === before).toBe(isKnown);
  if (!isKnown) expect(after).toEqual(JSON.parse(next));
});

test("an item is no version of its list, where the items come last", () => {
  const text = (name: string) =>
    JSON.stringify({ metadata: { resourceVersion: "1" }, items: [{ name, metadata: { resourceVersion: "1" } }] });
  const lists = openKnownLists();
  expect(lists.read("eu", text("a"), () => "a")).toBe("a");
  expect(lists.read("eu", text("b"), () => "b")).toBe("b");
});

test("each key has a list of its own", () => {
  const lists = openKnownLists();
  expect(lists.read("eu", listOf("1"), () => "of eu")).toBe("of eu");
  expect(lists.read("us", listOf("1"), () => "of us")).toBe("of us");
  expect(lists.read("eu", listOf("1"), () => "anew")).toBe("of eu");
});

test("what cannot be parsed is not kept, and what stood before is gone", () => {
  const lists = openKnownLists();
  lists.read("eu", listOf("1"), () => "first");
  const fails = () => {
    throw new Error("no JSON");
  };
  expect(() => lists.read("eu", "broken", fails)).toThrow("no JSON");
  expect(lists.read("eu", listOf("1"), () => "anew")).toBe("anew");
});

test("of more than may be kept, what was read first is forgotten", () => {
  const lists = openKnownLists(25);
  for (const key of ["a", "b", "c"]) lists.read(key, `${key} of ten..`, () => key);
  expect(lists.read("b", "b of ten..", () => "anew")).toBe("b");
  expect(lists.read("a", "a of ten..", () => "anew")).toBe("anew");
  expect(lists.read("d", "d".repeat(26), () => "large")).toBe("large");
  expect(lists.read("d", "d".repeat(26), () => "anew")).toBe("anew");
});
