import { describe, expect, test } from "vitest";
import type { Resource } from "../../../functions/core/kubernetes/resource.ts";
import { outcomesOf, refusalsOf } from "../../../functions/core/outcome/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Mode } from "../../../functions/core/profile/mode.ts";
import type { Profile } from "../../../functions/core/profile/profile.ts";
import { planResource } from "../../../functions/core/verdict/plan.ts";
import { anAlert, aReading, aResource, inMode, kinds, knowing, logSpecs, standing } from "../../support/builders.ts";

const NOW = "2026-06-01T00:00:00Z";
const OWN = "TelemetryFlowHealthy";
const SHADOW = "alertstatus.io/TelemetryFlowHealthy";

const firing = aReading({ firing: [anAlert("TraceGatewayThrottling")] });

/** A second domain on the same kind: its own condition, its own alert. */
const certificates: Profile = {
  condition: "CertificatesValid",
  identify: { name: "pipeline_name", unlabelled: "none" },
  rules: { for: "1m", window: "5m" },
  gates: [],
  flows: [
    {
      of: kinds.TracePipeline,
      rows: [{ alert: "CertificateExpires", reason: "CertificateExpires", message: "A certificate is about to expire." }],
      unproven: [{ reason: "NotKnown", message: "Nobody knows." }],
      healthy: { reason: "CertificatesValid", message: "All certificates are valid." },
    },
  ],
};

const plan = (resource: Resource, reading = aReading(), profiles: readonly Profile[] = [kymaTelemetry], mode: Mode = "own") =>
  planResource(
    profiles.map((one) => inMode(mode, one)),
    resource,
    knowing(reading),
    NOW,
  );

describe("what is held back", () => {
  const held = { code: "held", message: "too many at once" } as const;
  const planHeld = (resource: Resource, reading = firing) =>
    planResource([inMode("own", kymaTelemetry)], resource, knowing(reading), NOW, () => held);

  test("is not written, and told with why", () => {
    expect(planHeld(aResource())).toMatchObject({ patch: undefined, judged: [{ held, left: undefined, isChanged: false }] });
  });

  test("is no other status than False", () => {
    expect(planHeld(aResource(), aReading({ warnings: ["a store is down"] })).patch).toMatchObject([{ status: "Unknown" }]);
    expect(planHeld(aResource(), aReading()).patch).toMatchObject([{ status: "True" }]);
  });

  test("is nothing that is left to another writer anyway", () => {
    const foreign = standing(OWN, { message: "Of others.", lastTransitionTime: NOW });
    expect(planHeld(aResource({ conditions: [foreign] })).judged).toMatchObject([{ held: undefined, left: "contested" }]);
  });
});

test("what is always so of a flow without rows needs no newer alerts", () => {
  const { patch, needsNewerAlerts } = plan(aResource({ kind: "LogPipeline", spec: logSpecs.noInput }));
  expect(patch).toHaveLength(1);
  expect(needsNewerAlerts).toBe(false);
});

describe("what there is to write", () => {
  test.each([
    { what: "no condition yet", conditions: [], reading: aReading(), isQuietThen: false, needsNewerAlerts: true },
    {
      what: "a condition that says so already",
      conditions: [standing(OWN)],
      reading: aReading(),
      isQuietThen: true,
      needsNewerAlerts: false,
    },
    { what: "another status", conditions: [standing(OWN)], reading: firing, isQuietThen: false, needsNewerAlerts: true },
    {
      what: "another reason",
      conditions: [standing(OWN, { reason: "Other" })],
      reading: aReading(),
      isQuietThen: false,
      needsNewerAlerts: true,
    },
    {
      what: "another generation",
      conditions: [standing(OWN, { observedGeneration: 7 })],
      reading: aReading(),
      isQuietThen: false,
      needsNewerAlerts: false,
    },
    {
      what: "another wording",
      conditions: [standing(OWN, { message: "Fine." })],
      reading: aReading(),
      isQuietThen: true,
      needsNewerAlerts: false,
    },
  ])("$what: quiet $isQuietThen, news $needsNewerAlerts", ({ conditions, reading, isQuietThen, needsNewerAlerts }) => {
    const made = plan(aResource({ conditions }), reading);
    expect({ isQuiet: made.patch === undefined, needsNewerAlerts: made.needsNewerAlerts }).toEqual({
      isQuiet: isQuietThen,
      needsNewerAlerts,
    });
  });

  test("nothing onto a pipeline that is being deleted", () => {
    const made = plan(aResource({ deleting: true }), firing);
    expect(made.patch).toBeUndefined();
    expect(outcomesOf(made, "unchanged")).toEqual([
      { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "backend", was: "skipped", why: "deleting" },
    ]);
  });
});

