// Runs the whole loop on real parts: metrics, alerts, passes and conditions, and a replay of them through the same service proxy.

import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { alertstatus } from "../cli/alertstatus.ts";
import { logSpecs } from "../support/builders.ts";
import { collector, fluentBit, type Series, services } from "../support/kyma-metrics.ts";
import type { Gauge } from "../support/kyma-traffic.ts";
import { PATIENTLY, SELDOM } from "../support/patience.ts";
import { conditionText, type KymaCluster, type Pipeline, startKymaCluster } from "./kyma-cluster.ts";

const spec = { output: { otlp: { endpoint: { value: "https://backend.example:4317" } } } };
const pipelines = {
  "TracePipeline/shop": { kind: "TracePipeline", name: "shop", spec },
  "TracePipeline/audit": { kind: "TracePipeline", name: "audit", spec },
  "MetricPipeline/shop": { kind: "MetricPipeline", name: "shop", spec },
  "LogPipeline/shop": { kind: "LogPipeline", name: "shop", spec: logSpecs.agentAndGateway },
  "LogPipeline/legacy": { kind: "LogPipeline", name: "legacy", spec: logSpecs.fluentBit },
} as const satisfies Record<string, Pipeline>;
type Told = Readonly<Record<keyof typeof pipelines, string>>;

const traceGateway = collector(services.gateway, "spans");
const metricGateway = collector(services.gateway, "metric_points");
const metricAgent = collector(services.metricAgent, "metric_points");
const logGateway = collector(services.gateway, "log_records");
const logAgent = collector(services.logAgent, "log_records");

const sent = {
  traces: traceGateway.sent("shop"),
  audit: traceGateway.sent("audit"),
  gatewayMetrics: metricGateway.sent("shop"),
  agentMetrics: metricAgent.sent("shop"),
  gatewayLogs: logGateway.sent("shop"),
  agentLogs: logAgent.sent("shop"),
  legacy: fluentBit.written("legacy"),
};
const collected = fluentBit.collected("legacy");
const chunks = (is: number): Gauge => ({ of: fluentBit.chunksDown("legacy"), is });

const HEALTHY = "True FlowHealthy";
const allHealthy: Told = {
  "TracePipeline/shop": HEALTHY,
  "TracePipeline/audit": HEALTHY,
  "MetricPipeline/shop": HEALTHY,
  "LogPipeline/shop": HEALTHY,
  "LogPipeline/legacy": HEALTHY,
};
const notKnown: Told = {
  "TracePipeline/shop": "Unknown GatewayProbingFailed",
  "TracePipeline/audit": "Unknown GatewayProbingFailed",
  "MetricPipeline/shop": "Unknown GatewayProbingFailed",
  "LogPipeline/shop": "Unknown AgentProbingFailed",
  "LogPipeline/legacy": "Unknown AgentProbingFailed",
};
/** The watchdog of each group is one of the alerts that fire once Prometheus is old enough. */
const fires = (firing: number, pending = 0) => ({ was: "read", firing: firing + cluster.rules.groups.length, pending });

let cluster: KymaCluster;

beforeAll(async () => {
  cluster = await startKymaCluster({ pendingOnly: "MetricGatewayThrottling" });
  for (const pipeline of Object.values(pipelines)) await cluster.create(pipeline);
});
afterAll(() => cluster?.stop());
beforeEach(() => everythingFlows());

it("writes what it does not know yet and then what flows, each once, and is quiet from then on", async () => {
  const { resources } = await cluster.pass();
  expect(resources.map(({ was }) => was)).toEqual(Object.keys(pipelines).map(() => "patched"));
  expect(await conditionsNow()).toEqual(notKnown);
  await expect.poll(cluster.writes, PATIENTLY).toBe(resources.length);
  await settles(fires(0), allHealthy);
  await expect.poll(cluster.writes, PATIENTLY).toBe(resources.length * 2);
  await staysQuiet();
});

it("does not listen to an alert that is only pending", async () => {
  everythingFlows({ and: [metricGateway.refused()] });
  await settles(fires(0, 1), allHealthy);
  await staysQuiet();
});

