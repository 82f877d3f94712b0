// What several rows of Kyma's table share: labels, kinds, presence rules, links to the troubleshooting guide, and the texts for no firing alert.

import type { Profile } from "./profile.ts";

const HELP = "https://kyma-project.io/external-content/telemetry-manager/docs/user/troubleshooting.html";
export const NOTHING_ARRIVES = `${HELP}#no-data-arrive-at-the-backend`;
export const PART_ARRIVES = `${HELP}#not-all-data-arrive-at-the-backend`;
export const BUFFER_FILLS = `${HELP}#logpipeline-log-buffer-filling-up`;
export const THROTTLING = `${HELP}#gateway-throttling`;

export const identify: Profile["identify"] = {
  name: "pipeline_name",
  kind: "pipeline_type",
  unlabelled: "every",
  carries: "[a-zA-Z0-9-]+",
  // A custom output of Fluent Bit keeps the alias that it is given, and its series are named by that.
  alias: { path: "spec.output.custom", pattern: "(?:^|\\n)[ \\t]*[Aa][Ll][Ii][Aa][Ss][ \\t]+([^ \\t\\r\\n]+)" },
};

const telemetry = { group: "telemetry.kyma-project.io", version: "v1beta1" };
export const traces = { ...telemetry, plural: "tracepipelines", kind: "TracePipeline" };
export const metrics = { ...telemetry, plural: "metricpipelines", kind: "MetricPipeline" };
export const logs = { ...telemetry, plural: "logpipelines", kind: "LogPipeline" };

export const runtime = { has: ["spec.input.runtime"] };
export const otlp = { has: ["spec.input.otlp"] };
export const fluentBit = { lacks: ["spec.output.otlp"] };
export const noInput = { has: ["spec.output.otlp"], lacks: ["spec.input.runtime", "spec.input.otlp"] };

// The agent runs unless a pipeline says otherwise; telemetry-manager's webhook fills the value in.
const agentRuns = { isNot: { "spec.input.runtime.enabled": false } };
export const logAgentRuns = { ...runtime, ...agentRuns };
export const fluentBitRuns = agentRuns;
/** The metric agent runs where some input of its own is asked for. */
export const metricAgentRuns = {
  any: ["runtime", "prometheus", "istio"].map((input) => ({ is: { [`spec.input.${input}.enabled`]: true } })),
};

export const healthy = { reason: "FlowHealthy", message: "Telemetry reaches the backend: no alert fires for this pipeline." };
export const gatewayUnproven = {
  reason: "GatewayProbingFailed",
  message: "The state of the gateway is not known: its alerts could not be read, or do not prove that it is healthy.",
};
export const agentUnproven = {
  reason: "AgentProbingFailed",
  message: "The state of the agent is not known: its alerts could not be read, or do not prove that it is healthy.",
};

export const gatewayAbsent = {
  about: "kind",
  status: "Unknown",
  reason: gatewayUnproven.reason,
  message: "The state of the gateway is not known: Prometheus finds no running gateway to ask.",
} as const;
export const agentAbsent = {
  about: "kind",
  status: "Unknown",
  reason: agentUnproven.reason,
  message: "The state of the agent is not known: Prometheus finds no running agent to ask.",
} as const;
