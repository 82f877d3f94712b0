// Conditions that stand on a pipeline, by whom they were written, and an alert that asks for another one.

import { anAlert, aReading } from "../../support/builders.ts";

export const OWN = "TelemetryFlowHealthy";
export const SHADOW = "alertstatus.io/TelemetryFlowHealthy";
export const NOW = "2026-06-01T12:00:00Z";
export const ago = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1_000).toISOString();

export const HEALTHY = "Telemetry reaches the backend: no alert fires for this pipeline.";
export const FOREIGN = "No problems detected in the telemetry flow";

type Standing = { status?: string; reason?: string; message?: string; since?: string; type?: string; observedGeneration?: number };
export const standing = ({ since = ago(10), ...more }: Standing = {}) => ({
  type: OWN,
  status: "True",
  reason: "FlowHealthy",
  message: FOREIGN,
  observedGeneration: 1,
  lastTransitionTime: since,
  ...more,
});

const CONDITIONS = { "f:status": { "f:conditions": {} } };
export const wrote = (manager: string, time: string, fieldsV1: object = CONDITIONS) => ({ manager, operation: "Update", time, fieldsV1 });

export const throttled = aReading({ firing: [anAlert("TraceGatewayThrottling")] });
