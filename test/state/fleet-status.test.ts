// The status of a fleet: what is shown of which cluster, what a filter leaves, and in which order a person reads it.

import { describe, expect, test } from "vitest";
import { type FleetStatus, filterStatus, isWell, statusOf } from "../../functions/state/fleet-status.ts";
import { groupsOf, linesOf } from "../../functions/state/groups.ts";
import type { ClusterState, ResourceState } from "../../functions/state/state.ts";

const AT = "2026-01-01T12:00:00Z";
const resource = (name: string, status: string, more: Partial<ResourceState> = {}, since = "2026-01-01T11:00:00Z"): ResourceState => ({
  apiVersion: "example.com/v1",
  kind: "Database",
  name,
  condition: { type: "Healthy", status, reason: `Is${status}`, message: "", since },
  because: [],
  ...more,
});
const cluster = (name: string, resources: readonly ResourceState[] = [], more: Partial<ClusterState> = {}): ClusterState => ({
  cluster: name,
  labels: {},
  was: "reconciled",
  since: "2026-01-01T09:00:00Z",
  resources,
  seen: "",
  recent: [],
  ...more,
});
const of = (...states: readonly ClusterState[]): FleetStatus => statusOf(states, { at: AT });

describe("a status", () => {
  test("shows nothing of the resources of a cluster that is not reached, and counts none of them", () => {
    const status = of(cluster("down", [resource("db", "True")], { was: "unreachable", code: "timeout" }));
    expect(status.clusters[0]?.resources).toEqual([]);
    expect(status.summary).toEqual({ clusters: { unreachable: 1 }, conditions: { True: 0, False: 0, Unknown: 0 } });
  });

  test("shows nothing of a kind that is not listed", () => {
    const status = of(cluster("half", [resource("db", "True")], { unlisted: [{ kind: "Database", code: "forbidden" }] }));
    expect(status.clusters[0]?.resources).toEqual([]);
  });

  test("counts what is not kept one by one", () => {
    expect(of(cluster("large", [resource("db", "False")], { omitted: { True: 7 } })).summary.conditions).toEqual({
      True: 7,
      False: 1,
      Unknown: 0,
    });
  });

  test("calls a cluster crashed whose process dies of it", () => {
    const run = { at: AT, ms: 1, missed: 0, lost: ["deadly"] };
    expect(statusOf([cluster("deadly", [resource("db", "True")])], { at: AT, run }).clusters).toMatchObject([
      { was: "crashed", resources: [] },
    ]);
  });

  test("says when something last changed", () => {
    const recent = [{ at: AT, cluster: "a", from: null, to: null, because: [] }];
    expect(of(cluster("a", [], { recent })).clusters[0]?.changed).toBe(AT);
  });
});

describe("a filter", () => {
  const status = of(
    cluster("a", [resource("db", "True"), resource("new", "False", {}, "2026-01-01T11:59:00Z"), resource("old", "False")]),
    cluster("b", [resource("db", "Unknown")]),
    cluster("c", [resource("db", "True")]),
    cluster("down", [], { was: "unreachable", code: "timeout" }),
  );
  const left = (filter: Parameters<typeof filterStatus>[1]) =>
    filterStatus(status, filter).clusters.flatMap(({ cluster: name, resources }) => [
      name,
      ...resources.map((one) => `${name}/${one.name}`),
    ]);

  test.each([
    { what: "not True leaves all that is not well", filter: { not: ["True"] }, names: ["a", "a/new", "a/old", "b", "b/db", "down"] },
    { what: "of a status leaves the conditions with it", filter: { statuses: ["Unknown"] }, names: ["b", "b/db"] },
    { what: "of several leaves those with any", filter: { statuses: ["Unknown", "False"] }, names: ["a", "a/new", "a/old", "b", "b/db"] },
    { what: "of a time leaves what is older", filter: { not: ["True"], forMs: 30 * 60_000 }, names: ["a", "a/old", "b", "b/db", "down"] },
    { what: "of nothing leaves everything", filter: {}, names: ["a", "a/db", "a/new", "a/old", "b", "b/db", "c", "c/db", "down"] },
  ])("$what", ({ filter, names }) => {
    expect(left(filter)).toEqual(names);
  });

  test("leaves the summary as it is", () => {
    expect(filterStatus(status, { statuses: ["Unknown"] }).summary).toBe(status.summary);
  });
});

describe("groups", () => {
  const status = of(
    cluster("a", [resource("db", "True"), resource("x", "False", { because: ["Down"] }), resource("y", "False", { because: ["Down"] })], {
      labels: { region: "eu" },
    }),
    cluster("b", [resource("x", "False", { because: ["Down"] }, "2026-01-01T08:00:00Z"), resource("z", "Unknown", { isWarmingUp: true })]),
    cluster("c", [resource("x", "True", { refused: "conflict" }), resource("y", "True", { contestedBy: "kubectl" })]),
    cluster("d", [], { was: "forbidden", code: "forbidden" }),
    cluster("e", [], { was: "crashed" }),
    cluster("f", [], { alerts: "timeout" }),
    cluster("g", [], { was: "paused" }),
  );
  const states = (by: Parameters<typeof groupsOf>[1]) => groupsOf(linesOf(status), by).map(({ state }) => state);

  test("have the worst first, and what cannot be known apart from what is not healthy", () => {
    expect(states("reason")).toEqual([
      "False",
      "crashed",
      "forbidden",
      "refused",
      "unreadable",
      "contested",
      "warming up",
      "paused",
      "True",
    ]);
  });

  test("tell of a cluster that is not reached once, whatever else could not be read of it", () => {
    const dead = of(cluster("dead", [], { was: "unreachable", code: "timeout", alerts: "timeout" }));
    expect(linesOf(dead)).toMatchObject([{ state: "unreachable", reason: "timeout" }]);
  });

  test("say where, of how many, since when and because of what", () => {
    expect(groupsOf(linesOf(status), "reason")[0]).toEqual({
      state: "False",
      of: "",
      profiles: [],
      reasons: ["database IsFalse"],
      because: ["Down"],
      clusters: ["a", "b"],
      resources: 3,
      since: "2026-01-01T08:00:00Z",
    });
  });

  test.each([
    { by: "cluster", of: ["b", "a"] },
    { by: "label:region", of: ["", "eu"] },
  ] as const)("are made by $by", ({ by, of }) => {
    const bad = groupsOf(linesOf(status), by).filter(({ state }) => state === "False");
    expect(bad.map((group) => group.of)).toEqual(of);
  });

  test("keep a False that stands while it is too early to tell", () => {
    expect(linesOf(of(cluster("a", [resource("x", "False", { isWarmingUp: true })])))[0]?.state).toBe("False");
  });
});

test.each([
  { what: "a False condition", state: cluster("a", [resource("x", "False")]), well: true },
  { what: "a paused cluster", state: cluster("a", [], { was: "paused" }), well: true },
  { what: "a cluster that was not looked at", state: cluster("a", [], { was: "late" }), well: false },
  { what: "alerts that cannot be read", state: cluster("a", [], { alerts: "timeout" }), well: false },
  { what: "a condition that cannot be written", state: cluster("a", [resource("x", "True", { refused: "invalid" })]), well: false },
])("$what leaves a fleet well: $well", ({ state, well }) => {
  expect(isWell(of(state))).toBe(well);
});
