// Runs passes of the fault matrix over pipelines in memory, with every condition that may stand on them.

import { tmpdir } from "node:os";
import { clock } from "../../functions/clock.ts";
import type { Cluster } from "../../functions/cluster/cluster.ts";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { Told } from "../../functions/core/kubernetes/condition.ts";
import { findCondition, type Resource } from "../../functions/core/kubernetes/resource.ts";
import { isJudged, type Profile } from "../../functions/core/profile/profile.ts";
import { findFlow } from "../../functions/core/verdict/matching.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileCluster } from "../../functions/reconcile/cluster.ts";
import { aResource, kinds, logSpecs, metricAgentSpec } from "../support/builders.ts";
import { clockAt } from "../support/clock.ts";
import { hurried } from "./fault-matrix-lab.ts";

/** The five flows of Kyma's profile: a column each. */
export const columns = [
  {
    title: "TracePipeline",
    kind: "TracePipeline",
    spec: undefined,
    unproven: "GatewayProbingFailed",
    worst: "GatewayAllTelemetryDataDropped",
  },
  {
    title: "MetricPipeline",
    kind: "MetricPipeline",
    spec: metricAgentSpec,
    unproven: "GatewayProbingFailed",
    worst: "GatewayAllTelemetryDataDropped",
  },
  {
    title: "LogPipeline, OTel",
    kind: "LogPipeline",
    spec: logSpecs.agentAndGateway,
    unproven: "AgentProbingFailed",
    worst: "AgentAllTelemetryDataDropped",
  },
  { title: "LogPipeline, no inputs", kind: "LogPipeline", spec: logSpecs.noInput, unproven: "", worst: "" },
  {
    title: "LogPipeline, Fluent Bit",
    kind: "LogPipeline",
    spec: logSpecs.fluentBit,
    unproven: "AgentProbingFailed",
    worst: "AgentAllTelemetryDataDropped",
  },
] as const;

/** What may stand on a pipeline before a pass. */
export const stances = ["nothing", "True", "False", "Unknown"] as const;
export type Stance = (typeof stances)[number];

/** Where a pass reads, and what is there to be judged. */
export type Sources = {
  readonly alerts: object | readonly object[];
  readonly kubernetes?: object;
  /** How far the clock of the pass is ahead. */
  readonly aheadMs?: number;
  readonly requestMs?: number;
  /** By which it is judged, where it is not the one in a hurry. */
  readonly profile?: Profile;
};
export type Names = { readonly name?: string; readonly siblings?: readonly string[] };

/** What one pass left behind on one pipeline. */
export type Seen = {
  readonly column: number;
  readonly stance: Stance;
  readonly status: string;
  readonly reason: string;
  readonly isWritten: boolean;
  readonly because: string;
};

const NOWHERE = { server: "https://kubernetes.invalid" };
const T0 = "2026-01-01T00:00:00Z";

/** Pipelines of every flow, with everything that may stand on them, and siblings of other names, in memory: only the alerts are really read. */
export function memoryCluster({ name = "backend", siblings = [] }: Names = {}) {
  const connections = openConnections();
  const judged = columns.flatMap((_, column) => stances.map((stance) => ({ column, stance, key: `${column}-${stance}` })));
  const stored = new Map<string, Resource>(judged.map(({ column, stance, key }) => [key, pipeline(column, name, key, stance)]));
  for (const sibling of siblings)
    for (const [column] of columns.entries())
      stored.set(`${column}-${sibling}`, pipeline(column, sibling, `${column}-${sibling}`, "nothing"));
  const written = new Set<string>();

  return {
    close: connections.close,
    /** What stands now stands again when the function is called. */
    remember(): () => void {
      const remembered = [...stored];
      return () => {
        for (const [key, resource] of remembered) stored.set(key, resource);
      };
    },
    async pass({ alerts, kubernetes = NOWHERE, aheadMs = 0, requestMs = 60_000, profile = hurried }: Sources): Promise<readonly Seen[]> {
      const { clusters, wrong } = parseFleet({
        clusters: [{ name: "matrix", kubernetes, alerts, profiles: ["hurried"] }],
        profiles: { hurried: profile },
      });
      const [entry] = clusters;
      if (entry === undefined) throw new Error(JSON.stringify(wrong));
      const connect = connector({ connections, folder: tmpdir(), requestMs, clock: clockAt(() => Date.now() + aheadMs) });
      const { readAlerts } = await connect(entry, Number.POSITIVE_INFINITY);
      const cluster: Cluster = {
        readAlerts,
        list: async ({ kind }) => [...stored.values()].filter(({ of }) => of.kind === kind),
        read: async ({ resourceVersion }) => stored.get(resourceVersion),
        async patch(resource, conditions) {
          const patched = { ...resource, conditions };
          stored.set(resource.resourceVersion, patched);
          written.add(resource.resourceVersion);
          return patched;
        },
      };
      written.clear();
      const pass = { entry, cluster, dryRun: false, deadline: Number.POSITIVE_INFINITY, clock };
      const listed = Object.values(kinds).flatMap(({ kind }) => [...stored].filter(([, { of }]) => of.kind === kind).map(([key]) => key));
      const outcomes = new Map((await reconcileCluster(pass)).resources.map((outcome, index) => [listed[index], outcome]));
      return judged.map(({ column, stance, key }) => {
        const { status = "", reason = "" } = findCondition(stored.get(key)!.conditions, hurried.condition) ?? {};
        const outcome = outcomes.get(key)!;
        const because = "because" in outcome ? (outcome.because ?? []).join("; ") : JSON.stringify(outcome);
        return { column, stance, status, reason, isWritten: written.has(key), because };
      });
    },
  };
}

function pipeline(column: number, name: string, resourceVersion: string, stance: Stance): Resource {
  const { kind, spec } = columns[column]!;
  const resource = aResource({ kind, name, spec, resourceVersion });
  if (stance === "nothing") return resource;
  const condition = { type: hurried.condition, observedGeneration: 1, lastTransitionTime: T0, ...saying(resource, stance) };
  return { ...resource, conditions: [condition] };
}

/** A message of the profile, so that the condition counts as its own. */
function saying(resource: Resource, status: Exclude<Stance, "nothing">): Told {
  const flow = findFlow(hurried, resource)!;
  const judged = isJudged(flow) ? flow : hurried.flows.find(isJudged)!;
  const { reason, message } = { True: judged.healthy, False: judged.rows[0]!, Unknown: judged.unproven[0]! }[status];
  return { status, reason, message };
}
