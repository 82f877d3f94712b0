// Defines the clusters of the demo and what can happen to them.

import type { Member } from "./fleet-file.ts";

/** Three clusters, and what can happen to them. The reconciler sees nothing of this but the fleet file. */
export type Scene = {
  readonly what: string;
  readonly fleetFile: string;
  readonly members: readonly Member[];
  /** The backend of one pipeline stops answering: its gateway loses all spans. */
  breakBackend(): Promise<void>;
  healBackend(): Promise<void>;
  killPrometheus(): Promise<void>;
  /** It starts with nothing: what it saw before does not count. */
  startPrometheus(): Promise<void>;
  /** It has watched for long enough, or soon will have. */
  letItWatch(): Promise<void>;
  /** How many writes the API servers have seen. */
  writes(): Promise<number>;
  close(): Promise<void>;
};

export const CLUSTERS = ["prod-eu-1", "prod-us-1", "prod-ap-1"] as const;
export const BROKEN = { cluster: "prod-eu-1", pipeline: "checkout" } as const;
export const DARK = "prod-us-1";

const apiVersion = "telemetry.kyma-project.io/v1beta1";
const output = { otlp: { endpoint: { value: "https://backend.example.com:4317" } } };

/** The pipelines of each cluster, as their owners wrote them. */
export const PIPELINES = [
  { apiVersion, kind: "TracePipeline", metadata: { name: "checkout" }, spec: { output } },
  { apiVersion, kind: "MetricPipeline", metadata: { name: "platform" }, spec: { output } },
  { apiVersion, kind: "LogPipeline", metadata: { name: "audit" }, spec: { input: { runtime: {} }, output } },
] as const;
