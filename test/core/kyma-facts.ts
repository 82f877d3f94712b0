import { type Kind, logSpecs } from "../support/builders.ts";

/** One way in which a pipeline is served, and what each alert then means: worst first. */
export type ServedFlow = {
  readonly flow: string;
  readonly kind: Kind;
  readonly spec?: object;
  readonly rows: readonly (readonly [alert: string, reason: string])[];
  readonly unproven?: string;
};

const agentRows = {
  all: ["LogAgentAllDataDropped", "AgentAllTelemetryDataDropped"],
  some: ["LogAgentSomeDataDropped", "AgentSomeTelemetryDataDropped"],
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
    unproven: "GatewayProbingFailed",
  },
  {
    flow: "a metric pipeline",
    kind: "MetricPipeline",
    rows: [
      ["MetricGatewayAllDataDropped", "GatewayAllTelemetryDataDropped"],
      ["MetricGatewaySomeDataDropped", "GatewaySomeTelemetryDataDropped"],
      ["MetricGatewayThrottling", "GatewayThrottling"],
      ["MetricAgentAllDataDropped", "AgentAllTelemetryDataDropped"],
      ["MetricAgentSomeDataDropped", "AgentSomeTelemetryDataDropped"],
    ],
    unproven: "GatewayProbingFailed",
  },
  {
    flow: "a log pipeline of agent and gateway",
    kind: "LogPipeline",
    spec: logSpecs.agentAndGateway,
    rows: [agentRows.all, gatewayRows.all, agentRows.some, gatewayRows.some, gatewayRows.throttling],
    unproven: "AgentProbingFailed",
  },
  {
    flow: "a log pipeline of the agent alone",
    kind: "LogPipeline",
    spec: logSpecs.agent,
    rows: [agentRows.all, agentRows.some],
    unproven: "AgentProbingFailed",
  },
  {
    flow: "a log pipeline of the gateway alone",
    kind: "LogPipeline",
    spec: logSpecs.gateway,
    rows: [gatewayRows.all, gatewayRows.some, gatewayRows.throttling],
    unproven: "GatewayProbingFailed",
  },
  { flow: "a log pipeline without inputs", kind: "LogPipeline", spec: logSpecs.noInput, rows: [] },
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
    unproven: "AgentProbingFailed",
  },
];

export const everyAlert: readonly string[] = [...new Set(servedFlows.flatMap(({ rows }) => rows.map(([alert]) => alert)))];
