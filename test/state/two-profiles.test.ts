// What is known of a resource that two profiles judge: each by itself, through every change of their modes.

import { describe, expect, test } from "vitest";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import { transitionsOf } from "../../functions/core/outcome/transition.ts";
import { advance, MAX_KEPT } from "../../functions/state/cluster-state.ts";
import { compareProfiles } from "../../functions/state/compare.ts";
import { fingerprintOf } from "../../functions/state/fingerprint.ts";
import { statusOf } from "../../functions/state/fleet-status.ts";
import type { ClusterState } from "../../functions/state/state.ts";
import { entriesOf } from "../../functions/state/timeline.ts";

const [EARLY, AT, LATE] = ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z"];
const [OWN, SHADOW] = ["Healthy", "alertstatus.io/Healthy"];

type Parts = { name?: string; type?: string; reason?: string; was?: string; before?: object };
const judged = (
  profile: string | undefined,
  status: string,
  { name = "db", type = OWN, reason = status, was = "unchanged", before }: Parts = {},
) =>
  ({
    apiVersion: "example.com/v1",
    kind: "Database",
    name,
    ...(profile !== undefined && { profile }),
    was,
    condition: { type, status, reason, message: "" },
    because: [],
    ...(before && { before }),
  }) as ResourceOutcome;
const refused = (profile: string | undefined) =>
  ({
    apiVersion: "example.com/v1",
    kind: "Database",
    name: "db",
    profile,
    was: "refused",
    code: "conflict",
    message: "",
  }) as ResourceOutcome;
const outcome = (resources: readonly ResourceOutcome[], cluster = "prod"): ClusterOutcome => ({
  cluster,
  was: "reconciled",
  resources,
  unlisted: [],
  ms: 1,
});
const knowing = (...resources: readonly ResourceOutcome[]): ClusterState => advance(undefined, outcome(resources), {}, EARLY).state;
const changesTo = (known: ClusterState, ...next: readonly ResourceOutcome[]) =>
  advance(known, outcome(next), {}, AT).changes.map(({ profile, from, to }) => [profile, statusIn(from), statusIn(to)]);
const statusIn = (side: object | null) => (side !== null && "status" in side ? side.status : null);

