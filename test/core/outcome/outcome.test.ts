import { expect, test } from "vitest";
import { type ClusterOutcome, hasSeveralProfiles, type ResourceOutcome, summarize } from "../../../functions/core/outcome/outcome.ts";

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
const refused: ResourceOutcome = { ...id, was: "refused", code: "forbidden", message: "no", ...judged };

test("the summary counts every cluster and every resource once", () => {
  const outcomes = [
    aCluster({ resources: [patched, { ...id, was: "unchanged", ...judged }, { ...id, was: "skipped", why: "deleting" }] }),
    aCluster({ resources: [contested, contested, { ...contested, by: "telemetry-manager" }, { ...id, was: "skipped", why: "no flow" }] }),
    aCluster({ resources: [patched, { ...id, was: "planned", ...judged }, refused] }),
    aCluster({ was: "unreachable", code: "timeout", message: "no answer" }),
    aCluster({ was: "forbidden", code: "forbidden", message: "no right to list" }),
    aCluster({ was: "crashed", message: "undefined is not a pipeline" }),
    aCluster({ was: "paused", alerts: undefined }),
    aCluster({ alerts: { was: "unreadable", code: "timeout", message: "no answer" } }),
    aCluster({ unlisted: [{ kind: "LogPipeline", code: "forbidden", message: "no" }] }),
  ];
  expect(summarize(outcomes)).toEqual({
    clusters: { reconciled: 5, unreachable: 1, forbidden: 1, misconfigured: 0, paused: 1, late: 0, crashed: 1 },
    resources: { patched: 2, planned: 1, unchanged: 1, skipped: 2, contested: 3, refused: 1 },
    conditions: { True: 0, False: 5, Unknown: 0 },
    alertsUnreadable: 1,
    kindsUnlisted: 1,
  });
});

test.each([
  { profiles: [], several: false },
  { profiles: ["kyma", "kyma", undefined], several: false },
  { profiles: [undefined, undefined], several: false },
  { profiles: ["kyma", "next"], several: true },
])("profiles $profiles are several: $several", ({ profiles, several }) => {
  expect(hasSeveralProfiles(profiles.map((profile) => ({ profile })))).toBe(several);
});
