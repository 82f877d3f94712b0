import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explain } from "../../functions/core/explain.ts";
import { kymaTelemetry } from "../../functions/core/kyma-telemetry.ts";
import type { Resource } from "../../functions/core/resource.ts";
import { judge } from "../../functions/core/verdict.ts";
import { anAlert, aReading, aResource, logSpecs, unreadable } from "../support/builders.ts";
import { pipelines, sources, toReading, toResource } from "./arbitraries.ts";

const OWN = { type: "TelemetryFlowHealthy", timestamp: "2026-06-01T00:00:00Z" };
const explained = (resource: Resource, reading = aReading()) => explain(kymaTelemetry, resource, reading, OWN);
const states = (resource: Resource, reading = aReading()) =>
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
    expect(explanation.rows.at(-1)).toMatchObject({ alert: "TraceGatewayThrottling", state: "fires, masked" });
  });

  test("there is no row where nothing is read", () => {
    expect(explained(aResource({ kind: "LogPipeline", spec: logSpecs.noInput })).rows).toEqual([]);
  });
});

describe("the patch", () => {
  const standing = {
    type: OWN.type,
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
      patch: { type: OWN.type, status: "False", reason: "GatewayThrottling", lastTransitionTime: OWN.timestamp },
    });
  });

  test("is not there where the condition says so already", () => {
    expect(explained(aResource({ conditions: [standing] }))).toMatchObject({ before: standing, patch: undefined });
  });

  test("is not there for a pipeline that is being deleted", () => {
    expect(explained(aResource({ deleting: true }))).toMatchObject({ verdict: { skipped: "deleting" }, patch: undefined });
  });
});

test("the explanation is told with the predicates that judge: one row decides exactly where an alert decided", () => {
  fc.assert(
    fc.property(pipelines, sources, (pipeline, source) => {
      const resource = toResource(pipeline);
      const reading = toReading(source);
      const verdict = judge(kymaTelemetry, resource, reading);
      const explanation = explained(resource, reading);
      const deciding = explanation.rows.filter(({ state }) => state === "decides");
      const isByAlert = "status" in verdict && verdict.status === "False" && verdict.reason !== "ConfigurationNotGenerated";
      expect(explanation.verdict).toEqual(verdict);
      expect(deciding.map(({ reason }) => reason)).toEqual(isByAlert ? [verdict.reason] : []);
      if (!isByAlert) return;
      const decidesAt = explanation.rows.findIndex(({ state }) => state === "decides");
      expect(explanation.rows.slice(0, decidesAt).filter(({ state }) => state === "fires, masked")).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
