import { describe, expect, test } from "vitest";
import { type ClusterOutcome, isAllWell, type ResourceOutcome, summarize } from "../../../functions/core/outcome/outcome.ts";

const aCluster = (more: Partial<ClusterOutcome> = {}): ClusterOutcome => ({
  cluster: "prod",
  was: "reconciled",
  alerts: { was: "read", firing: 0, pending: 0 },
  resources: [],
  unlisted: [],
  ms: 1,
  ...more,
});
const id = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "backend" };
const judged = { condition: { type: "A", status: "False", reason: "B", message: "" }, because: [] };
const patched: ResourceOutcome = { ...id, was: "patched", ...judged };
const contested: ResourceOutcome = { ...id, was: "skipped", why: "contested" };
const refused: ResourceOutcome = { ...id, was: "refused", code: "forbidden", message: "no" };

test("the summary counts every cluster and every resource once", () => {
  const outcomes = [
    aCluster({ resources: [patched, { ...id, was: "unchanged", ...judged }, { ...id, was: "skipped", why: "deleting" }] }),
    aCluster({ resources: [contested, { ...contested, by: "telemetry-manager" }, { ...id, was: "skipped", why: "no flow" }] }),
    aCluster({ resources: [patched, { ...id, was: "planned", ...judged }, refused] }),
    aCluster({ was: "unreachable", code: "timeout", message: "no answer" }),
    aCluster({ was: "forbidden", code: "forbidden", message: "no right to list" }),
    aCluster({ was: "crashed", message: "undefined is not a pipeline" }),
    aCluster({ was: "paused" }),
    aCluster({ alerts: { was: "unreadable", code: "timeout", message: "no answer" } }),
    aCluster({ unlisted: [{ kind: "LogPipeline", code: "forbidden", message: "no" }] }),
  ];
  expect(summarize(outcomes)).toEqual({
    clusters: { reconciled: 5, unreachable: 1, forbidden: 1, misconfigured: 0, paused: 1, late: 0, crashed: 1 },
    resources: { patched: 2, planned: 1, unchanged: 1, skipped: 2, contested: 2, refused: 1 },
    alertsUnreadable: 1,
    kindsUnlisted: 1,
  });
});

describe("all is well, or not, where", () => {
  test.each([
    { when: "nothing was requested", outcomes: [], well: true },
    { when: "all was read and written", outcomes: [aCluster({ resources: [patched] })], well: true },
    { when: "a condition is contested", outcomes: [aCluster({ resources: [contested] })], well: true },
    { when: "a cluster is paused", outcomes: [aCluster({ was: "paused" })], well: true },
    { when: "a cluster was not reached", outcomes: [aCluster(), aCluster({ was: "unreachable" })], well: false },
    { when: "a cluster forbids everything", outcomes: [aCluster({ was: "forbidden" })], well: false },
    { when: "a cluster crashed", outcomes: [aCluster(), aCluster({ was: "crashed" })], well: false },
    { when: "a cluster is misconfigured", outcomes: [aCluster({ was: "misconfigured" })], well: false },
    { when: "a cluster is late", outcomes: [aCluster({ was: "late" })], well: false },
    { when: "a resource was refused", outcomes: [aCluster({ resources: [refused] })], well: false },
    { when: "a kind was not listed", outcomes: [aCluster({ unlisted: [{ kind: "A", code: "forbidden", message: "" }] })], well: false },
    { when: "alerts were not read", outcomes: [aCluster({ alerts: { was: "unreadable", code: "timeout", message: "" } })], well: false },
  ])("$when: all is well $well", ({ outcomes, well }) => {
    expect(isAllWell(summarize(outcomes))).toBe(well);
  });
});
