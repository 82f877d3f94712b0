// The built-in profile for Kyma's telemetry module: what each of its alerts means for a pipeline.

import * as promql from "./kyma-promql.ts";
import {
  agentAbsent,
  agentUnproven,
  BUFFER_FILLS,
  fluentBit,
  fluentBitRuns,
  gatewayAbsent,
  gatewayUnproven,
  healthy,
  identify,
  logAgentRuns,
  logs,
  metricAgentRuns,
  metrics,
  NOTHING_ARRIVES,
  noInput,
  otlp,
  PART_ARRIVES,
  runtime,
  THROTTLING,
  traces,
} from "./kyma-words.ts";
import type { Profile } from "./profile.ts";

/**
 * The rows of a flow are ordered from the worst, and the first that fires decides.
 *
 * Names, labels and precedence: https://github.com/kyma-project/telemetry-manager
 */
export const kymaTelemetry: Profile = {
  condition: "TelemetryFlowHealthy",
  alerts: { service: { namespace: "kyma-system", name: "telemetry-self-monitor", port: 9090 } },
  identify,
  rules: { for: "1m", window: "5m", keepFiringFor: "2m" },
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
          expr: promql.allLost("spans", promql.GATEWAY),
          reason: "GatewayAllTelemetryDataDropped",
          message: `The gateway loses every span: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "TraceGatewaySomeDataDropped",
          expr: promql.someLost("spans", promql.GATEWAY),
          reason: "GatewaySomeTelemetryDataDropped",
          message: `The gateway loses some spans: the backend can be reached but rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "TraceGatewayThrottling",
          expr: promql.refused("spans"),
          about: "kind",
          reason: "GatewayThrottling",
          message: `The gateway refuses spans: more arrive than it can pass on. What to do: ${THROTTLING}`,
        },
        { alert: "TraceGatewayTargetsAbsent", expr: promql.absentTargets(promql.GATEWAY), ...gatewayAbsent },
      ],
      unproven: [gatewayUnproven],
      healthy,
    },
    {
      of: metrics,
      rows: [
        {
          alert: "MetricGatewayAllDataDropped",
          expr: promql.allLost("metric_points", promql.GATEWAY),
          reason: "GatewayAllTelemetryDataDropped",
          message: `The gateway loses every metric: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "MetricGatewaySomeDataDropped",
          expr: promql.someLost("metric_points", promql.GATEWAY),
          reason: "GatewaySomeTelemetryDataDropped",
          message: `The gateway loses some metrics: the backend can be reached but rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "MetricGatewayThrottling",
          expr: promql.refused("metric_points"),
          about: "kind",
          reason: "GatewayThrottling",
          message: `The gateway refuses metrics: more arrive than it can pass on. What to do: ${THROTTLING}`,
        },
        {
          alert: "MetricAgentAllDataDropped",
          expr: promql.allLost("metric_points", promql.METRIC_AGENT),
          reason: "AgentAllTelemetryDataDropped",
          message: `The metric agent loses every metric it collects: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "MetricAgentSomeDataDropped",
          expr: promql.someLost("metric_points", promql.METRIC_AGENT),
          reason: "AgentSomeTelemetryDataDropped",
          message: `The metric agent loses some of the metrics it collects: the backend rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        { alert: "MetricGatewayTargetsAbsent", expr: promql.absentTargets(promql.GATEWAY), ...gatewayAbsent },
        { alert: "MetricAgentTargetsAbsent", expr: promql.absentTargets(promql.METRIC_AGENT), when: metricAgentRuns, ...agentAbsent },
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
          expr: `${promql.dropped} unless ${promql.written} > 0`,
          reason: "AgentAllTelemetryDataDropped",
          message: `The log agent loses every log: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "LogFluentBitSomeDataDropped",
          expr: `${promql.dropped} and ${promql.written} > 0`,
          reason: "AgentSomeTelemetryDataDropped",
          message: `The log agent loses some logs: the backend can be reached but rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "LogFluentBitNoLogsDelivered",
          expr: `${promql.collected} and ${promql.written} == 0`,
          reason: "AgentNoLogsDelivered",
          message: `The log agent collects logs but delivers none of them to the backend. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "LogFluentBitBufferInUse",
          expr: `${promql.buffered} > 300`,
          reason: "AgentBufferFillingUp",
          message: `The log agent's buffer fills up: logs are collected faster than the backend takes them. What to do: ${BUFFER_FILLS}`,
          formerly: [`The log agent's buffer fills up: logs are collected faster than the backend takes them. What to do: ${PART_ARRIVES}`],
        },
        { alert: "LogFluentBitTargetsAbsent", expr: promql.absentTargets(promql.FLUENT_BIT), when: fluentBitRuns, ...agentAbsent },
      ],
      unproven: [agentUnproven],
      healthy,
    },
    {
      of: logs,
      rows: [
        {
          alert: "LogAgentAllDataDropped",
          expr: promql.allLost("log_records", promql.LOG_AGENT),
          when: runtime,
          reason: "AgentAllTelemetryDataDropped",
          message: `The log agent loses every log it collects: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "LogGatewayAllDataDropped",
          expr: promql.allLost("log_records", promql.GATEWAY),
          when: otlp,
          reason: "GatewayAllTelemetryDataDropped",
          message: `The gateway loses every log: the backend cannot be reached or rejects all of them. What to do: ${NOTHING_ARRIVES}`,
        },
        {
          alert: "LogAgentSomeDataDropped",
          expr: promql.someLost("log_records", promql.LOG_AGENT),
          when: runtime,
          reason: "AgentSomeTelemetryDataDropped",
          message: `The log agent loses some of the logs it collects: the backend rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "LogGatewaySomeDataDropped",
          expr: promql.someLost("log_records", promql.GATEWAY),
          when: otlp,
          reason: "GatewaySomeTelemetryDataDropped",
          message: `The gateway loses some logs: the backend can be reached but rejects or delays part of them. What to do: ${PART_ARRIVES}`,
        },
        {
          alert: "LogGatewayThrottling",
          expr: promql.refused("log_records"),
          about: "kind",
          when: otlp,
          reason: "GatewayThrottling",
          message: `The gateway refuses logs: more arrive than it can pass on. What to do: ${THROTTLING}`,
        },
        { alert: "LogAgentTargetsAbsent", expr: promql.absentTargets(promql.LOG_AGENT), when: logAgentRuns, ...agentAbsent },
        { alert: "LogGatewayTargetsAbsent", expr: promql.absentTargets(promql.GATEWAY), when: otlp, ...gatewayAbsent },
      ],
      unproven: [{ ...agentUnproven, when: runtime }, gatewayUnproven],
      healthy,
    },
  ],
};
