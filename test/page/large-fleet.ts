// A fleet of any size for the page: of a hundred clusters one has a pipeline that is down, one is not reached, and one is paused.

import { type FleetStatus, statusOf } from "../../functions/state/fleet-status.ts";
import type { ClusterState, ResourceState } from "../../functions/state/state.ts";

export const AT = "2026-01-01T12:00:00Z";
const KINDS = ["TracePipeline", "MetricPipeline", "LogPipeline"];
const REGIONS = ["eu-central-1", "eu-west-1", "us-east-1", "ap-south-1"];

/** Three conditions a cluster unless told otherwise; looked at half a minute before {@link AT}. */
export function largeFleet(count: number, conditions = 3): FleetStatus {
  const run = { at: "2026-01-01T11:59:30Z", ms: 2_100, missed: 0 };
  const clusters = Array.from({ length: count }, (_, at) => clusterAt(at, conditions));
  return statusOf(clusters, { at: AT, stage: "prod", run });
}

function clusterAt(at: number, conditions: number): ClusterState {
  const region = REGIONS[at % REGIONS.length]!;
  const tier = at % 3 === 0 ? "test" : "prod";
  const cluster = `${tier}-${region}-${String(at).padStart(5, "0")}`;
  const known = { cluster, labels: { region, tier }, seen: "", since: sinceOf(at), recent: [], resources: [] };
  if (at % 100 === 17) return { ...known, was: "unreachable", code: "timeout", message: "no answer in 10s" };
  if (at % 100 === 42) return { ...known, was: "paused", message: "moves to another network until Friday" };
  const resources = Array.from({ length: conditions }, (_, place) => resourceAt(at, place));
  const recent = [{ at: "2026-01-01T11:58:00Z", cluster, from: null, to: null, because: [] }];
  return { ...known, was: "reconciled", resources, recent };
}

function resourceAt(at: number, place: number): ResourceState {
  const kind = KINDS[place % KINDS.length]!;
  const id = {
    apiVersion: "telemetry.kyma-project.io/v1beta1",
    kind,
    name: ["checkout", "audit"][Math.floor(place / KINDS.length)] ?? `p${place}`,
  };
  const condition = { type: "TelemetryFlowHealthy", since: sinceOf(at + place) };
  if (at % 100 === 3 && place === 0)
    return {
      ...id,
      condition: { ...condition, status: "False", reason: "GatewayThrottling", message: "Backend is throttling, the gateway drops data." },
      because: ["TraceGatewayThrottling"],
    };
  if (at % 100 === 64 && place === 1)
    return {
      ...id,
      condition: { ...condition, status: "Unknown", reason: "ProbingFailed", message: "No rule proves it." },
      because: ["no watchdog"],
    };
  return {
    ...id,
    condition: { ...condition, status: "True", reason: "FlowHealthy", message: "No problems detected in the telemetry flow." },
    because: [],
  };
}

function sinceOf(seed: number): string {
  const seconds = seed % 7 === 0 ? seed : (seed * 7_919) % 2_592_000;
  return new Date(Date.parse(AT) - seconds * 1_000).toISOString().replace(".000", "");
}
