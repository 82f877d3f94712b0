import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Resource } from "../../../functions/core/kubernetes/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Reading } from "../../../functions/core/prometheus/alert.ts";
import { explain } from "../../../functions/core/verdict/explain.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, knowing, logSpecs, unreadable } from "../../support/builders.ts";
import { pipelines, sources, toReading, toResource } from "./arbitraries.ts";
import { selfMonitor } from "./kyma-evidence.ts";
import { everyAbsentAlert } from "./kyma-facts.ts";

const NOW = "2026-06-01T00:00:00Z";
const explained = (resource: Resource, reading: Reading = aReading()) => explain(kymaTelemetry, "own", resource, knowing(reading), NOW);
const states = (resource: Resource, reading: Reading = aReading()) =>
  Object.fromEntries(explained(resource, reading).rows.map(({ alert, state }) => [alert, state]));

describe("each row says how it stands", () => {
  test("the worst that fires decides, a milder one is masked, the rest wait or are quiet", () => {
    const reading = aReading({
      firing: [anAlert("MetricGatewaySomeDataDropped"), anAlert("MetricAgentAllDataDropped")],
      pending: [anAlert("MetricGatewayAllDataDropped")],
    });
    expect(states(aResource({ kind: "MetricPipeline" }), reading)).toEqual({
      MetricGatewayAllDataDropped: "pending",
      MetricGatewaySomeDataDropped: "decides",
      MetricGatewayThrottling: "quiet",
      MetricAgentAllDataDropped: "fires, masked",
      MetricAgentSomeDataDropped: "quiet",
      MetricAgentTargetsAbsent: "does not apply",
      MetricGatewayTargetsAbsent: "quiet",
    });
  });

  test("an alert about another pipeline fires for others", () => {
    const reading = aReading({ firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: "other" })] });
    expect(states(aResource(), reading)).toMatchObject({ TraceGatewayAllDataDropped: "fires for others" });
  });

  test("a row whose part takes no part does not apply, even where its alert fires or cannot be read", () => {
    const gateway = aResource({ kind: "LogPipeline", spec: logSpecs.gateway });
    expect(states(gateway, aReading({ firing: [anAlert("LogAgentAllDataDropped")] }))).toMatchObject({
      LogAgentAllDataDropped: "does not apply",
      LogGatewayAllDataDropped: "quiet",
    });
    expect(states(gateway, unreadable())).toMatchObject({
      LogAgentAllDataDropped: "does not apply",
      LogGatewayAllDataDropped: "not readable",
    });
  });

  test("behind a gate that stops, what fires is masked", () => {
    const stopped = aResource({ conditions: [{ type: "ConfigurationGenerated", status: "False", reason: "EndpointInvalid" }] });
    const explanation = explained(stopped, aReading({ firing: [anAlert("TraceGatewayThrottling")] }));
    expect(explanation.gates).toEqual([{ condition: "ConfigurationGenerated", stops: true }]);
    expect(explanation.rows).toContainEqual({ alert: "TraceGatewayThrottling", reason: "GatewayThrottling", state: "fires, masked" });
  });

  test("a row whose own rule is broken says so, whether its alert fires or not", () => {
    const evidence = selfMonitor({ rules: { TraceGatewayAllDataDropped: "failing", TraceGatewayThrottling: "stalled" } });
    const reading = aReading({ firing: [anAlert("TraceGatewayAllDataDropped")], evidence });
    expect(states(aResource(), reading)).toMatchObject({
      TraceGatewayAllDataDropped: "its rule is broken",
      TraceGatewaySomeDataDropped: "quiet",
      TraceGatewayThrottling: "its rule is broken",
      TraceGatewayTargetsAbsent: "quiet",
    });
  });

  test("on one of a pair a rule may be broken, and its alert decide on the other", () => {
    const broken = aReading({ evidence: selfMonitor({ rules: { TraceGatewayThrottling: "failing" } }) });
    const firing = aReading({ firing: [anAlert("TraceGatewayThrottling")], evidence: selfMonitor() });
    const rowOf = (...readings: readonly Reading[]) =>
      explain(kymaTelemetry, "own", aResource(), knowing(...readings), NOW).rows.find(({ alert }) => alert === "TraceGatewayThrottling");
    expect(rowOf(broken, firing)).toMatchObject({ state: "decides" });
    expect(rowOf(broken, unreadable())).toMatchObject({ state: "its rule is broken" });
    expect(rowOf(aReading({ evidence: selfMonitor() }), unreadable())).toMatchObject({ state: "quiet" });
  });

  test("a row is pending where one source of a pair says so, and one of its alerts is about the resource", () => {
    const pending = aReading({
      pending: [anAlert("TraceGatewayThrottling"), anAlert("TraceGatewayThrottling", { pipeline_name: "other" })],
    });
    const [row] = explain(kymaTelemetry, "own", aResource(), knowing(aReading(), pending), NOW).rows.filter(
      ({ alert }) => alert === "TraceGatewayThrottling",
    );
    expect(row).toMatchObject({ state: "pending" });
  });

  test("a row that does not fire is quiet, and not silenced, where silenced alerts are ignored", () => {
    const profile = { ...kymaTelemetry, silenced: "ignored" } as const;
    const { rows } = explain(profile, "own", aResource(), knowing(aReading()), NOW);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(["quiet"]));
  });

  test("there is no row where nothing is read", () => {
    expect(explained(aResource({ kind: "LogPipeline", spec: logSpecs.noInput })).rows).toEqual([]);
  });
});

