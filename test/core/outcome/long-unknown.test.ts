import { expect, test } from "vitest";
import { longUnknown } from "../../../functions/core/outcome/long-unknown.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../../functions/core/outcome/outcome.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");
const ID = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline" };
const because = ["rules failing: A"];
const standing = (name: string, status: string, since?: string): ResourceOutcome => ({
  ...ID,
  name,
  was: "unchanged",
  condition: { type: "A", status, reason: "B", message: "", since },
  because,
});
const cluster = (...resources: readonly ResourceOutcome[]): ClusterOutcome => ({
  cluster: "prod",
  was: "reconciled",
  resources,
  unlisted: [],
  ms: 1,
});

test.each([
  { what: "Unknown for an hour to the second", resource: standing("a", "Unknown", "2026-01-01T11:00:00Z"), isLong: true },
  { what: "Unknown for a second less", resource: standing("a", "Unknown", "2026-01-01T11:00:01Z"), isLong: false },
  { what: "Unknown from this pass on", resource: standing("a", "Unknown"), isLong: false },
  { what: "Unknown since a time that is none", resource: standing("a", "Unknown", "long ago"), isLong: false },
  { what: "False for a day", resource: standing("a", "False", "2025-12-31T12:00:00Z"), isLong: false },
])("a condition that is $what stays Unknown: $isLong", ({ resource, isLong }) => {
  expect(longUnknown([cluster(resource)], NOW)).toHaveLength(isLong ? 1 : 0);
});

test("a cluster is named once, with the number of its conditions, and the first of them", () => {
  const since = "2026-01-01T10:00:00Z";
  const outcomes = [cluster(standing("a", "True", since), standing("b", "Unknown", since), standing("c", "Unknown", since)), cluster()];
  expect(longUnknown(outcomes, NOW)).toEqual([{ cluster: "prod", conditions: 2, resource: "tracepipeline/b", since, because }]);
});

test("what is Unknown is named without a cause where none is known", () => {
  const { condition } = standing("a", "Unknown", "2026-01-01T10:00:00Z") as Extract<ResourceOutcome, { was: "unchanged" }>;
  const refused: ResourceOutcome = { ...ID, name: "a", was: "refused", code: "forbidden", message: "no", condition };
  expect(longUnknown([cluster(refused)], NOW)).toMatchObject([{ because: [] }]);
});

test("a condition that is refused to be written counts as it was judged", () => {
  const { condition } = standing("a", "Unknown", "2026-01-01T10:00:00Z") as Extract<ResourceOutcome, { was: "unchanged" }>;
  const refused: ResourceOutcome = { ...ID, name: "a", was: "refused", code: "forbidden", message: "no", condition, because };
  expect(longUnknown([cluster(refused)], NOW)).toMatchObject([{ resource: "tracepipeline/a" }]);
});
