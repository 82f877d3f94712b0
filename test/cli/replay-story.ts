// A cluster with a week behind it: what its Prometheus answers to a replay, without a Prometheus.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import type { Run } from "../../functions/replay/grid.ts";
import { waitFor } from "../../functions/replay/waits.ts";
import { logSpecs, metricAgentSpec } from "../support/builders.ts";
import { rulesBody, runtimeBody } from "../support/simulator/evidence.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

export const UNTIL = "2026-11-27T00:00:00Z";
const END_S = Date.parse(UNTIL) / 1_000;
const EVERY_S = 30;
const FIRST_S = END_S - 8 * 86_400;
const LOOKBACK_S = 300;

const WATCHDOG = "AlertstatusWatchdog";
const rows = kymaTelemetry.flows.flatMap((flow) => ("rows" in flow ? flow.rows : []));
const alerts = [...new Set(rows.map(({ alert }) => alert)), WATCHDOG];

/** A stretch of the week: days and hours before its end, and how many minutes it lasts. */
export const stretch = (daysAgo: number, hour: number, minute: number, minutes: number): Run => {
  const from = END_S - daysAgo * 86_400 + hour * 3_600 + minute * 60;
  return [from, from + minutes * 60];
};
// A backend that comes and goes for an hour, one real outage, and a Prometheus that is away for two hours.
const flapping = Array.from({ length: 7 }, (_, at) => stretch(3, 9, at * 9, 4));
const lost: Readonly<Record<string, readonly Run[]>> = { shop: [...flapping, stretch(2, 14, 0, 50)], audit: [stretch(2, 14, 0, 50)] };
const down: readonly Run[] = [stretch(5, 3, 0, 120)];

export type Story = {
  readonly simulator: Simulator;
  readonly folder: string;
  readonly asked: readonly URLSearchParams[];
  close(): Promise<void>;
};

/** What kube-state-metrics exported of a TracePipeline: the condition had the status for these minutes before the end of the week. */
export type Exported = {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly fromMinutes: number;
  readonly toMinutes: number;
};

/**
 * `forgets`: the time in seconds before which nothing is remembered; `refuses`: the queries that are answered with 422; `throttled`: when the
 * gateway throttled `shop`, which it does still.
 */
export type StorySettings = {
  readonly forgetsBefore?: number;
  readonly refuses?: (query: URLSearchParams) => boolean;
  readonly throttled?: readonly Run[];
  readonly exported?: readonly Exported[];
  /** The clusters of the fleet, where the one with the week behind it is not all. */
  readonly clustersLike?: (cluster: { readonly name: string }) => readonly { readonly name: string }[];
};

const calm = { ...kymaTelemetry, rules: { ...kymaTelemetry.rules, keepFiringFor: "10m" } };

export async function startStory(settings: StorySettings = {}): Promise<Story> {
  const { forgetsBefore = 0, refuses = () => false, throttled = [], exported = [], clustersLike = (one) => [one] } = settings;
  const [simulator, folder] = await Promise.all([startSimulator(), mkdtemp(join(tmpdir(), "replay-story-"))]);
  const asked: URLSearchParams[] = [];
  const of = { apiVersion: "telemetry.kyma-project.io/v1beta1" };
  simulator.put({ ...of, kind: "TracePipeline", metadata: { name: "shop" }, spec: logSpecs.noInput });
  simulator.put({ ...of, kind: "TracePipeline", metadata: { name: "audit" }, spec: logSpecs.noInput });
  simulator.put({ ...of, kind: "MetricPipeline", metadata: { name: "shop" }, spec: metricAgentSpec });
  simulator.setAlerts((request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://prometheus");
    if (pathname === "/api/v1/query_range") asked.push(searchParams);
    const isRefused = pathname === "/api/v1/query_range" && refuses(searchParams);
    const body = isRefused
      ? { status: "error", error: "query processing would load too many samples" }
      : bodyOf(pathname, searchParams, { forgetsBefore, throttled, exported });
    const date = new Date().toUTCString();
    response.writeHead(isRefused ? 422 : body === undefined ? 404 : 200, { "content-type": "application/json", date });
    response.end(JSON.stringify(body ?? {}));
  });
  const access = { mode: "shadow", kubernetes: { server: simulator.url, auth: { token: { file: "token" } } } };
  await writeFile(join(folder, "token"), simulator.token);
  const fleet = { profiles: { calm }, clusters: clustersLike({ name: "prod-eu-1", ...access }) };
  await writeFile(join(folder, "fleet.yml"), JSON.stringify(fleet));
  return {
    simulator,
    folder,
    asked,
    async close() {
      await simulator.close();
      await rm(folder, { recursive: true });
    },
  };
}

type Memory = { readonly forgetsBefore: number; readonly throttled: readonly Run[]; readonly exported: readonly Exported[] };