describe("in shadow mode", () => {
  test("the condition stands beside the profile's own, which stays as it is", () => {
    const theirs = standing(OWN);
    const { patch } = plan(aResource({ conditions: [theirs] }), firing, [kymaTelemetry], "shadow");
    expect(patch).toEqual([theirs, expect.objectContaining({ type: SHADOW, status: "False", reason: "GatewayThrottling" })]);
    expect(patch?.[0]).toBe(theirs);
  });

  test("what we said before is compared with, not what the owner says", () => {
    const conditions = [standing(OWN, { status: "False", reason: "GatewayThrottling" }), standing(SHADOW)];
    expect(plan(aResource({ conditions }), aReading(), [kymaTelemetry], "shadow").patch).toBeUndefined();
    expect(outcomesOf(plan(aResource({ conditions }), firing, [kymaTelemetry], "shadow"), "patched")).toMatchObject([
      { condition: { type: SHADOW, status: "False" }, before: { status: "True", reason: "FlowHealthy" } },
    ]);
  });
});

describe("two profiles on one resource", () => {
  const both = [kymaTelemetry, certificates];

  test("are written at once", () => {
    const reading = aReading({ firing: [anAlert("CertificateExpires")] });
    const made = plan(aResource(), reading, both);
    expect(made.patch).toMatchObject([
      { type: OWN, status: "True" },
      { type: "CertificatesValid", status: "False", reason: "CertificateExpires", lastTransitionTime: NOW },
    ]);
    expect(outcomesOf(made, "planned")).toMatchObject([
      { was: "planned", condition: { type: OWN }, because: [] },
      { was: "planned", condition: { type: "CertificatesValid" }, because: ["CertificateExpires"] },
    ]);
  });

  test("leave each other's condition as it is", () => {
    const conditions = [standing("CertificatesValid", { reason: "CertificatesValid" }), standing(OWN)];
    const made = plan(aResource({ conditions }), firing, both);
    expect(made.patch?.[0]).toBe(conditions[0]);
    expect(made.patch?.[1]).toMatchObject({ type: OWN, status: "False" });
  });

  test("are quiet when both are", () => {
    const conditions = [standing(OWN), standing("CertificatesValid", { reason: "CertificatesValid" })];
    expect(plan(aResource({ conditions }), aReading(), both).patch).toBeUndefined();
  });

  test("one says changed only of what it changed", () => {
    const conditions = [standing(OWN), standing("CertificatesValid", { reason: "CertificatesValid" })];
    expect(outcomesOf(plan(aResource({ conditions }), firing, both), "patched")).toMatchObject([
      { condition: { type: OWN }, was: "patched" },
      { condition: { type: "CertificatesValid" }, was: "unchanged" },
    ]);
  });

  test("one that does not know the kind says nothing of it", () => {
    const made = plan(aResource({ kind: "MetricPipeline" }), aReading(), both);
    expect(outcomesOf(made, "patched")).toMatchObject([{ condition: { type: OWN } }]);
  });
});

describe("two profiles for one condition", () => {
  const other: Profile = {
    ...kymaTelemetry,
    flows: kymaTelemetry.flows.map((flow) =>
      "rows" in flow ? { ...flow, rows: flow.rows.filter(({ alert }) => alert !== "TraceGatewayThrottling") } : flow,
    ),
  };
  const beside = (mode: Mode, resource = aResource()) =>
    planResource([inMode("own", kymaTelemetry), inMode(mode, other)], resource, knowing(firing), NOW);

  test("are written at once, one beside the other", () => {
    expect(beside("shadow").patch).toMatchObject([
      { type: OWN, status: "False" },
      { type: SHADOW, status: "True" },
    ]);
  });

  test("are one write where one is observed, whose verdict stays a plan", () => {
    const made = beside("observe");
    expect(made.patch).toMatchObject([{ type: OWN, status: "False" }]);
    expect(outcomesOf(made, "patched")).toMatchObject([
      { was: "patched", condition: { status: "False" } },
      { was: "planned", condition: { status: "True" } },
    ]);
  });

  test("are no write where only what is observed is new", () => {
    const conditions = [standing(OWN, { status: "False", reason: "GatewayThrottling" })];
    const made = beside("observe", aResource({ conditions }));
    expect([made.patch, made.needsNewerAlerts]).toEqual([undefined, false]);
    expect(outcomesOf(made, "unchanged")).toMatchObject([{ was: "unchanged" }, { was: "planned", before: { status: "False" } }]);
  });

  test("are refused by what was to be written", () => {
    expect(refusalsOf(beside("observe"), { code: "conflict", message: "" }).map(({ was }) => was)).toEqual(["refused", "planned"]);
    expect(refusalsOf(beside("shadow"), { code: "conflict", message: "" }).map(({ was }) => was)).toEqual(["refused", "refused"]);
  });
});

test("an outcome tells who was judged, what was said before, what is said now and why", () => {
  const resource = aResource({ namespace: "team-a", conditions: [standing(OWN)] });
  expect(outcomesOf(plan(resource, firing), "patched")).toEqual([
    {
      apiVersion: "telemetry.kyma-project.io/v1beta1",
      kind: "TracePipeline",
      name: "backend",
      namespace: "team-a",
      was: "patched",
      condition: { type: OWN, status: "False", reason: "GatewayThrottling", message: expect.any(String) },
      before: { status: "True", reason: "FlowHealthy" },
      because: ["TraceGatewayThrottling"],
    },
  ]);
});
