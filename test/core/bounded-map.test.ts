// Holds the one rule of bounded maps to which entry it drops.

import { expect, test } from "vitest";
import { keepNewest } from "../../functions/core/bounded-map.ts";

const mapOf = (...keys: readonly string[]) => new Map(keys.map((key) => [key, `old ${key}`]));

test.each([
  { what: "adds a key while there is room", before: ["a"], key: "b", after: { a: "old a", b: "new" } },
  { what: "drops the oldest key where there is none", before: ["a", "b", "c"], key: "d", after: { b: "old b", c: "old c", d: "new" } },
  { what: "replaces a key without dropping another", before: ["a", "b", "c"], key: "a", after: { b: "old b", c: "old c", a: "new" } },
  { what: "begins with an empty map", before: [], key: "a", after: { a: "new" } },
])("keepNewest $what", ({ before, key, after }) => {
  const map = mapOf(...before);
  keepNewest(map, key, "new", 3);
  expect([...map]).toEqual(Object.entries(after));
});