function bodyOf(path: string, query: URLSearchParams, memory: Memory): object | undefined {
  if (path === "/api/v1/rules") return rulesBody({ rules: alerts });
  if (path === "/api/v1/status/runtimeinfo") return runtimeBody({});
  if (path === "/api/v1/alerts")
    return { status: "success", data: { alerts: [watchdogNow, ...(memory.throttled.length === 0 ? [] : [throttledNow])] } };
  return path === "/api/v1/query_range" ? { status: "success", data: { resultType: "matrix", result: rangeOf(query, memory) } } : undefined;
}

const throttling = { alertname: "TraceGatewayThrottling", pipeline_name: "shop" };
const throttledNow = { labels: throttling, annotations: {}, state: "firing", activeAt: UNTIL, value: "1" };
const watchdogNow = { labels: { alertname: WATCHDOG }, annotations: {}, state: "firing", activeAt: UNTIL, value: "1" };

type Series = { readonly labels: Readonly<Record<string, string>>; readonly at: (seconds: number) => number | undefined };

function rangeOf(query: URLSearchParams, { forgetsBefore, ...memory }: Memory): readonly object[] {
  const [start, end, step] = ["start", "end", "step"].map((name) => Number(query.get(name)));
  const times = Array.from({ length: Math.floor((end! - start!) / step!) + 1 }, (_, at) => start! + at * step!);
  return seriesOf(query.get("query") ?? "", memory).flatMap(({ labels, at }) => {
    const values = times.flatMap((time) => {
      const value = time < forgetsBefore ? undefined : at(time);
      return value === undefined ? [] : [[time, String(value)]];
    });
    return values.length === 0 ? [] : [{ metric: labels, values }];
  });
}

function seriesOf(query: string, { throttled, exported }: Omit<Memory, "forgetsBefore">): readonly Series[] {
  if (query.includes("alertstatus_")) return exported.filter(({ type }) => query.includes(type)).map(exportedSeries);
  if (query.includes("timestamp(up")) return [{ labels: {}, at: lastSeen }];
  if (query.startsWith("last_over_time(ALERTS")) return [...recorded, ...tracesOf(throttling, throttled)];
  if (!rows.some(({ alert, expr }) => alert === "TraceGatewayAllDataDropped" && expr?.replaceAll("$window", "5m") === query)) return [];
  return Object.entries(lost).map(([name, runs]) => ({
    labels: { pipeline_name: name },
    at: (s) => (isIn(runs, s) && isUp(s) ? 1 : undefined),
  }));
}

function exportedSeries({ name, type, status, fromMinutes, toMinutes }: Exported): Series {
  const of = { customresource_group: "telemetry.kyma-project.io", customresource_kind: "TracePipeline", customresource_version: "v1beta1" };
  const isSo = (s: number) => END_S - fromMinutes * 60 <= s && s < END_S - toMinutes * 60;
  return {
    labels: { __name__: "alertstatus_condition", namespace: "monitoring", name, type, status, ...of },
    at: (s) => (isSo(s) ? 1 : undefined),
  };
}

const toStep = (s: number) => Math.floor((s - FIRST_S) / EVERY_S);
const toSteps = ([from, to]: Run): Run => [toStep(from), toStep(to)];
const isIn = (runs: readonly Run[], at: number) => runs.some(([from, to]) => from <= at && at < to);
const isUp = (s: number) => !isIn(down, s);
// What starts records no alert until it has evaluated twice.
const isTraced = (s: number) => isUp(s) && isUp(s - 2 * EVERY_S);

const recorded: readonly Series[] = [
  { labels: { __name__: "ALERTS", alertname: WATCHDOG, alertstate: "firing" }, at: (s) => (isTraced(s) ? 1 : undefined) },
  ...Object.entries(lost).flatMap(([name, runs]) => tracesOf({ alertname: "TraceGatewayAllDataDropped", pipeline_name: name }, runs)),
];

function tracesOf(labels: Readonly<Record<string, string>>, runs: readonly Run[]): readonly Series[] {
  const states = waitFor(runs.map(toSteps), [[0, toStep(END_S)]], { forMs: 60_000, keepFiringForMs: 120_000 }, EVERY_S * 1_000);
  return (["pending", "firing"] as const).map((state) => ({
    labels: { __name__: "ALERTS", ...labels, alertstate: state },
    at: (s: number) => (isIn(states[state], toStep(s)) && isTraced(s) ? 1 : undefined),
  }));
}

function lastSeen(s: number): number | undefined {
  const hole = down.find(([from, to]) => from <= s && s < to);
  const last = Math.floor((hole === undefined ? s : hole[0] - 1) / EVERY_S) * EVERY_S;
  return s - last <= LOOKBACK_S ? last : undefined;
}