it("says what is wrong when backends are gone and that all is well when they are back, and replays it with no more than the rights of a pass", async () => {
  const since = new Date().toISOString();
  everythingFlows({
    but: [sent.traces, sent.gatewayLogs, sent.agentLogs, sent.legacy],
    and: [
      traceGateway.sendFailed("shop"),
      metricAgent.enqueueFailed("shop"),
      logGateway.sendFailed("shop"),
      logAgent.sendFailed("shop"),
      fluentBit.dropped("legacy"),
    ],
  });
  await settles(fires(6), {
    "TracePipeline/shop": "False GatewayAllTelemetryDataDropped",
    "TracePipeline/audit": HEALTHY,
    "MetricPipeline/shop": "False AgentSomeTelemetryDataDropped",
    "LogPipeline/shop": "False AgentAllTelemetryDataDropped",
    "LogPipeline/legacy": "False AgentAllTelemetryDataDropped",
  });
  await staysQuiet();
  everythingFlows();
  await settles(fires(0), allHealthy);
  await staysQuiet();
  // What is over now is recorded with the next evaluation.
  const last = async () => (await shopSince(since)).transitions.at(-1);
  await expect.poll(last, SELDOM).toMatchObject({ status: "True", reason: "FlowHealthy" });
  const { standing, transitions, ms } = await shopSince(since);
  expect(standing.status).toBe("True");
  expect(transitions[0].status).toBe("False");
  expect(transitions.some(({ because }: { because: string[] }) => because.includes("TraceGatewayAllDataDropped"))).toBe(true);
  expect(ms.Unknown).toBe(0);
});

it("says what is wrong when backends are too slow, and that all is well when they have caught up", async () => {
  everythingFlows({ and: [traceGateway.refused(), metricGateway.sendFailed("shop"), logGateway.enqueueFailed("shop")], chunksDown: 301 });
  await settles(fires(4), {
    "TracePipeline/shop": "False GatewayThrottling",
    "TracePipeline/audit": "False GatewayThrottling",
    "MetricPipeline/shop": "False GatewaySomeTelemetryDataDropped",
    "LogPipeline/shop": "False GatewaySomeTelemetryDataDropped",
    "LogPipeline/legacy": "False AgentBufferFillingUp",
  });
  await staysQuiet();
  everythingFlows();
  await settles(fires(0), allHealthy);
  await staysQuiet();
});

it("does not know when Prometheus is dead, and knows again when it has watched for long enough", async () => {
  await cluster.prometheus.kill();
  await settles(expect.objectContaining({ was: "unreadable", code: "unavailable" }), notKnown);
  await staysQuiet();
  await cluster.prometheus.restart(cluster.rules);
  await settles(fires(0), allHealthy);
  await staysQuiet();
});

type Change = { but?: readonly Series[]; and?: readonly Series[]; chunksDown?: number };

function everythingFlows({ but = [], and = [], chunksDown = 12 }: Change = {}): void {
  const flowing = [...Object.values(sent), collected].filter((series) => !but.includes(series));
  cluster.traffic.flow([...flowing, ...and], [chunks(chunksDown)]);
}

/** Passes, until one finds these alerts and has nothing to write, and the API server has these conditions. */
async function settles(alerts: unknown, conditions: Told): Promise<void> {
  const seen = async () => {
    const outcome = await cluster.pass();
    const isQuiet = outcome.resources.every(({ was }) => was === "unchanged");
    return { was: outcome.was, alerts: outcome.alerts, isQuiet, conditions: await conditionsNow() };
  };
  await expect.poll(seen, SELDOM).toEqual({ was: "reconciled", alerts, isQuiet: true, conditions });
}

/** What is replayed of the first of the pipelines. */
async function shopSince(since: string) {
  const { code, stdout, stderr } = await alertstatus(["replay", "--fleet", cluster.fleetFile, "--since", since, "-o", "json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const resources: readonly { kind: string; name: string }[] = JSON.parse(stdout).resources;
  return Object(resources.find(({ kind, name }) => kind === "TracePipeline" && name === "shop"));
}

async function staysQuiet(): Promise<void> {
  const before = { writes: await cluster.writes(), versions: await versionsNow() };
  for (const _ of [1, 2, 3])
    expect((await cluster.pass()).resources.map(({ was }) => was)).toEqual(Object.keys(pipelines).map(() => "unchanged"));
  expect({ writes: await cluster.writes(), versions: await versionsNow() }).toEqual(before);
}

async function conditionsNow(): Promise<object> {
  return Object.fromEntries(
    (await cluster.pipelines()).map((pipeline) => [`${pipeline.of.kind}/${pipeline.name}`, conditionText(pipeline)]),
  );
}

async function versionsNow(): Promise<object> {
  return Object.fromEntries((await cluster.pipelines()).map(({ of, name, resourceVersion }) => [`${of.kind}/${name}`, resourceVersion]));
}
