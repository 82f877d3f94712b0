import { allLost, buffered, collected, dropped, GATEWAY, LOG_AGENT, METRIC_AGENT, refused, someLost, written } from "./kyma-promql.ts";
import type { Profile } from "./profile.ts";

const HELP = "https://kyma-project.io/external-content/telemetry-manager/docs/user/troubleshooting.html";
const NOTHING_ARRIVES = `${HELP}#no-data-arrive-at-the-backend`;
const PART_ARRIVES = `${HELP}#not-all-data-arrive-at-the-backend`;
const THROTTLING = `${HELP}#gateway-throttling`;

const telemetry = { group: "telemetry.kyma-project.io", version: "v1beta1" };
const traces = {
  ...telemetry,
  plural: "tracepipelines",
  kind: "TracePipeline",
};
const metrics = {
  ...telemetry,
  plural: "metricpipelines",
  kind: "MetricPipeline",
};
const logs = { ...telemetry, plural: "logpipelines", kind: "LogPipeline" };

const runtime = { has: ["spec.input.runtime"] };
const otlp = { has: ["spec.input.otlp"] };
const fluentBit = { lacks: ["spec.output.otlp"] };
const noInput = {
  has: ["spec.output.otlp"],
  lacks: ["spec.input.runtime", "spec.input.otlp"],
};

const healthy = {
  reason: "FlowHealthy",
  message: "Telemetry reaches the backend: no alert fires for this pipeline.",
};
const gatewayUnproven = {
  reason: "GatewayProbingFailed",
  message: "The state of the gateway is not known: its alerts could not be read, or do not prove that it is healthy.",
};
const agentUnproven = {
  reason: "AgentProbingFailed",
  message: "The state of the agent is not known: its alerts could not be read, or do not prove that it is healthy.",
};

/**
 * What the alerts of Kyma's telemetry module mean for its pipelines: a flow's rows stand worst first, and the first that fires decides.
 *
 * Names, labels and precedence: https://github.com/kyma-project/telemetry-manager
 */
export const kymaTelemetry: Profile = {
  condition: "TelemetryFlowHealthy",
  alerts: {
    service: {
      namespace: "kyma-system",
      name: "telemetry-self-monitor",
      port: 9090,
    },
  },
  identify: {
    name: "pipeline_name",
    kind: "pipeline_type",
    unlabelled: "every",
  },
  rules: { for: "1m", window: "5m" },
  gates: [
    {
      condition: "ConfigurationGenerated",
      is: "False",
      says: {
        status: "False",
        reason: "ConfigurationNotGenerated",
        message: "No telemetry flows: this pipeline has no valid configuration. The condition ConfigurationGenerated says what is wrong.",
      },
    },
  ],
  flows: [
    {
      of: traces,
      rows: [
        {
          alert: "TraceGatewayAllDataDropped",
          expr: allLost("spans", GATEWAY),
          reason: "GatewayAllTelemetryDataDropped",
          message: `The gateway loses every span: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "TraceGatewaySomeDataDropped",
          expr: someLost("spans", GATEWAY),
          reason: "GatewaySomeTelemetryDataDropped",
          message: `The gateway loses some spans: the backend can be reached but rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "TraceGatewayThrottling",
          expr: refused("spans"),
          reason: "GatewayThrottling",
          message: `The gateway refuses spans: more arrive than it can pass on. What to do: ${THROTTLING}`,
        },
      ],
      unproven: [gatewayUnproven],
      healthy,
    },
    {
      of: metrics,
      rows: [
        {
          alert: "MetricGatewayAllDataDropped",
          expr: allLost("metric_points", GATEWAY),
          reason: "GatewayAllTelemetryDataDropped",
          message: `The gateway loses every metric: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "MetricGatewaySomeDataDropped",
          expr: someLost("metric_points", GATEWAY),
          reason: "GatewaySomeTelemetryDataDropped",
          message: `The gateway loses some metrics: the backend can be reached but rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "MetricGatewayThrottling",
          expr: refused("metric_points"),
          reason: "GatewayThrottling",
          message: `The gateway refuses metrics: more arrive than it can pass on. What to do: ${THROTTLING}`,
        },
        {
          alert: "MetricAgentAllDataDropped",
          expr: allLost("metric_points", METRIC_AGENT),
          reason: "AgentAllTelemetryDataDropped",
          message: `The metric agent loses every metric it collects: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "MetricAgentSomeDataDropped",
          expr: someLost("metric_points", METRIC_AGENT),
          reason: "AgentSomeTelemetryDataDropped",
          message: `The metric agent loses some of the metrics it collects: the backend rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
      ],
      unproven: [gatewayUnproven],
      healthy,
    },
    { of: logs, when: noInput, always: { status: "True", ...healthy } },
    {
      of: logs,
      when: fluentBit,
      rows: [
        {
          alert: "LogFluentBitAllDataDropped",
          expr: `${dropped} unless ${written} > 0`,
          reason: "AgentAllTelemetryDataDropped",
          message: `The log agent loses every log: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "LogFluentBitSomeDataDropped",
          expr: `${dropped} and ${written} > 0`,
          reason: "AgentSomeTelemetryDataDropped",
          message: `The log agent loses some logs: the backend can be reached but rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "LogFluentBitNoLogsDelivered",
          expr: `${collected} and ${written} == 0`,
          reason: "AgentNoLogsDelivered",
          message: `The log agent collects logs but delivers none of them to the backend. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "LogFluentBitBufferInUse",
          expr: `${buffered} > 300`,
          reason: "AgentBufferFillingUp",
          message: `The log agent's buffer fills up: logs are collected faster than the backend takes them. What to do: ${PART_ARRIVES}`,
        },
      ],
      unproven: [agentUnproven],
      healthy,
    },
    {
      of: logs,
      rows: [
        {
          alert: "LogAgentAllDataDropped",
          expr: allLost("log_records", LOG_AGENT),
          when: runtime,
          reason: "AgentAllTelemetryDataDropped",
          message: `The log agent loses every log it collects: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "LogGatewayAllDataDropped",
          expr: allLost("log_records", GATEWAY),
          when: otlp,
          reason: "GatewayAllTelemetryDataDropped",
          message: `The gateway loses every log: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "LogAgentSomeDataDropped",
          expr: someLost("log_records", LOG_AGENT),
          when: runtime,
          reason: "AgentSomeTelemetryDataDropped",
          message: `The log agent loses some of the logs it collects: the backend rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "LogGatewaySomeDataDropped",
          expr: someLost("log_records", GATEWAY),
          when: otlp,
          reason: "GatewaySomeTelemetryDataDropped",
          message: `The gateway loses some logs: the backend can be reached but rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "LogGatewayThrottling",
          expr: refused("log_records"),
          when: otlp,
          reason: "GatewayThrottling",
          message: `The gateway refuses logs: more arrive than it can pass on. What to do: ${THROTTLING}`,
        },
      ],
      unproven: [{ ...agentUnproven, when: runtime }, gatewayUnproven],
      healthy,
    },
  ],
};
