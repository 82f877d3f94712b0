// What is known of a cluster, and what counts as a change, one situation a row.

import { describe, expect, test } from "vitest";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import { advance, MAX_KEPT } from "../../functions/state/cluster-state.ts";
import { fingerprintOf } from "../../functions/state/fingerprint.ts";
import type { ClusterState } from "../../functions/state/state.ts";

const EARLY = "2026-01-01T00:00:00Z";
const AT = "2026-01-02T00:00:00Z";

type Condition = { type?: string; status?: string; reason?: string; message?: string; since?: string };
const judged = (
  name: string,
  { type = "Healthy", status = "True", reason = "AllWell", message = "", ...rest }: Condition = {},
  more: object = {},
) =>
  ({
    apiVersion: "example.com/v1",
    kind: "Database",
    name,
    was: "unchanged",
    condition: { type, status, reason, message, ...rest },
    because: [],
    ...more,
  }) as ResourceOutcome;
const refused = (name: string) =>
  ({ apiVersion: "example.com/v1", kind: "Database", name, was: "refused", code: "conflict", message: "" }) as ResourceOutcome;
const skipped = (name: string, why: string) =>
  ({ apiVersion: "example.com/v1", kind: "Database", name, was: "skipped", why }) as ResourceOutcome;
const down = { status: "False", reason: "Down" };

function outcome(resources: readonly ResourceOutcome[], more: Partial<ClusterOutcome> = {}): ClusterOutcome {
  return { cluster: "prod", was: "reconciled", resources, unlisted: [], ms: 1, ...more };
}
const knowing = (...resources: readonly ResourceOutcome[]): ClusterState => advance(undefined, outcome(resources), {}, EARLY).state;
const changesTo = (known: ClusterState | undefined, next: ClusterOutcome) =>
  advance(known, next, {}, AT).changes.map(({ resource, from, to }) => [resource?.name, from, to]);
const well = { status: "True", reason: "AllWell" };

describe("a change is", () => {
  test.each([
    { what: "another status", known: knowing(judged("db")), next: outcome([judged("db", down)]), changes: [["db", well, down]] },
    {
      what: "another reason",
      known: knowing(judged("db", down)),
      next: outcome([judged("db", { ...down, reason: "Slow" })]),
      changes: [["db", down, { status: "False", reason: "Slow" }]],
    },
    { what: "no other wording", known: knowing(judged("db")), next: outcome([judged("db", { message: "other" })]), changes: [] },
    { what: "a resource that is gone", known: knowing(judged("db")), next: outcome([]), changes: [["db", well, null]] },
    {
      what: "a resource that is being deleted",
      known: knowing(judged("db")),
      next: outcome([skipped("db", "deleting")]),
      changes: [["db", well, null]],
    },
    { what: "no resource that cannot be written", known: knowing(judged("db")), next: outcome([refused("db")]), changes: [] },
    { what: "no resource that is contested", known: knowing(judged("db")), next: outcome([skipped("db", "contested")]), changes: [] },
    {
      what: "a resource that is new and was written",
      known: knowing(),
      next: outcome([judged("db", {}, { was: "patched" })]),
      changes: [["db", null, well]],
    },
    {
      what: "what was written to a cluster of which nothing is known",
      known: undefined,
      next: outcome([judged("db", down, { was: "patched", before: well })]),
      changes: [["db", well, down]],
    },
    {
      what: "nothing that stands in a cluster of which nothing is known",
      known: undefined,
      next: outcome([judged("db", down)]),
      changes: [],
    },
    {
      what: "a cluster that is not reached, and none of its resources",
      known: knowing(judged("db")),
      next: outcome([], { was: "unreachable", code: "timeout" }),
      changes: [[undefined, { was: "reconciled" }, { was: "unreachable", code: "timeout" }]],
    },
    {
      what: "none of a kind that is not listed",
      known: knowing(judged("db")),
      next: outcome([], { unlisted: [{ kind: "Database", code: "forbidden", message: "" }] }),
      changes: [],
    },
    {
      what: "one of two conditions of a resource",
      known: knowing(judged("db"), judged("db", { type: "Fast" })),
      next: outcome([judged("db"), judged("db", { type: "Fast", ...down })]),
      changes: [["db", well, down]],
    },
  ])("$what", ({ known, next, changes }) => {
    expect(changesTo(known, next)).toEqual(changes);
  });
});

