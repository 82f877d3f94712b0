// Holds the narrowing of foreign JSON to what it says of each shape.

import { describe, expect, test } from "vitest";
import { hasMoreValues, hasText, isDeeperThan, isObject, isStringRecord, parseJson, valueAt } from "../../functions/core/json.ts";

test.each([
  { value: {}, is: true },
  { value: { a: 1 }, is: true },
  { value: [], is: false },
  { value: null, is: false },
  { value: "a", is: false },
  { value: undefined, is: false },
])("isObject($value) is $is", ({ value, is }) => {
  expect(isObject(value)).toBe(is);
});

test.each([
  { value: {}, is: true },
  { value: { a: "b" }, is: true },
  { value: { a: "b", c: 1 }, is: false },
  { value: ["a"], is: false },
])("isStringRecord($value) is $is", ({ value, is }) => {
  expect(isStringRecord(value)).toBe(is);
});

test.each([
  { text: '{"a":[1]}', value: { a: [1] } },
  { text: "null", value: null },
  { text: "", value: undefined },
  { text: "{", value: undefined },
])("parseJson($text) returns $value", ({ text, value }) => {
  expect(parseJson(text)).toEqual(value);
});

test.each([
  { path: [], value: { a: { b: 1 } } },
  { path: ["a"], value: { b: 1 } },
  { path: ["a", "b"], value: 1 },
  { path: ["a", "b", "c"], value: undefined },
  { path: ["c", "b"], value: undefined },
])("valueAt($path) returns $value", ({ path, value }) => {
  expect(valueAt({ a: { b: 1 } }, path)).toEqual(value);
});

describe("isDeeperThan", () => {
  test.each([
    { value: 1, levels: 0, is: false },
    { value: "text", levels: 0, is: false },
    { value: null, levels: 0, is: false },
    { value: {}, levels: 0, is: true },
    { value: [], levels: 0, is: true },
    { value: [1, null], levels: 1, is: false },
    { value: [1, []], levels: 1, is: true },
    { value: { a: 1, b: { c: 2 } }, levels: 1, is: true },
    { value: { a: 1, b: { c: 2 } }, levels: 2, is: false },
    { value: [[[[]]]], levels: 3, is: true },
    { value: [[[[]]]], levels: 4, is: false },
  ])("is $is for $value and $levels levels", ({ value, levels, is }) => {
    expect(isDeeperThan(value, levels)).toBe(is);
  });
});

test.each([
  { value: "b", is: true },
  { value: ["a", ["b"]], is: true },
  { value: { a: ["a", { c: "b" }] }, is: true },
  { value: [], is: false },
  { value: ["a", 1, null], is: false },
  { value: { b: 1, c: { b: null } }, is: false },
])("hasText finds b in $value: $is", ({ value, is }) => {
  expect(hasText(value, (text) => text === "b")).toBe(is);
});

test.each(['["a,b,c', '["a\\",b,c', '["'])("a text that ends within a string, %j, has no values in it", (text) => {
  expect(hasMoreValues(text, 0)).toBe(true);
  expect(hasMoreValues(text, 1)).toBe(false);
});