describe("the patch", () => {
  const standing = {
    type: "TelemetryFlowHealthy",
    status: "True",
    reason: "FlowHealthy",
    message: "",
    observedGeneration: 1,
    lastTransitionTime: "2020-01-01T00:00:00Z",
  };

  test("is the entry that a pass would write, beside what stands there", () => {
    const explanation = explained(aResource({ conditions: [standing] }), aReading({ firing: [anAlert("TraceGatewayThrottling")] }));
    expect(explanation).toMatchObject({
      before: standing,
      patch: { type: "TelemetryFlowHealthy", status: "False", reason: "GatewayThrottling", lastTransitionTime: NOW },
    });
  });

  test("is not there where the condition says so already", () => {
    const explanation = explained(aResource({ conditions: [standing] }));
    expect(explanation.before).toEqual(standing);
    expect(explanation).not.toHaveProperty("patch");
  });

  test("is not there for a pipeline that is being deleted", () => {
    const explanation = explained(aResource({ deleting: true }));
    expect(explanation.verdict).toEqual({ skipped: "deleting" });
    expect(explanation).not.toHaveProperty("patch");
  });
});

describe("what is left as it stands is told, with who wrote it", () => {
  const standing = {
    type: "TelemetryFlowHealthy",
    status: "True",
    reason: "FlowHealthy",
    message: "No problems detected in the telemetry flow",
    lastTransitionTime: NOW,
  };
  const managedFields = [{ manager: "telemetry-manager", time: NOW, fieldsV1: { "f:status": { "f:conditions": {} } } }];
  const resource = aResource({ conditions: [standing], managedFields });

  test("young: the verdict is Unknown, and nothing would be written", () => {
    const explanation = explained(resource, aReading({ evidence: selfMonitor({ ageMs: 1_000 }) }));
    expect(explanation).toMatchObject({ verdict: { status: "Unknown", provisional: true }, left: "young", writer: "telemetry-manager" });
    expect(explanation).not.toHaveProperty("patch");
  });

  test("contested: the verdict is False, and nothing would be written", () => {
    const explanation = explained(resource, aReading({ firing: [anAlert("TraceGatewayThrottling")] }));
    expect(explanation).toMatchObject({ verdict: { status: "False" }, left: "contested", writer: "telemetry-manager" });
    expect(explanation).not.toHaveProperty("patch");
  });

  test("without the writer, where the API server does not say who it was", () => {
    const unsigned = aResource({ conditions: [standing] });
    expect(explained(unsigned, aReading({ firing: [anAlert("TraceGatewayThrottling")] }))).toMatchObject({
      left: "contested",
      writer: undefined,
    });
  });

  test("in shadow mode nothing is, and the condition beside it is what is told of", () => {
    const reading = knowing(aReading({ firing: [anAlert("TraceGatewayThrottling")] }));
    const explanation = explain(kymaTelemetry, "shadow", resource, reading, NOW);
    expect(explanation).toMatchObject({ condition: "alertstatus.io/TelemetryFlowHealthy", patch: { status: "False" } });
    expect(explanation).not.toHaveProperty("left");
  });

  test("what is written after all is told without", () => {
    expect(explained(aResource(), aReading({ evidence: selfMonitor({ ageMs: 1_000 }) }))).not.toHaveProperty("left");
  });
});

test("the explanation is told with the predicates that judge: one row decides exactly where an alert decided", () => {
  fc.assert(
    fc.property(pipelines, sources, (pipeline, source) => {
      const resource = toResource(pipeline);
      const reading = toReading(source);
      const verdict = judge(kymaTelemetry, resource, knowing(reading));
      const explanation = explained(resource, reading);
      const deciding = explanation.rows.filter(({ state }) => state === "decides");
      const isAbsence = "status" in verdict && verdict.because.some((alert) => everyAbsentAlert.includes(alert));
      const isByAlert = "status" in verdict && (verdict.status === "False" || isAbsence) && verdict.reason !== "ConfigurationNotGenerated";
      expect(explanation.verdict).toEqual(verdict);
      expect(deciding.map(({ reason }) => reason)).toEqual(isByAlert ? [verdict.reason] : []);
      if (!isByAlert) return;
      const decidesAt = explanation.rows.findIndex(({ state }) => state === "decides");
      expect(explanation.rows.slice(0, decidesAt).filter(({ state }) => state === "fires, masked")).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
