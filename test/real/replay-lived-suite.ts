// Lives through outages, flaps, restarts, gaps and label churn tick by tick, and compares what was said with what a replay says afterwards.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { valueAt } from "../../functions/core/json.ts";
import { findCondition } from "../../functions/core/kubernetes/resource.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { logSpecs, metricAgentSpec } from "../support/builders.ts";
import { collector, services } from "../support/kyma-metrics.ts";
import { startTraffic, type Traffic } from "../support/kyma-traffic.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type RealPrometheus, startPrometheus } from "../support/real-prometheus.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { hurriedRules } from "./hurried-rules.ts";
import { hurried } from "./kyma-cluster.ts";

const STEP_MS = 1_000;
const pipelines = [
  { kind: "TracePipeline", name: "shop", spec: logSpecs.noInput },
  { kind: "TracePipeline", name: "audit", spec: logSpecs.noInput },
  { kind: "MetricPipeline", name: "shop", spec: metricAgentSpec },
  { kind: "LogPipeline", name: "shop", spec: logSpecs.agentAndGateway },
];
const traces = collector(services.gateway, "spans");
const [metrics, agent] = [collector(services.gateway, "metric_points"), collector(services.metricAgent, "metric_points")];
const [logs, logAgent] = [collector(services.gateway, "log_records"), collector(services.logAgent, "log_records")];
const all = [traces.sent("shop"), traces.sent("audit"), metrics.sent("shop"), agent.sent("shop"), logs.sent("shop"), logAgent.sent("shop")];
const isLost = [traces.sendFailed("shop"), ...all.slice(1)];

/** What happens: traffic is lost for so many seconds each, and Prometheus is killed while all is well or while traffic is lost. */
type Scenes = { readonly losses: readonly number[]; readonly crashes: readonly ("well" | "lost")[] };

/** What a resource said, and between which two ticks it began to. */
type Lived = { readonly says: string; readonly afterMs: number; readonly byMs: number };
type Told = {
  kind: string;
  name: string;
  transitions: { at: string; status: string; reason: string; because: string[] }[];
  ms: Record<string, number>;
};

const connections = openConnections();
const lived = new Map<string, Lived[]>();
let [folder, lastTickMs, isOver] = ["", 0, false];
let scenes: Scenes;
let traffic: Traffic;
let prometheus: RealPrometheus;
let simulator: Simulator;
let replayed: { resources: Told[]; clusters: { profiles: { gaps: { ms: number }[] }[] }[] };

