import { describe, expect, test } from "vitest";
import type { Resource } from "../../../functions/core/kubernetes/resource.ts";
import { outcomesOf } from "../../../functions/core/outcome/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Mode } from "../../../functions/core/profile/mode.ts";
import type { Reading } from "../../../functions/core/prometheus/alert.ts";
import { planResource } from "../../../functions/core/verdict/plan.ts";
import { anAlert, aReading, aResource, inMode, knowing, standing } from "../../support/builders.ts";
import { selfMonitor } from "./kyma-evidence.ts";

const OWN = "TelemetryFlowHealthy";
const SHADOW = "alertstatus.io/TelemetryFlowHealthy";

const plan = (resource: Resource, reading: Reading, mode: Mode = "own") =>
  planResource([inMode(mode, kymaTelemetry)], resource, knowing(reading), "2026-06-01T00:00:00Z");

describe("a source that is too young to tell", () => {
  const young = aReading({ evidence: selfMonitor({ ageMs: 1_000 }) });
  const shut = standing(OWN, { status: "False", reason: "ConfigurationNotGenerated" });

  test.each([
    { stands: "True", condition: standing(OWN) },
    { stands: "True in foreign words", condition: standing(OWN, { message: "No problems detected in the telemetry flow" }) },
    { stands: "True of an older generation", condition: standing(OWN, { observedGeneration: 0 }) },
    { stands: "False", condition: standing(OWN, { status: "False", reason: "GatewayThrottling" }) },
    { stands: "Unknown for another reason", condition: standing(OWN, { status: "Unknown", reason: "AgentProbingFailed" }) },
  ])("leaves what stands: $stands", ({ condition }) => {
    const made = plan(aResource({ conditions: [condition] }), young);
    const { status, reason, message } = condition;
    expect({ isQuiet: made.patch === undefined, needsNewerAlerts: made.needsNewerAlerts }).toEqual({
      isQuiet: true,
      needsNewerAlerts: false,
    });
    expect(outcomesOf(made, "unchanged")).toEqual([
      {
        apiVersion: "telemetry.kyma-project.io/v1beta1",
        kind: "TracePipeline",
        name: "backend",
        was: "unchanged",
        condition: { type: OWN, status, reason, message, since: condition.lastTransitionTime },
        before: { status, reason },
        because: ["young: started 1s ago"],
        isWarmingUp: true,
      },
    ]);
  });

  test("makes it Unknown where nothing stands", () => {
    const made = plan(aResource(), young);
    expect(made.patch).toMatchObject([{ type: OWN, status: "Unknown", reason: "GatewayProbingFailed" }]);
    expect(made.needsNewerAlerts).toBe(true);
  });

  test("makes it Unknown where a gate's word stands, once the gate is open", () => {
    expect(plan(aResource({ conditions: [shut] }), young).patch).toMatchObject([{ status: "Unknown", reason: "GatewayProbingFailed" }]);
  });

  test("leaves what another says with a gate's reason", () => {
    const alike = standing(OWN, { status: "Unknown", reason: "ConfigurationNotGenerated" });
    expect(plan(aResource({ conditions: [alike] }), young).patch).toBeUndefined();
  });

  test("makes it Unknown where the word of one of several gates stands, once that gate is open", () => {
    const [gate] = kymaTelemetry.gates;
    const other = { ...gate!, condition: "Approved", says: { ...gate!.says, reason: "NotApproved" } };
    const profile = { ...kymaTelemetry, gates: [gate!, other] };
    const { patch } = planResource([inMode("own", profile)], aResource({ conditions: [shut] }), knowing(young), "2026-06-01T00:00:00Z");
    expect(patch).toMatchObject([{ status: "Unknown", reason: "GatewayProbingFailed" }]);
  });

  test("leaves the gate its word, as long as it is shut", () => {
    const conditions = [{ type: "ConfigurationGenerated", status: "False", reason: "EndpointInvalid" }, shut];
    expect(plan(aResource({ conditions }), young).patch).toBeUndefined();
  });

  test("does not keep a row that fires from being told", () => {
    const firingToo = aReading({ firing: [anAlert("TraceGatewayThrottling")], evidence: selfMonitor({ ageMs: 1_000 }) });
    expect(plan(aResource({ conditions: [standing(OWN)] }), firingToo).patch).toMatchObject([{ status: "False" }]);
  });

  test("leaves nothing where it is in doubt as well", () => {
    const doubted = aReading({ evidence: selfMonitor({ ageMs: 1_000, skewMs: 600_000 }) });
    expect(plan(aResource({ conditions: [standing(OWN)] }), doubted).patch).toMatchObject([{ status: "Unknown" }]);
  });

  test("looks at the shadow alone in shadow mode: where none stands, it becomes Unknown", () => {
    const theirs = standing(OWN);
    const shadow = standing(SHADOW, { status: "False", reason: "GatewayThrottling" });
    expect(plan(aResource({ conditions: [theirs] }), young, "shadow").patch).toMatchObject([theirs, { type: SHADOW, status: "Unknown" }]);
    expect(plan(aResource({ conditions: [theirs, shadow] }), young, "shadow").patch).toBeUndefined();
  });
});
