import type { Alert } from "../../../functions/core/prometheus/alert.ts";
import type { Pipeline, Source } from "./arbitraries.ts";
import { type ServedFlow, servedFlows } from "./kyma-facts.ts";

/** What Kyma's documentation says of a pipeline, and we of absent targets: read off the table of facts, without profile, rows and flows. */
export function kymaVerdict(pipeline: Pipeline, source: Source): string {
  if (pipeline.deleting) return "left alone";
  if (pipeline.configured === "False") return "False/ConfigurationNotGenerated";
  const { rows, absent, unproven } = servedAs(pipeline);
  for (const [alert, reason] of rows) if (fires(alert, pipeline, source)) return `False/${reason}`;
  for (const [alert, reason] of absent) if (isUsed(alert, pipeline) && fires(alert, pipeline, source)) return `Unknown/${reason}`;
  return unproven === undefined || isProof(source) ? "True/FlowHealthy" : `Unknown/${unproven}`;
}

function servedAs(pipeline: Pipeline): ServedFlow {
  const flow = flowName(pipeline);
  const served = servedFlows.find((candidate) => candidate.flow === flow);
  if (served === undefined) throw new Error(`there is no fact about ${flow}`);
  return served;
}

function flowName({ kind, spec: { input, output } }: Pipeline): string {
  if (kind === "TracePipeline") return "a trace pipeline";
  if (kind === "MetricPipeline") return "a metric pipeline";
  if (!isSet(output?.otlp)) return "a log pipeline of Fluent Bit";
  if (isSet(input?.runtime)) return isSet(input?.otlp) ? "a log pipeline of agent and gateway" : "a log pipeline of the agent alone";
  return isSet(input?.otlp) ? "a log pipeline of the gateway alone" : "a log pipeline without inputs";
}

function fires(alert: string, pipeline: Pipeline, { readable, firing }: Source): boolean {
  return readable && firing.some((one) => one.name === alert && isAbout(one, pipeline));
}

// What runs for a pipeline is said by values: an agent that is switched off has no targets.
function isUsed(alert: string, { spec: { input } }: Pipeline): boolean {
  if (alert === "MetricAgentTargetsAbsent") return [input?.runtime, input?.prometheus, input?.istio].some((one) => one?.enabled === true);
  return alert.includes("Gateway") || input?.runtime?.enabled !== false;
}

function isAbout({ labels: { pipeline_name: name, pipeline_type: type } }: Alert, pipeline: Pipeline): boolean {
  if (name === undefined) return true;
  return name === pipeline.name && (type === undefined || type.toLowerCase() === pipeline.kind.toLowerCase());
}

function isProof({ readable, warnings }: Source): boolean {
  return readable && warnings.length === 0;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
