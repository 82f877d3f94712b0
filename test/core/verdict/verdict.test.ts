import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, knowing, unreadable } from "../../support/builders.ts";
import { everyAbsentAlert, everyAlert, type ServedFlow, servedFlows } from "./kyma-facts.ts";

const healthy = { status: "True", reason: "FlowHealthy", because: [] };
const verdictOn = (resource: Parameters<typeof aResource>[0], reading: Parameters<typeof aReading>[0]) =>
  judge(kymaTelemetry, aResource(resource), knowing(aReading(reading)));
const pipelineOf = ({ kind, spec }: ServedFlow) => ({ kind, spec });

describe("each alert on each flow", () => {
  const cells = servedFlows.flatMap((served) =>
    everyAlert.map((alert) => {
      const reason = served.rows.find(([name]) => name === alert)?.[1];
      return { flow: served.flow, alert, means: reason ?? "nothing", served };
    }),
  );
  test.each(cells)("$alert means $means for $flow", ({ served, alert, means }) => {
    const verdict = verdictOn(pipelineOf(served), { firing: [anAlert(alert)] });
    expect(verdict).toMatchObject(means === "nothing" ? healthy : { status: "False", reason: means, because: [alert] });
  });
});

describe("absent targets on each flow", () => {
  const cells = servedFlows.flatMap((served) =>
    everyAbsentAlert.map((alert) => {
      const reason = served.absent.find(([name]) => name === alert)?.[1];
      return { flow: served.flow, alert, means: reason ?? "nothing", served };
    }),
  );
  test.each(cells)("$alert means $means for $flow", ({ served, alert, means }) => {
    const verdict = verdictOn(pipelineOf(served), { firing: [anAlert(alert, { pipeline_name: undefined })] });
    expect(verdict).toMatchObject(means === "nothing" ? healthy : { status: "Unknown", reason: means, because: [alert] });
    expect(verdict).not.toHaveProperty("provisional");
  });

  const pairs = servedFlows.flatMap((served) => served.rows.map(([alert, reason]) => ({ ...served, alert, reason })));
  test.each(pairs)("$alert decides all the same for $flow", (pair) => {
    const absent = pair.absent.map(([alert]) => anAlert(alert, { pipeline_name: undefined }));
    const verdict = verdictOn(pipelineOf(pair), { firing: [...absent, anAlert(pair.alert)] });
    expect(verdict).toMatchObject({ status: "False", reason: pair.reason, because: [pair.alert] });
  });
});

describe("of two that fire, the worse decides", () => {
  const pairs = servedFlows.flatMap((served) =>
    served.rows.slice(1).map(([milder], index) => ({ ...served, worse: served.rows[index]![0], reason: served.rows[index]![1], milder })),
  );
  test.each(pairs)("$worse before $milder for $flow", (pair) => {
    const verdict = verdictOn(pipelineOf(pair), { firing: [anAlert(pair.milder), anAlert(pair.worse)] });
    expect(verdict).toMatchObject({ status: "False", reason: pair.reason, because: [pair.worse] });
  });

  test("even the gateway's mildest masks the metric agent's worst", () => {
    const firing = [anAlert("MetricAgentAllDataDropped"), anAlert("MetricGatewayThrottling")];
    expect(verdictOn({ kind: "MetricPipeline" }, { firing })).toMatchObject({ reason: "GatewayThrottling" });
  });
});

describe("whether an alert is about the pipeline", () => {
  const alert = "TraceGatewayThrottling";
  test.each([
    { says: "its name and kind", labels: { pipeline_name: "backend", pipeline_type: "tracepipeline" }, counts: true },
    { says: "its name and no kind", labels: { pipeline_name: "backend" }, counts: true },
    { says: "the name of another", labels: { pipeline_name: "other", pipeline_type: "tracepipeline" }, counts: false },
    { says: "its name in other case", labels: { pipeline_name: "Backend" }, counts: false },
    { says: "its name and another kind", labels: { pipeline_name: "backend", pipeline_type: "metricpipeline" }, counts: false },
    {
      says: "its name and kind as the API server writes it",
      labels: { pipeline_name: "backend", pipeline_type: "TracePipeline" },
      counts: true,
    },
    { says: "its name and another kind in capitals", labels: { pipeline_name: "backend", pipeline_type: "MetricPipeline" }, counts: false },
    { says: "no name", labels: { pipeline_name: undefined, receiver: "otlp" }, counts: true },
    { says: "no name but another kind", labels: { pipeline_name: undefined, pipeline_type: "metricpipeline" }, counts: true },
  ])("labels that say $says: $counts", ({ labels, counts }) => {
    const verdict = verdictOn({}, { firing: [anAlert(alert, labels)] });
    expect(verdict).toMatchObject(counts ? { reason: "GatewayThrottling" } : healthy);
  });

  test("one without a name counts for every pipeline of the kind, and for no other kind", () => {
    const reading = { firing: [anAlert(alert, { pipeline_name: undefined })] };
    expect(verdictOn({ name: "one" }, reading)).toMatchObject({ reason: "GatewayThrottling" });
    expect(verdictOn({ name: "two" }, reading)).toMatchObject({ reason: "GatewayThrottling" });
    expect(verdictOn({ kind: "MetricPipeline" }, reading)).toMatchObject(healthy);
  });

  test("an alert that only looks like a row's name counts for nothing", () => {
    const firing = [anAlert("tracegatewaythrottling"), anAlert("TraceGatewayThrottling2"), anAlert("GatewayThrottling")];
    expect(verdictOn({}, { firing })).toMatchObject(healthy);
  });
});

