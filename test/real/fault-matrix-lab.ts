// Starts the Prometheuses and the targets of the fault matrix.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import type { Profile } from "../../functions/core/profile/profile.ts";
import { collector, fluentBit, type Series, services } from "../support/kyma-metrics.ts";
import { type Gauge, startTraffic, type Traffic } from "../support/kyma-traffic.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { type RealPrometheus, startPrometheus } from "../support/real-prometheus.ts";
import { eachRule, hurriedRules } from "./hurried-rules.ts";

/** The profile of Kyma in a hurry: a source is old enough after `for` and window, ten seconds. */
export const hurried: Profile = { ...kymaTelemetry, rules: { for: "5s", window: "5s", keepFiringFor: "1m" } };
/** The same profile not in a hurry: a source that tells when it started is too young for as long as a test lasts. */
export const slow: Profile = { ...hurried, rules: { for: "5m", window: "5m", keepFiringFor: "1m" } };
const OLD_ENOUGH_MS = 10_000;

export const ourRules = hurriedRules(hurried);
/** The rules as Kyma's own self-monitor has them: no watchdog, and nothing about targets. */
export const kymasRules = eachRule(ourRules, ({ alert, expr, for: wait }) =>
  /Watchdog|TargetsAbsent/.test(alert) ? [] : [{ alert, expr, for: wait }],
);

const traces = collector(services.gateway, "spans");
const gatewayMetrics = collector(services.gateway, "metric_points");
const agentMetrics = collector(services.metricAgent, "metric_points");
const gatewayLogs = collector(services.gateway, "log_records");
const agentLogs = collector(services.logAgent, "log_records");
const collectors = [traces, gatewayMetrics, agentMetrics, gatewayLogs, agentLogs];

/** Which counters grow while the telemetry of a pipeline flows, is lost, or is refused at the door. */
export const flows = (name: string): Series[] => [
  ...collectors.map(({ sent }) => sent(name)),
  fluentBit.written(name),
  fluentBit.collected(name),
];
export const isLost = (name: string): Series[] => [...collectors.map(({ sendFailed }) => sendFailed(name)), fluentBit.dropped(name)];
export const tracesAreLost = (name: string): Series[] => [traces.sendFailed(name), ...flows(name).slice(1)];
export const isRefused: readonly Series[] = [traces, gatewayMetrics, gatewayLogs].map(({ refused }) => refused());

type Settings = Partial<Parameters<typeof startPrometheus>[0]>;
export type Lab = ReturnType<typeof openLab>;

/** Starts Prometheis and what they scrape, and ends them all together. */
export function openLab() {
  const closers: (() => Promise<void>)[] = [];
  const starting = pLimit(3);
  const shared = new Map<string, Promise<unknown>>();

  async function traffic(counters: readonly Series[], gauges?: readonly Gauge[]): Promise<Traffic> {
    const started = await startTraffic();
    closers.push(started.close);
    started.flow(counters, gauges);
    return started;
  }

  function start({ rules = ourRules, targets = {}, ...more }: Settings) {
    return starting(async () => {
      const prometheus = await startPrometheus({ scrapeMs: 1_000, rules, targets, ...more });
      closers.push(prometheus.stop);
      return prometheus;
    });
  }

  return {
    traffic,
    start,
    closesWith: (close: () => Promise<void>) => void closers.push(close),
    /** A folder with these files in it. */
    async folderOf(files: Readonly<Record<string, string>>): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), "fault-matrix-"));
      closers.push(() => rm(folder, { recursive: true }));
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      return folder;
    },
    /** What several situations look at, and none of them changes. */
    once<T>(name: string, begin: () => Promise<T>): Promise<T> {
      const known = shared.get(name) ?? begin();
      shared.set(name, known);
      return known as Promise<T>;
    },
    async close() {
      await Promise.all(closers.splice(0).map((close) => close()));
    },
  };
}

type Told = { readonly labels: Readonly<Record<string, string>>; readonly state: string; readonly keepFiringSince?: string };

async function alertsOf({ url }: Pick<RealPrometheus, "url">): Promise<readonly Told[]> {
  const response = await fetch(`${url}/api/v1/alerts`);
  return JSON.parse(await response.text()).data.alerts;
}

/** Waits until this many alerts of a name are in a state. */
export function until(prometheus: RealPrometheus, alert: RegExp, count = 1, state = "firing"): Promise<void> {
  const isSo = ({ labels: { alertname = "" }, state: is }: Told) => alert.test(alertname) && is === state;
  return eventually(`${count} ${alert} ${state}`, async () => (await alertsOf(prometheus)).filter(isSo).length >= count);
}

/** The watchdog of each group fires. */
export const isOld = (prometheus: RealPrometheus) => until(prometheus, /Watchdog/, ourRules.groups.length);

type RuleState = { readonly health: string; readonly lastEvaluation: string; readonly alerts: readonly Told[] };

/** Waits until the rules are in such a state. */
export function untilRules({ url }: RealPrometheus, isSo: (rules: readonly RuleState[]) => boolean): Promise<void> {
  const rules = async () => {
    const { data } = JSON.parse(await (await fetch(`${url}/api/v1/rules`)).text());
    return data.groups.flatMap((group: { rules: RuleState[] }) => group.rules);
  };
  return eventually(`rules: ${isSo}`, async () => isSo(await rules()));
}

export const areEvaluated = (rules: readonly RuleState[]) => rules.every(({ health }) => health === "ok");

/** Without a watchdog, the start time tells the age. */
export async function isOldByStart({ url }: RealPrometheus): Promise<void> {
  const { data } = JSON.parse(await (await fetch(`${url}/api/v1/status/runtimeinfo`)).text());
  const started = Date.parse(data.startTime);
  await eventually("old", async () => Date.now() - started > OLD_ENOUGH_MS + 1_000);
}

async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`this never came true: ${what}`);
    await sleep(200);
  }
}
