import type { Alert } from "../../functions/core/alert.ts";
import type { Pipeline, Source } from "./arbitraries.ts";

/** What Kyma's documentation says of a pipeline, and we of absent targets, as one would tell it: no profile, no rows, no flows. */
export function kymaVerdict(pipeline: Pipeline, source: Source): string {
  if (pipeline.deleting) return "left alone";
  if (pipeline.configured === "False") return "False/ConfigurationNotGenerated";
  if (pipeline.kind === "TracePipeline") return traceVerdict(pipeline, source);
  if (pipeline.kind === "MetricPipeline") return metricVerdict(pipeline, source);
  return isSet(pipeline.spec.output?.otlp) ? otelLogVerdict(pipeline, source) : fluentBitVerdict(pipeline, source);
}

function traceVerdict(pipeline: Pipeline, source: Source): string {
  if (fires("TraceGatewayAllDataDropped", pipeline, source)) return "False/GatewayAllTelemetryDataDropped";
  if (fires("TraceGatewaySomeDataDropped", pipeline, source)) return "False/GatewaySomeTelemetryDataDropped";
  if (fires("TraceGatewayThrottling", pipeline, source)) return "False/GatewayThrottling";
  if (fires("TraceGatewayTargetsAbsent", pipeline, source)) return "Unknown/GatewayProbingFailed";
  return isProof(source) ? "True/FlowHealthy" : "Unknown/GatewayProbingFailed";
}

function metricVerdict(pipeline: Pipeline, source: Source): string {
  if (fires("MetricGatewayAllDataDropped", pipeline, source)) return "False/GatewayAllTelemetryDataDropped";
  if (fires("MetricGatewaySomeDataDropped", pipeline, source)) return "False/GatewaySomeTelemetryDataDropped";
  if (fires("MetricGatewayThrottling", pipeline, source)) return "False/GatewayThrottling";
  if (fires("MetricAgentAllDataDropped", pipeline, source)) return "False/AgentAllTelemetryDataDropped";
  if (fires("MetricAgentSomeDataDropped", pipeline, source)) return "False/AgentSomeTelemetryDataDropped";
  if (fires("MetricGatewayTargetsAbsent", pipeline, source)) return "Unknown/GatewayProbingFailed";
  return isProof(source) ? "True/FlowHealthy" : "Unknown/GatewayProbingFailed";
}

function otelLogVerdict(pipeline: Pipeline, source: Source): string {
  const hasAgent = isSet(pipeline.spec.input?.runtime);
  const hasGateway = isSet(pipeline.spec.input?.otlp);
  const agent = (alert: string) => hasAgent && fires(`LogAgent${alert}`, pipeline, source);
  const gateway = (alert: string) => hasGateway && fires(`LogGateway${alert}`, pipeline, source);
  if (agent("AllDataDropped")) return "False/AgentAllTelemetryDataDropped";
  if (gateway("AllDataDropped")) return "False/GatewayAllTelemetryDataDropped";
  if (agent("SomeDataDropped")) return "False/AgentSomeTelemetryDataDropped";
  if (gateway("SomeDataDropped")) return "False/GatewaySomeTelemetryDataDropped";
  if (gateway("Throttling")) return "False/GatewayThrottling";
  if (agent("TargetsAbsent")) return "Unknown/AgentProbingFailed";
  if (gateway("TargetsAbsent")) return "Unknown/GatewayProbingFailed";
  if (isProof(source) || !(hasAgent || hasGateway)) return "True/FlowHealthy";
  return hasAgent ? "Unknown/AgentProbingFailed" : "Unknown/GatewayProbingFailed";
}

function fluentBitVerdict(pipeline: Pipeline, source: Source): string {
  if (fires("LogFluentBitAllDataDropped", pipeline, source)) return "False/AgentAllTelemetryDataDropped";
  if (fires("LogFluentBitSomeDataDropped", pipeline, source)) return "False/AgentSomeTelemetryDataDropped";
  if (fires("LogFluentBitNoLogsDelivered", pipeline, source)) return "False/AgentNoLogsDelivered";
  if (fires("LogFluentBitBufferInUse", pipeline, source)) return "False/AgentBufferFillingUp";
  if (fires("LogFluentBitTargetsAbsent", pipeline, source)) return "Unknown/AgentProbingFailed";
  return isProof(source) ? "True/FlowHealthy" : "Unknown/AgentProbingFailed";
}

function fires(alert: string, pipeline: Pipeline, { readable, firing }: Source): boolean {
  return readable && firing.some((one) => one.name === alert && isAbout(one, pipeline));
}

function isAbout({ labels: { pipeline_name: name, pipeline_type: type } }: Alert, pipeline: Pipeline): boolean {
  if (name === undefined) return true;
  return name === pipeline.name && (type === undefined || type === pipeline.kind.toLowerCase());
}

function isProof({ readable, warnings }: Source): boolean {
  return readable && warnings.length === 0;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