async function begin(): Promise<void> {
  [traffic, simulator, folder] = await Promise.all([startTraffic(), startSimulator(), mkdtemp(join(tmpdir(), "replay-lived-"))]);
  prometheus = await startPrometheus({ rules: hurriedRules(hurried), targets: traffic.targets, scrapeMs: STEP_MS, evaluateMs: STEP_MS });
  for (const { kind, name, spec } of pipelines)
    simulator.put({ apiVersion: "telemetry.kyma-project.io/v1beta1", kind, metadata: { name }, spec });
  await writeFile(join(folder, "fleet.json"), JSON.stringify(fleetOf()));
  await writeFile(join(folder, "token"), simulator.token);
  const living = live();
  const [fromMs, untilMs] = await happen();
  isOver = true;
  await living;
  const [since, until] = [fromMs, untilMs].map((ms) => new Date(ms).toISOString());
  const words = ["replay", "--fleet", join(folder, "fleet.json"), "--since", since!, "--until", until!, "--step", "1s", "-o", "json"];
  const { code, stdout, stderr } = await alertstatus(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  replayed = JSON.parse(stdout);
  for (const [name, list] of lived)
    lived.set(
      name,
      list.filter(({ byMs, afterMs }) => byMs > fromMs && afterMs < untilMs),
    );
}

async function end(): Promise<void> {
  isOver = true;
  await Promise.all([prometheus?.stop(), traffic?.close(), simulator?.close(), connections.close()]);
  await rm(folder, { recursive: true, force: true });
}

/** Tests that what is replayed is what was lived through. */
export function liveThrough(chosen: Scenes): void {
  scenes = chosen;
  beforeAll(begin);
  afterAll(end);

  describe.each(pipelines)("$kind/$name", ({ kind, name }) => {
    const told = () => replayed.resources.find((one) => one.kind === kind && one.name === name)!;
    const livedThrough = () => lived.get(`${kind}/${name}`)!;

    it("is replayed with the transitions that it lived through", () => {
      expect(told().transitions.map(({ status, reason }) => `${status} ${reason}`)).toEqual(livedThrough().map(({ says }) => says));
    });

    it("is replayed with each of them within one step", () => {
      const late = told().transitions.filter(({ at, because }, index) => {
        const { afterMs, byMs } = livedThrough()[index]!;
        // A pass sees at once that nothing answers, a replay that the next scrape is missing.
        const missedMs = because.includes("nothing is recorded") ? STEP_MS : 0;
        return Date.parse(at) < afterMs - STEP_MS || Date.parse(at) > byMs + STEP_MS + missedMs;
      });
      expect(late, JSON.stringify(livedThrough().map(({ says, byMs }) => [new Date(byMs).toISOString(), says]))).toEqual([]);
    });

    it("has a status at every moment", () => {
      const total = Object.values(told().ms).reduce((sum, ms) => sum + ms, 0);
      expect(total % STEP_MS).toBe(0);
      expect(total).toBeGreaterThan(60 * STEP_MS);
    });
  });

  it("tells the gaps in which Prometheus was down", () => {
    const [cluster] = replayed.clusters;
    expect(cluster!.profiles[0]!.gaps.filter(({ ms }) => ms >= 4 * STEP_MS)).toHaveLength(scenes.crashes.length);
  });
}

/** The story, in its order; answers when it began and ended. */
async function happen(): Promise<readonly [number, number]> {
  let pods = 0;
  // Each time a collector starts anew: its series have other labels than those before.
  const flows = (isFine: boolean) => {
    const pod = `collector-${pods++}`;
    traffic.flow((isFine ? all : isLost).map((one) => ({ ...one, labels: { ...one.labels, pod } })));
  };
  flows(true);
  await vi.waitFor(() => expect(lived.get("TracePipeline/shop")?.at(-1)?.says).toBe("True FlowHealthy"), PATIENTLY);
  await sleep(20_000);
  const fromMs = Date.now();
  for (const seconds of scenes.losses) {
    flows(false);
    await sleep(seconds * 1_000);
    flows(true);
    await sleep((seconds + 5) * 1_000);
  }
  for (const traffic of scenes.crashes) {
    flows(traffic === "well");
    await sleep(10_000);
    await prometheus.kill();
    await sleep(8_000);
    await prometheus.restart();
    await sleep(20_000);
    flows(true);
    await sleep(20_000);
  }
  return [fromMs, Date.now() - 5_000];
}

async function live(): Promise<void> {
  const fleet = parseFleet(fleetOf());
  while (!isOver) {
    const startedMs = Date.now();
    await reconcileFleet(fleet, { connect: connector({ connections, folder }) });
    for (const { kind, name } of pipelines) note(`${kind}/${name}`, saysOf(kind, name), startedMs);
    lastTickMs = startedMs;
    await sleep(Math.max(0, STEP_MS - (Date.now() - startedMs)));
  }
}

function note(resource: string, says: string, startedMs: number): void {
  const list = lived.get(resource) ?? [];
  lived.set(resource, list);
  if (list.at(-1)?.says !== says) list.push({ says, afterMs: lastTickMs, byMs: Math.max(startedMs, Date.now()) });
}

function saysOf(kind: string, name: string): string {
  const conditions = valueAt(simulator.get(kind, name), ["status", "conditions"]);
  const condition = Array.isArray(conditions) ? findCondition(conditions, "TelemetryFlowHealthy") : undefined;
  return `${condition?.status} ${condition?.reason}`;
}

function fleetOf() {
  const kubernetes = { server: simulator.url, auth: { token: { file: "token" } } };
  return { clusters: [{ name: "lived", kubernetes, alerts: { url: prometheus.url }, profiles: ["hurried"] }], profiles: { hurried } };
}