describe("since", () => {
  const sinceOf = (known: ClusterState | undefined, next: ClusterOutcome) =>
    advance(known, next, {}, AT).state.resources[0]?.condition?.since;

  test.each([
    {
      what: "is the time of the condition itself",
      known: undefined,
      resource: judged("db", { since: "2020-01-01T00:00:00Z" }),
      since: "2020-01-01T00:00:00Z",
    },
    { what: "is no text that is no time", known: undefined, resource: judged("db", { since: "long ago" }), since: AT },
    { what: "stays while the status stays", known: knowing(judged("db")), resource: judged("db", { reason: "Other" }), since: EARLY },
    { what: "is now where the status changes", known: knowing(judged("db")), resource: judged("db", down), since: AT },
  ])("$what", ({ known, resource, since }) => {
    expect(sinceOf(known, outcome([resource]))).toBe(since);
  });

  test("of a cluster is when it began to be reached like this", () => {
    const { state } = advance(knowing(), outcome([], { was: "crashed" }), {}, AT);
    expect([state.since, advance(state, outcome([], { was: "crashed" }), {}, "2026-01-03T00:00:00Z").state.since]).toEqual([AT, AT]);
  });
});

test("what cannot be read has a time of its own, which stays while anything cannot be read", () => {
  const unreadable = outcome([], { alerts: { was: "unreadable", code: "timeout", message: "" } });
  const unlisted = outcome([], { unlisted: [{ kind: "Database", code: "forbidden", message: "" }] });
  const { state } = advance(knowing(), unreadable, {}, AT);
  const next = advance(state, unlisted, {}, "2026-01-03T00:00:00Z").state;
  const well = advance(next, outcome([]), {}, "2026-01-04T00:00:00Z").state;
  expect([state, next, well].map(({ since, unreadSince }) => [since, unreadSince])).toEqual([
    [EARLY, AT],
    [EARLY, AT],
    [EARLY, undefined],
  ]);
});

describe("a cluster with very many resources", () => {
  const many = Array.from({ length: 50_000 }, (_, place) => judged(`db-${place}`, place === 49_999 ? down : {}));

  test("is kept by the worst of them, and the others are counted", () => {
    const { resources, omitted } = advance(undefined, outcome(many), {}, AT).state;
    expect(resources[0]).toMatchObject({ name: "db-49999", condition: down });
    expect([resources.length, omitted]).toEqual([MAX_KEPT, { True: 50_000 - MAX_KEPT }]);
  });

  test("that all change has a bounded number of changes, and a count of the others", () => {
    const all = many
      .slice(0, 500)
      .map((one) => ({ ...one, was: "patched", before: { status: "False", reason: "Down" } }) as ResourceOutcome);
    const { changes } = advance(knowing(), outcome(all), {}, AT);
    expect([changes.length, changes.at(-1)?.omitted]).toEqual([50, 450]);
  });

  test("with texts that are as long as they may be is kept below the limit of an item", () => {
    const long = many.slice(0, 1_000).map((one) => ({ ...one, because: Array.from({ length: 99 }, (_, place) => `${place}`.repeat(999)) }));
    expect(JSON.stringify(advance(undefined, outcome(long as ResourceOutcome[]), {}, AT).state).length).toBeLessThan(110_000);
  });
});

describe("the fingerprint of an outcome", () => {
  const print = (resources: readonly ResourceOutcome[], more: Partial<ClusterOutcome> = {}, labels = {}) =>
    fingerprintOf(outcome(resources, more), labels);
  const some = print([judged("a"), judged("b", down)]);

  test.each([
    { what: "the order of resources", other: print([judged("b", down), judged("a")]) },
    { what: "a wording", other: print([judged("a", { message: "other" }), judged("b", down)]) },
    { what: "what was written", other: print([judged("a"), judged("b", down, { was: "patched", before: well })]) },
  ])("is the same whatever $what", ({ other }) => {
    expect(other).toBe(some);
  });

  test("is the same however old a finding is", () => {
    const young = (age: string) => print([judged("a", {}, { because: [`young: started ${age} ago`] })]);
    expect(young("12s")).toBe(young("72s"));
  });

  test.each([
    { was: "paused", isSame: false },
    { was: "misconfigured", isSame: false },
    { was: "unreachable", isSame: true },
  ] as const)("tells another message of a cluster that is $was apart: not $isSame", ({ was, isSame }) => {
    expect(print([], { was, message: "until noon" }) === print([], { was, message: "until one" })).toBe(isSame);
  });

  test.each([
    { what: "a status", other: print([judged("a"), judged("b")]) },
    { what: "a reason", other: print([judged("a"), judged("b", { ...down, reason: "Slow" })]) },
    { what: "a finding", other: print([judged("a", {}, { because: ["rules stalled: X"] }), judged("b", down)]) },
    { what: "another resource", other: print([judged("a"), judged("b", down), judged("c")]) },
    { what: "reachability", other: print([judged("a"), judged("b", down)], { was: "unreachable" }) },
    { what: "a label", other: print([judged("a"), judged("b", down)], {}, { region: "eu" }) },
  ])("differs by $what", ({ other }) => {
    expect(other).not.toBe(some);
  });
});