describe("what two profiles say of one resource", () => {
  const both = knowing(judged("v1", "True"), judged("v2", "True", { type: SHADOW }));
  const observed = knowing(judged("v1", "True"), judged("v2", "True"));

  test.each([
    {
      what: "one changes",
      known: both,
      next: [judged("v1", "True"), judged("v2", "False", { type: SHADOW })],
      changes: [["v2", "True", "False"]],
    },
    {
      what: "one that is observed changes",
      known: observed,
      next: [judged("v1", "True"), judged("v2", "False")],
      changes: [["v2", "True", "False"]],
    },
    { what: "the two change places", known: both, next: [judged("v2", "True"), judged("v1", "True", { type: SHADOW })], changes: [] },
    { what: "one goes", known: both, next: [judged("v2", "True")], changes: [["v1", "True", null]] },
    { what: "one is refused", known: both, next: [judged("v1", "True"), refused("v2")], changes: [] },
    { what: "the resource as a whole is refused", known: both, next: [refused(undefined)], changes: [] },
    {
      what: "one comes, and is written",
      known: knowing(judged("v1", "True")),
      next: [judged("v1", "True"), judged("v2", "False", { type: SHADOW, was: "patched" })],
      changes: [["v2", null, "False"]],
    },
    {
      what: "one changes that was noted without its name",
      known: knowing(judged(undefined, "True"), judged(undefined, "True", { type: SHADOW })),
      next: [judged("v1", "True"), judged("v2", "False", { type: SHADOW })],
      changes: [["v2", "True", "False"]],
    },
  ])("is kept apart where $what", ({ known, next, changes }) => {
    expect(changesTo(known, ...next)).toEqual(changes);
  });

  test("stays with each where the writing of one is refused", () => {
    const { resources } = advance(both, outcome([judged("v1", "True"), refused("v2")]), {}, AT).state;
    expect(resources.map(({ profile, condition, refused: code }) => [profile, condition?.type, code])).toEqual([
      ["v1", OWN, undefined],
      ["v2", SHADOW, "conflict"],
    ]);
  });

  test("has two fingerprints, though it is the same", () => {
    const [one, other] = ["v1", "v2"].map((profile) => fingerprintOf(outcome([judged(profile, "True")]), {}));
    expect(one).not.toBe(other);
  });

  test("is kept together where a cluster has too many resources", () => {
    const names = Array.from({ length: MAX_KEPT }, (_, index) => `db-${index}`);
    const resources = names.flatMap((name) => [judged("v1", "True", { name }), judged("v2", "True", { name, type: SHADOW })]);
    const { state } = advance(undefined, outcome([...resources, judged("v1", "False"), judged("v2", "True", { type: SHADOW })]), {}, AT);
    expect(state.resources.slice(0, 2).map(({ name, profile }) => [name, profile])).toEqual([
      ["db", "v1"],
      ["db", "v2"],
    ]);
  });

  test("flaps by itself in the history", () => {
    const change = (at: string, profile: string | undefined, from: string, to: string, type = OWN) => ({
      at,
      cluster: "prod",
      resource: { apiVersion: "v1", kind: "Database", name: "db" },
      ...(profile !== undefined && { profile }),
      type,
      from: { status: from, reason: "" },
      to: { status: to, reason: "" },
      because: [],
    });
    const entries = entriesOf(
      [
        change("2026-01-01T00:01:00Z", undefined, "True", "False"),
        change("2026-01-01T00:02:00Z", "v2", "True", "False", SHADOW),
        change("2026-01-01T00:04:00Z", "v1", "False", "True"),
      ],
      0,
    );
    expect(entries.map(({ lastedMs, isFlap }) => [lastedMs, isFlap])).toEqual([
      [180_000, undefined],
      [undefined, undefined],
      [undefined, true],
    ]);
  });

  test("goes out on the bus under the name of the profile", () => {
    const resources = [judged("v1", "True"), judged("v2", "False", { type: SHADOW, was: "patched" })];
    expect(transitionsOf(outcome(resources), {}, AT)).toMatchObject([
      { profile: "v2", condition: { type: SHADOW, to: { status: "False" } } },
    ]);
  });
});

describe("a comparison of two profiles", () => {
  const stateOf = (cluster: string, ...resources: readonly ResourceOutcome[]) =>
    advance(
      advance(undefined, outcome([judged("v1", "True"), judged("v2", "True", { type: SHADOW })], cluster), {}, EARLY).state,
      outcome(resources, cluster),
      {},
      AT,
    ).state;
  const shadow = (status: string, more: Parts = {}) => judged("v2", status, { type: SHADOW, ...more });
  const status = statusOf(
    [
      stateOf(
        "eu",
        judged("v1", "False"),
        shadow("True"),
        judged("v1", "True", { name: "web" }),
        shadow("True", { name: "web", reason: "Other" }),
      ),
      stateOf("us", judged("v1", "True"), shadow("Unknown")),
      stateOf("refused", refused("v1"), shadow("True")),
      stateOf("other", judged("v3", "False")),
    ],
    { at: LATE },
  );

  test("counts what they agree on, and names where not, since the later of the two", () => {
    const { disagreements, summary } = compareProfiles(status, ["v1", "v2"]);
    expect(summary).toEqual({ compared: 3, agree: 1, otherReason: 1, disagree: 2, onlyOne: 0, clusters: { compared: 2, others: 2 } });
    expect(disagreements).toMatchObject([
      { cluster: "eu", name: "db", since: AT, one: { status: "False", since: AT }, other: { status: "True", since: EARLY } },
      { cluster: "us", name: "db", since: AT, one: { status: "True" }, other: { status: "Unknown", type: SHADOW } },
    ]);
  });

  test("leaves out what has not lasted as long, and counts it still", () => {
    const { disagreements, summary } = compareProfiles(status, ["v1", "v2"], 2 * 3_600_000);
    expect([disagreements.length, summary.disagree]).toEqual([0, 2]);
  });
});
