import { describe, expect, test } from "vitest";
import { diffFleets, dropsTooMany } from "../../../functions/core/fleet/diff.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { aCluster, aFleet, aProfile, SERVICE } from "./fleet-documents.ts";

const named = (...names: readonly string[]) => aFleet(...names.map((name) => aCluster({ name })));
const changeOf = (before: unknown, after: unknown) => diffFleets(parseFleet(before), parseFleet(after));

describe("from one fleet to the next,", () => {
  const one = (more: object = {}) => aFleet(aCluster({ name: "one", ...more }));
  const queues = (row: object) => ({ ...one({ profiles: ["queues"], alerts: SERVICE }), profiles: { queues: aProfile({ row }) } });
  const none = { added: [], removed: [], changed: [] };

  test.each([
    { what: "a cluster is added", from: named("one"), to: named("one", "two"), change: { ...none, added: ["two"] } },
    { what: "a cluster is removed", from: named("one", "two"), to: named("two"), change: { ...none, removed: ["one"] } },
    { what: "a cluster has another name", from: named("one"), to: named("uno"), change: { ...none, added: ["uno"], removed: ["one"] } },
    { what: "one of its fields is another", from: one(), to: one({ mode: "shadow" }), change: { ...none, changed: ["one"] } },
    {
      what: "a default that it takes over is another",
      from: one(),
      to: { ...one(), defaults: { paused: true } },
      change: { ...none, changed: ["one"] },
    },
    { what: "its profile is another", from: queues({}), to: queues({ message: "It is fuller." }), change: { ...none, changed: ["one"] } },
    { what: "its entry was not usable, and is", from: one({ mode: "dry-run" }), to: one(), change: { ...none, changed: ["one"] } },
    { what: "the order is another", from: named("one", "two"), to: named("two", "one"), change: none },
    {
      what: "its fields stand in another order",
      from: one({ labels: { a: "1", b: "2" } }),
      to: one({ labels: { b: "2", a: "1" } }),
      change: none,
    },
    { what: "what was the default is said", from: one(), to: one({ mode: "own", paused: false }), change: none },
    {
      what: "a default that it overrides is another",
      from: one({ mode: "own" }),
      to: { ...one({ mode: "own" }), defaults: { mode: "shadow" } },
      change: none,
    },
    {
      what: "what was nobody's name is gone",
      from: aFleet({}, aCluster({ name: "$(reboot)" }), aCluster({ name: "one" })),
      to: one(),
      change: none,
    },
  ])("$what", ({ from, to, change }) => {
    expect(changeOf(from, to)).toMatchObject(change);
  });
});

describe("dropping", () => {
  const clusters = (count: number) => named(...Array.from({ length: count }, (_, index) => `c${index}`));

  test.each([
    { from: 5, to: 4, isTooMany: false },
    { from: 10, to: 8, isTooMany: false },
    { from: 10, to: 7, isTooMany: true },
    { from: 4, to: 3, isTooMany: true },
    { from: 1, to: 0, isTooMany: true },
    { from: 0, to: 0, isTooMany: false },
    { from: 0, to: 3, isTooMany: false },
  ])("from $from clusters to $to is too much: $isTooMany", ({ from, to, isTooMany }) => {
    expect(dropsTooMany(changeOf(clusters(from), clusters(to)))).toBe(isTooMany);
  });

  test("clusters whose entries are not usable counts too", () => {
    const broken = aFleet(...["a", "b", "c"].map((name) => aCluster({ name, mode: "dry-run" })));
    expect(dropsTooMany(changeOf(broken, named("a", "b")))).toBe(true);
  });

  test("is no matter of how many come instead", () => {
    expect(dropsTooMany(changeOf(clusters(5), named("x", "y", "z", "c0")))).toBe(true);
  });
});
