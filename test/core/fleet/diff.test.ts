// Holds the comparison of fleets to what is decided for clusters, whatever the spelling of the file.

import { describe, expect, test } from "vitest";
import { diffFields, diffFleets, dropsTooMany } from "../../../functions/core/fleet/diff.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { aCluster, aFleet, aProfile, SERVICE } from "./fleet-documents.ts";

const fleetOf = (...names: readonly string[]) => aFleet(...names.map((name) => aCluster({ name })));
const changeOf = (before: unknown, after: unknown) => diffFleets(parseFleet(before), parseFleet(after));

describe("diffFleets tells that", () => {
  const one = (more: object = {}) => aFleet(aCluster({ name: "one", ...more }));
  const queues = (row: object) => ({ ...one({ profiles: ["queues"], alerts: SERVICE }), profiles: { queues: aProfile({ row }) } });
  const none = { added: [], removed: [], changed: [] };

  test.each([
    { what: "a cluster is added", from: fleetOf("one"), to: fleetOf("one", "two"), change: { ...none, added: ["two"] } },
    { what: "a cluster is removed", from: fleetOf("one", "two"), to: fleetOf("two"), change: { ...none, removed: ["one"] } },
    {
      what: "a renamed cluster is added and removed",
      from: fleetOf("one"),
      to: fleetOf("uno"),
      change: { ...none, added: ["uno"], removed: ["one"] },
    },
    { what: "a cluster with another field is changed", from: one(), to: one({ mode: "shadow" }), change: { ...none, changed: ["one"] } },
    {
      what: "a cluster with another default is changed",
      from: one(),
      to: { ...one(), defaults: { paused: true } },
      change: { ...none, changed: ["one"] },
    },
    {
      what: "a cluster with another profile is changed",
      from: queues({}),
      to: queues({ message: "It is fuller." }),
      change: { ...none, changed: ["one"] },
    },
    {
      what: "a cluster with a repaired entry is changed",
      from: one({ mode: "dry-run" }),
      to: one(),
      change: { ...none, changed: ["one"] },
    },
    { what: "clusters in another order are the same", from: fleetOf("one", "two"), to: fleetOf("two", "one"), change: none },
    {
      what: "fields in another order are the same",
      from: one({ labels: { a: "1", b: "2" } }),
      to: one({ labels: { b: "2", a: "1" } }),
      change: none,
    },
    { what: "a default value that is now explicit is the same", from: one(), to: one({ mode: "own", paused: false }), change: none },
    {
      what: "a changed default that a cluster overrides is the same",
      from: one({ mode: "own" }),
      to: { ...one({ mode: "own" }), defaults: { mode: "shadow" } },
      change: none,
    },
    {
      what: "a removed entry without a valid name is the same",
      from: aFleet({}, aCluster({ name: "$(reboot)" }), aCluster({ name: "one" })),
      to: one(),
      change: none,
    },
  ])("$what", ({ from, to, change }) => {
    expect(changeOf(from, to)).toMatchObject(change);
  });
});

describe("the fields of a cluster", () => {
  const fields = (before: unknown, after: unknown, cluster = "two") => diffFields(parseFleet(before), parseFleet(after), cluster);
  const two = (more: object = {}) => aFleet(aCluster({ name: "one" }), aCluster({ name: "two", ...more }));
  const pause = { until: "2026-01-01T13:00:00Z", why: "upgrade", by: "ada" };
  const sources = (...urls: readonly string[]) => ({ alerts: urls.map((url) => ({ url })) });
  const named = (...name: readonly string[]) => ({
    ...two({ profiles: ["queues"], alerts: SERVICE }),
    profiles: { queues: aProfile({ identify: { name, unlabelled: "none" } }) },
  });

  test.each([
    {
      what: "a field is another",
      from: two(),
      to: two({ mode: "shadow" }),
      is: [{ path: "profiles.kyma-telemetry.mode", from: "own", to: "shadow" }],
    },
    {
      what: "a map becomes a word",
      from: two({ paused: pause }),
      to: two({ paused: true }),
      is: [{ path: "paused", from: pause, to: true }],
    },
    {
      what: "a word becomes a map",
      from: two({ paused: true }),
      to: two({ paused: pause }),
      is: [{ path: "paused", from: true, to: pause }],
    },
    {
      what: "an item without a name is another, at its place",
      from: two(sources("https://a.example", "https://b.example")),
      to: two(sources("https://a.example", "https://c.example")),
      is: [{ path: "alerts.1.url", from: "https://b.example", to: "https://c.example" }],
    },
    {
      what: "a word of a list is another, at its place",
      from: named("queue", "topic"),
      to: named("q", "topic"),
      is: [{ path: "profiles.queues.identify.name.0", from: "queue", to: "q" }],
    },
    { what: "nothing is", from: two(), to: two(), is: [] },
    {
      what: "only another cluster has changed",
      from: two(),
      to: aFleet(aCluster({ name: "one", events: true }), aCluster({ name: "two" })),
      is: [],
    },
    { what: "it is new", from: aFleet(aCluster({ name: "one" })), to: two(), is: [] },
    { what: "it is gone", from: two(), to: aFleet(aCluster({ name: "one" })), is: [] },
  ])("are told where $what", ({ from, to, is }) => {
    expect(fields(from, to)).toEqual(is);
  });
});

describe("dropsTooMany", () => {
  const clusters = (count: number) => fleetOf(...Array.from({ length: count }, (_, index) => `c${index}`));

  test.each([
    { from: 5, to: 4, isTooMany: false },
    { from: 10, to: 8, isTooMany: false },
    { from: 10, to: 7, isTooMany: true },
    { from: 4, to: 3, isTooMany: true },
    { from: 1, to: 0, isTooMany: true },
    { from: 0, to: 0, isTooMany: false },
    { from: 0, to: 3, isTooMany: false },
  ])("is $isTooMany from $from clusters to $to", ({ from, to, isTooMany }) => {
    expect(dropsTooMany(changeOf(clusters(from), clusters(to)))).toBe(isTooMany);
  });

  test("counts clusters with invalid entries too", () => {
    const broken = aFleet(...["a", "b", "c"].map((name) => aCluster({ name, mode: "dry-run" })));
    expect(dropsTooMany(changeOf(broken, fleetOf("a", "b")))).toBe(true);
  });

  test("does not offset removed clusters by added ones", () => {
    expect(dropsTooMany(changeOf(clusters(5), fleetOf("x", "y", "z", "c0")))).toBe(true);
  });
});