test.each(servedFlows)("what is only pending counts for nothing: $flow", (served) => {
  expect(verdictOn(pipelineOf(served), { pending: everyAlert.map((alert) => anAlert(alert)) })).toMatchObject(healthy);
});

describe("a log pipeline is served by what its spec sets", () => {
  const otlp = { endpoint: { value: "https://backend.example" } };
  const firing = ["LogAgentSomeDataDropped", "LogGatewayThrottling", "LogFluentBitBufferInUse"].map((alert) => anAlert(alert));
  test.each([
    { spec: { output: { otlp }, input: { runtime: {} } }, reason: "AgentSomeTelemetryDataDropped" },
    { spec: { output: { otlp }, input: { runtime: null, otlp: {} } }, reason: "GatewayThrottling" },
    { spec: { output: { otlp }, input: { runtime: { enabled: true }, otlp: null } }, reason: "AgentSomeTelemetryDataDropped" },
    { spec: { output: { otlp: {} }, input: { otlp: {} } }, reason: "GatewayThrottling" },
    { spec: { output: { otlp }, input: { runtime: null, otlp: null } }, reason: "FlowHealthy" },
    { spec: { output: { otlp }, input: {} }, reason: "FlowHealthy" },
    { spec: { output: { otlp }, input: null }, reason: "FlowHealthy" },
    { spec: { output: { otlp } }, reason: "FlowHealthy" },
    { spec: { output: { otlp: null, http: {} } }, reason: "AgentBufferFillingUp" },
    { spec: { output: { custom: "name null" }, input: { runtime: {}, otlp: {} } }, reason: "AgentBufferFillingUp" },
    { spec: {}, reason: "AgentBufferFillingUp" },
  ])("$spec: $reason", ({ spec, reason }) => {
    expect(verdictOn({ kind: "LogPipeline", spec }, { firing })).toMatchObject({ reason });
  });
});

describe("before the alerts are looked at", () => {
  const invalid = [{ type: "ConfigurationGenerated", status: "False", reason: "EndpointInvalid" }];
  const notGenerated = { status: "False", reason: "ConfigurationNotGenerated", because: ["ConfigurationGenerated is False"] };

  test.each(servedFlows)("a configuration that was not generated decides, whatever fires or cannot be read: $flow", (served) => {
    const resource = aResource({ ...pipelineOf(served), conditions: invalid });
    const readings = [aReading(), aReading({ firing: everyAlert.map((alert) => anAlert(alert)) }), unreadable()];
    for (const reading of readings) expect(judge(kymaTelemetry, resource, knowing(reading))).toMatchObject(notGenerated);
  });

  test.each([
    { type: "ConfigurationGenerated", status: "True", reason: "TLSCertificateAboutToExpire" },
    { type: "ConfigurationGenerated", status: "Unknown", reason: "Pending" },
    { type: "GatewayHealthy", status: "False", reason: "GatewayNotReady" },
    { type: "AgentHealthy", status: "False", reason: "AgentNotReady" },
  ])("$type $status/$reason does not decide", (condition) => {
    expect(verdictOn({ conditions: [condition] }, {})).toMatchObject(healthy);
  });

  test("a pipeline that is being deleted is left alone, even one without a configuration", () => {
    const firing = [anAlert("TraceGatewayAllDataDropped")];
    expect(verdictOn({ deleting: true, conditions: invalid }, { firing })).toEqual({ skipped: "deleting" });
  });

  test("a kind without a flow is left alone", () => {
    const resource = aResource();
    const stranger = { ...resource, of: { ...resource.of, group: "example.org" } };
    expect(judge(kymaTelemetry, stranger, knowing(aReading()))).toEqual({ skipped: "no flow" });
  });
});

describe("alerts that cannot be read prove nothing", () => {
  test.each(servedFlows)("$flow: $unproven", ({ kind, spec, unproven }) => {
    const verdict = judge(kymaTelemetry, aResource({ kind, spec }), knowing(unreadable("timeout")));
    const unknown = { status: "Unknown", reason: unproven, because: ["alerts unreadable: timeout"] };
    expect(verdict).toMatchObject(unproven === undefined ? healthy : unknown);
  });
});

describe("a partial answer", () => {
  const warnings = ["one store did not answer"];

  test.each(servedFlows)("does not prove health: $flow", ({ kind, spec, unproven }) => {
    const unknown = { status: "Unknown", reason: unproven, because: ["partial answer: one store did not answer"] };
    expect(verdictOn({ kind, spec }, { warnings })).toMatchObject(unproven === undefined ? healthy : unknown);
  });

  test.each(servedFlows.flatMap(({ rows, ...flow }) => rows.map(([alert, reason]) => ({ ...flow, alert, reason }))))(
    "is believed where $alert fires for $flow",
    ({ kind, spec, alert, reason }) => {
      expect(verdictOn({ kind, spec }, { warnings, firing: [anAlert(alert)] })).toMatchObject({ status: "False", reason });
    },
  );
});
