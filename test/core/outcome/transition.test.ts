import { describe, expect, test } from "vitest";
import type { ClusterOutcome, ResourceOutcome } from "../../../functions/core/outcome/outcome.ts";
import { isObserved, transitionsOf } from "../../../functions/core/outcome/transition.ts";

const AT = "2026-06-01T00:00:00Z";
const LABELS = { region: "eu-central-1" };
const ID = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "checkout", namespace: "shop" };
const FULL = { type: "TelemetryFlowHealthy", status: "False", reason: "BufferFull", message: "The buffer is full." };
const HEALTHY = { status: "True", reason: "FlowHealthy" };

type Judged = Extract<ResourceOutcome, { was: "patched" | "planned" | "unchanged" }>;

const judged = (more: Partial<Judged> = {}): Judged => ({
  ...ID,
  was: "patched",
  condition: FULL,
  before: HEALTHY,
  because: ["TraceGatewayThrottling"],
  ...more,
});
const transitionsFrom = (...resources: readonly ResourceOutcome[]) => transitionsOf(reconciled(resources), LABELS, AT);
const reconciled = (resources: readonly ResourceOutcome[]): ClusterOutcome => ({
  cluster: "prod",
  was: "reconciled",
  resources,
  unlisted: [],
  ms: 1,
});

test("a transition says of which resource, from what, to what, why and when", () => {
  expect(transitionsFrom(judged())).toEqual([
    {
      cluster: "prod",
      labels: LABELS,
      resource: ID,
      condition: {
        type: "TelemetryFlowHealthy",
        from: HEALTHY,
        to: { status: "False", reason: "BufferFull", message: "The buffer is full." },
      },
      because: ["TraceGatewayThrottling"],
      at: AT,
    },
  ]);
});

describe("there is a transition where", () => {
  test.each<{ what: string; outcome: ResourceOutcome; from?: unknown }>([
    { what: "the status changes", outcome: judged(), from: HEALTHY },
    {
      what: "only the reason changes",
      outcome: judged({ before: { status: "False", reason: "Other" } }),
      from: { status: "False", reason: "Other" },
    },
    { what: "there was no condition before", outcome: judged({ before: undefined }), from: null },
  ])("$what", ({ outcome, from }) => {
    expect(transitionsFrom(outcome)).toMatchObject([{ condition: { from } }]);
  });
});

describe("there is none where", () => {
  test.each<{ what: string; outcome: ResourceOutcome }>([
    { what: "only another generation was observed", outcome: judged({ before: { status: "False", reason: "BufferFull" } }) },
    { what: "it was planned by a dry run or an observer", outcome: judged({ was: "planned" }) },
    { what: "nothing had to be written", outcome: judged({ was: "unchanged" }) },
    { what: "the write was refused", outcome: { ...ID, was: "refused", code: "forbidden", message: "no" } },
    { what: "another writer holds the condition", outcome: { ...ID, was: "skipped", why: "contested" } },
    { what: "it was not judged", outcome: { ...ID, was: "skipped", why: "deleting" } },
  ])("$what", ({ outcome }) => {
    expect(transitionsFrom(outcome)).toEqual([]);
  });
});

test("each resource has its own, in the order of the outcome", () => {
  const others = [judged({ name: "a" }), judged({ name: "b", was: "unchanged" }), judged({ name: "c" })];
  expect(transitionsFrom(...others).map(({ resource }) => resource.name)).toEqual(["a", "c"]);
});

describe("a cluster shows a verdict that", () => {
  const observed = { isObserved: true } as const;
  test.each<{ is: string; outcome: ResourceOutcome; shown: boolean }>([
    { is: "observed and new", outcome: { ...judged(), was: "planned", ...observed }, shown: false },
    { is: "observed and stands", outcome: { ...judged(), was: "unchanged", ...observed }, shown: false },
    { is: "planned by a dry run", outcome: judged({ was: "planned" }), shown: true },
    { is: "found as it stands", outcome: judged({ was: "unchanged" }), shown: true },
    { is: "written, whatever else it says", outcome: Object.assign(judged(), observed), shown: true },
  ])("is $is: $shown", ({ outcome, shown }) => {
    expect(isObserved(outcome)).toBe(!shown);
  });
});
