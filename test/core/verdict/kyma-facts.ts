import { type Kind, logSpecs, metricAgentSpec } from "../../support/builders.ts";

type Means = readonly [alert: string, reason: string];

/** One way in which a pipeline is served, and what each alert then means: worst first. */
export type ServedFlow = {
  readonly flow: string;
  readonly kind: Kind;
  readonly spec?: object;
  readonly rows: readonly Means[];
  /** What is said where no target of a part can be scraped: not Kyma's own alerts, but those of the rules that we render. */
  readonly absent: readonly Means[];
  readonly unproven?: string;
};

const agentRows = {
  all: ["LogAgentAllDataDropped", "AgentAllTelemetryDataDropped"],
  some: ["LogAgentSomeDataDropped", "AgentSomeTelemetryDataDropped"],
} as const;
const absentRows = {
  agent: ["LogAgentTargetsAbsent", "AgentProbingFailed"],
  gateway: ["LogGatewayTargetsAbsent", "GatewayProbingFailed"],
} as const;
const gatewayRows = {
  all: ["LogGatewayAllDataDropped", "GatewayAllTelemetryDataDropped"],
  some: ["LogGatewaySomeDataDropped", "GatewaySomeTelemetryDataDropped"],
  throttling: ["LogGatewayThrottling", "GatewayThrottling"],
} as const;

/** The verdict table of Kyma's telemetry module, written down a second time: the product's own table is held against it. */
export const servedFlows: readonly ServedFlow[] = [
  {
    flow: "a trace pipeline",
    kind: "TracePipeline",
    rows: [
      ["TraceGatewayAllDataDropped", "GatewayAllTelemetryDataDropped"],
      ["TraceGatewaySomeDataDropped", "GatewaySomeTelemetryDataDropped"],
      ["TraceGatewayThrottling", "GatewayThrottling"],
    ],
    absent: [["TraceGatewayTargetsAbsent", "GatewayProbingFailed"]],
    unproven: "GatewayProbingFailed",
  },
  {
    flow: "a metric pipeline",
    kind: "MetricPipeline",
    spec: metricAgentSpec,
    rows: [
      ["MetricGatewayAllDataDropped", "GatewayAllTelemetryDataDropped"],
      ["MetricGatewaySomeDataDropped", "GatewaySomeTelemetryDataDropped"],
      ["MetricGatewayThrottling", "GatewayThrottling"],
      ["MetricAgentAllDataDropped", "AgentAllTelemetryDataDropped"],
      ["MetricAgentSomeDataDropped", "AgentSomeTelemetryDataDropped"],
    ],
    absent: [
      ["MetricGatewayTargetsAbsent", "GatewayProbingFailed"],
      ["MetricAgentTargetsAbsent", "AgentProbingFailed"],
    ],
    unproven: "GatewayProbingFailed",
  },
  {
    flow: "a log pipeline of agent and gateway",
    kind: "LogPipeline",
    spec: logSpecs.agentAndGateway,
    rows: [agentRows.all, gatewayRows.all, agentRows.some, gatewayRows.some, gatewayRows.throttling],
    absent: [absentRows.agent, absentRows.gateway],
    unproven: "AgentProbingFailed",
  },
  {
    flow: "a log pipeline of the agent alone",
    kind: "LogPipeline",
    spec: logSpecs.agent,
    rows: [agentRows.all, agentRows.some],
    absent: [absentRows.agent],
    unproven: "AgentProbingFailed",
  },
  {
    flow: "a log pipeline of the gateway alone",
    kind: "LogPipeline",
    spec: logSpecs.gateway,
    rows: [gatewayRows.all, gatewayRows.some, gatewayRows.throttling],
    absent: [absentRows.gateway],
    unproven: "GatewayProbingFailed",
  },
  { flow: "a log pipeline without inputs", kind: "LogPipeline", spec: logSpecs.noInput, rows: [], absent: [] },
  {
    flow: "a log pipeline of Fluent Bit",
    kind: "LogPipeline",
    spec: logSpecs.fluentBit,
    rows: [
      ["LogFluentBitAllDataDropped", "AgentAllTelemetryDataDropped"],
      ["LogFluentBitSomeDataDropped", "AgentSomeTelemetryDataDropped"],
      ["LogFluentBitNoLogsDelivered", "AgentNoLogsDelivered"],
      ["LogFluentBitBufferInUse", "AgentBufferFillingUp"],
    ],
    absent: [["LogFluentBitTargetsAbsent", "AgentProbingFailed"]],
    unproven: "AgentProbingFailed",
  },
];

/** Kyma's own. */
export const everyAlert = namesOf(servedFlows.flatMap(({ rows }) => rows));
/** Ours, about targets that are not there. */
export const everyAbsentAlert = namesOf(servedFlows.flatMap(({ absent }) => absent));

function namesOf(rows: readonly Means[]): readonly string[] {
  return [...new Set(rows.map(([alert]) => alert))];
}
