// Holds the answers of the benchmark's clusters.

import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { alertsBody, anAlert, type Kind, kinds, logSpecs } from "../../support/builders.ts";

export const [GROUP, VERSION] = ["telemetry.kyma-project.io", "v1beta1"];
const SERVED = `/apis/${GROUP}/${VERSION}`;
export const PROXY = "/api/v1/namespaces/kyma-system/services/telemetry-self-monitor:9090/proxy";
export const alertsPath = `${PROXY}/api/v1/alerts`;
const SINCE = "2026-01-01T00:00:00Z";

const otlp = {
  output: {
    otlp: {
      protocol: "grpc",
      endpoint: { valueFrom: { secretKeyRef: { name: "backend", namespace: "observability", key: "endpoint" } } },
      authentication: {
        basic: { user: { value: "kyma" }, password: { valueFrom: { secretKeyRef: { name: "backend", key: "password" } } } },
      },
      tls: { ca: { valueFrom: { secretKeyRef: { name: "backend-tls", namespace: "observability", key: "ca.crt" } } } },
    },
  },
};
const metricInput = {
  input: {
    prometheus: { enabled: true, namespaces: { exclude: ["kube-system", "kyma-system"] } },
    runtime: { enabled: true, resources: { pod: {} } },
  },
};
const pipelines: readonly (readonly [Kind, object])[] = [
  ["TracePipeline", otlp],
  ["MetricPipeline", { ...metricInput, ...otlp }],
  ["LogPipeline", logSpecs.agentAndGateway],
];

const labels = (name: string, kind: Kind) => ({ pipeline_name: name, pipeline_type: kind.toLowerCase(), exporter: `otlp_grpc/${name}` });
const names = ["audit", "backend", "billing", "platform", "shop"];
const alerts = alertsBody({
  firing: [
    anAlert("TraceGatewayAllDataDropped", labels("shop", "TracePipeline")),
    anAlert("MetricGatewaySomeDataDropped", labels("shop", "MetricPipeline")),
    anAlert("MetricAgentSomeDataDropped", labels("billing", "MetricPipeline")),
    anAlert("LogAgentAllDataDropped", labels("audit", "LogPipeline")),
  ],
  pending: names
    .map((name) => anAlert("TraceGatewaySomeDataDropped", labels(name, "TracePipeline")))
    .concat(anAlert("LogGatewayThrottling")),
});

const reasons = new Map([
  ["TracePipeline/shop", "GatewayAllTelemetryDataDropped"],
  ["MetricPipeline/shop", "GatewaySomeTelemetryDataDropped"],
  ["MetricPipeline/billing", "AgentSomeTelemetryDataDropped"],
  ["LogPipeline/audit", "AgentAllTelemetryDataDropped"],
]);

export const plurals = pipelines.map(([kind]) => kinds[kind].plural);

/** What one cluster answers: 10 alerts, and 15 resources whose conditions already say what the alerts mean. By path and query. */
export function answers(): ReadonlyMap<string, string> {
  const lists = pipelines.map(([kind, spec]) => [`${SERVED}/${kinds[kind].plural}?limit=500`, listOf(kind, spec)] as const);
  return new Map([[alertsPath, alerts] as const, ...lists].map(([path, body]) => [path, JSON.stringify(body)]));
}

const bodies = new Map([...answers()].map(([path, body]) => [path, Buffer.from(body)]));

/** What it answers to a GET; undefined for what it does not know. */
export function bodyAt(url: string): Buffer | string | undefined {
  return bodies.get(url) ?? evidence(new Date()).get(url.replace(/\?.*/, ""));
}

/** What its Prometheus says about itself, which is asked once a minute: every rule is well. By path alone. */
export function evidence(now: Date): ReadonlyMap<string, string> {
  const alerts = kymaTelemetry.flows.flatMap((flow) => ("rows" in flow ? flow.rows.map(({ alert }) => alert) : []));
  const rules = alerts.map((name) => ({ name, type: "alerting", health: "ok", lastEvaluation: now.toISOString() }));
  const groups = [{ name: "kyma-telemetry", interval: 30, rules }];
  return new Map([
    [`${PROXY}/api/v1/rules`, JSON.stringify({ status: "success", data: { groups } })],
    [`${PROXY}/api/v1/status/runtimeinfo`, JSON.stringify({ status: "success", data: { startTime: SINCE, reloadConfigSuccess: true } })],
  ]);
}

function listOf(kind: Kind, spec: object): object {
  return {
    apiVersion: "telemetry.kyma-project.io/v1beta1",
    kind: `${kind}List`,
    metadata: { resourceVersion: "48213377" },
    items: names.map((name) => pipeline(kind, name, spec)),
  };
}

function pipeline(kind: Kind, name: string, spec: object): object {
  const applied = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind, metadata: { name }, spec };
  return {
    ...applied,
    metadata: {
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(applied)}\n` },
      creationTimestamp: SINCE,
      finalizers: ["telemetry.kyma-project.io/secret-reference"],
      generation: 3,
      labels: { "app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "observability-1.4.2", "kyma-project.io/module": "telemetry" },
      managedFields: ["kubectl-client-side-apply", "manager", "alertstatus"].map(managedBy),
      name,
      resourceVersion: "48210001",
      uid: "0b7a9f1e-64f1-4c35-9d8e-3f5e5a2b7c11",
    },
    status: { conditions: [...["ConfigurationGenerated", "GatewayHealthy", "AgentHealthy"].map(ready), flowHealthy(`${kind}/${name}`)] },
  };
}

function managedBy(manager: string): object {
  const fields = {
    "f:status": { "f:conditions": {} },
    "f:spec": { "f:output": { "f:otlp": { "f:endpoint": {}, "f:protocol": {}, "f:tls": {} } } },
  };
  return {
    apiVersion: "telemetry.kyma-project.io/v1beta1",
    fieldsType: "FieldsV1",
    fieldsV1: fields,
    manager,
    operation: "Update",
    time: SINCE,
  };
}

function ready(type: string): object {
  return condition(type, "True", "Ready", `${type}: all is ready`);
}

function flowHealthy(resource: string): object {
  const reason = reasons.get(resource);
  const message = "Telemetry reaches the backend: no alert fires for this pipeline.";
  return reason === undefined
    ? condition("TelemetryFlowHealthy", "True", "FlowHealthy", message)
    : condition("TelemetryFlowHealthy", "False", reason, "The gateway or the agent cannot deliver what it was given: see the alert.");
}

function condition(type: string, status: string, reason: string, message: string): object {
  return { lastTransitionTime: SINCE, message, observedGeneration: 3, reason, status, type };
}
