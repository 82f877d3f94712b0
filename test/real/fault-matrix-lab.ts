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
import { keptPace } from "../support/pace.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import type { Evaluator, MatrixServer, Settings } from "./fault-matrix-servers.ts";
import { eachRule, hurriedRules } from "./hurried-rules.ts";

/** The profile of Kyma in a hurry: a source is old enough after `for` and window, ten seconds. */
export const hurried: Profile = { ...kymaTelemetry, rules: { for: "5s", window: "5s", keepFiringFor: "1m" } };
/** The same profile not in a hurry: a source that tells when it started is too young for as long as a test lasts. */
export const slow: Profile = { ...hurried, rules: { for: "5m", window: "5m", keepFiringFor: "1m" } };
export const OLD_ENOUGH_MS = 10_000;
/** Three times of what is between two scrapes, and two evaluations: what waits longer counts as stalled. */
export const PACE = { scrapesS: 3, evaluationsS: 6 };
// Half of an evaluation: what is asked more often costs more than what is evaluated.
const POLL_MS = 1_000;

export const ourRules = hurriedRules(hurried);
/**
 * The rules as Kyma's own self-monitor has them: no watchdog, nothing about targets, and nothing that keeps alerts firing. Their window is wide
 * enough for the scrapes that a busy machine misses.
 */
export const kymasRules = eachRule(
  hurriedRules({ ...hurried, rules: { ...hurried.rules, window: "20s" } }),
  ({ alert, expr, for: wait }) => (/Watchdog|TargetsAbsent/.test(alert) ? [] : [{ alert, expr, for: wait }]),
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

export type Lab = {
  readonly server: MatrixServer;
  traffic(counters: readonly Series[], gauges?: readonly Gauge[]): Promise<Traffic>;
  start(settings: Partial<Settings>): Promise<Evaluator>;
  closesWith(close: () => Promise<void>): void;
  /** A folder with these files in it. */
  folderOf(files: Readonly<Record<string, string>>): Promise<string>;
  /** What several situations look at, and none of them changes: it lasts as long as the whole. */
  once<T>(name: string, begin: (root: Lab) => Promise<T>): Promise<T>;
  /** A part of it that ends before the whole does. */
  part(): Lab;
  /** Whether each server of the whole has scraped and evaluated in time since then, in milliseconds since the epoch. */
  keptPace(sinceMs: number): Promise<boolean>;
  close(): Promise<void>;
};
type Shared = {
  readonly root: Lab;
  readonly starting: ReturnType<typeof pLimit>;
  readonly started: Evaluator[];
  readonly known: Map<string, Promise<unknown>>;
};

/** Starts servers of one kind and what they scrape, and ends them all together. */
export function openLab(server: MatrixServer, shared?: Shared): Lab {
  const closers: (() => Promise<void>)[] = [];
  const starting = shared?.starting ?? pLimit(3);
  const started = shared?.started ?? [];
  const known = shared?.known ?? new Map<string, Promise<unknown>>();

  async function traffic(counters: readonly Series[], gauges?: readonly Gauge[]): Promise<Traffic> {
    const traffic = await startTraffic();
    closers.push(traffic.close);
    traffic.flow(counters, gauges);
    return traffic;
  }

  function start({ rules = ourRules, targets = {}, ...more }: Partial<Settings>) {
    return starting(async () => {
      const evaluator = await server.start({ rules, targets, ...more });
      started.push(evaluator);
      closers.push(evaluator.stop);
      return evaluator;
    });
  }

  const lab: Lab = {
    server,
    traffic,
    start,
    closesWith: (close: () => Promise<void>) => void closers.push(close),
    async folderOf(files: Readonly<Record<string, string>>): Promise<string> {
      const folder = await mkdtemp(join(tmpdir(), "fault-matrix-"));
      closers.push(() => rm(folder, { recursive: true }));
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      return folder;
    },
    once<T>(name: string, begin: (root: Lab) => Promise<T>): Promise<T> {
      const begun = known.get(name) ?? begin(shared?.root ?? lab);
      known.set(name, begun);
      return begun as Promise<T>;
    },
    part: (): Lab => openLab(server, { root: shared?.root ?? lab, starting, started, known }),
    keptPace: (sinceMs) => keptPace(started, sinceMs, PACE),
    async close() {
      await Promise.all(closers.splice(0).map((close) => close()));
    },
  };
  return lab;
}

type Told = { readonly labels: Readonly<Record<string, string>>; readonly state: string; readonly keepFiringSince?: string };

async function ask({ url, headers = {} }: Pick<Evaluator, "url" | "headers">, path: string) {
  const response = await fetch(url + path, { headers });
  return JSON.parse(await response.text()).data;
}

async function alertsOf(evaluator: Evaluator): Promise<readonly Told[]> {
  const { alerts, Alerts } = await ask(evaluator, "/api/v1/alerts");
  return alerts ?? Alerts ?? [];
}

/** Waits until this many alerts of a name are in a state. */
export function until(evaluator: Evaluator, alert: RegExp, count = 1, state = "firing"): Promise<void> {
  const isSo = ({ labels: { alertname = "" }, state: is }: Told) => alert.test(alertname) && is === state;
  return eventually(`${count} ${alert} ${state}`, async () => (await alertsOf(evaluator)).filter(isSo).length >= count);
}

/** The watchdog of each group fires. */
export const isOld = (evaluator: Evaluator) => until(evaluator, /Watchdog/, ourRules.groups.length);

export type RuleState = {
  readonly name: string;
  readonly health: string;
  readonly lastEvaluation: string;
  readonly alerts: readonly Told[];
};

/** Waits until the rules are in such a state. */
export function untilRules(evaluator: Evaluator, isSo: (rules: readonly RuleState[]) => boolean): Promise<void> {
  return eventually(`rules: ${isSo}`, async () => isSo(await rulesOf(evaluator)));
}

export async function rulesOf(evaluator: Evaluator): Promise<readonly RuleState[]> {
  const { groups } = await ask(evaluator, "/api/v1/rules");
  return groups.flatMap((group: { rules: RuleState[] }) => group.rules);
}

export const areEvaluated = (rules: readonly RuleState[]) =>
  rules.length > 0 && rules.every(({ health, lastEvaluation }) => health === "ok" && !lastEvaluation.startsWith("0001"));

/** Without a watchdog, the start tells the age. */
export async function isOldByStart(evaluator: Evaluator): Promise<void> {
  await untilRules(evaluator, areEvaluated);
  await eventually("old", async () => Date.now() - evaluator.startedAtMs > OLD_ENOUGH_MS + 3_000);
}

async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`this never came true: ${what}`);
    await sleep(POLL_MS);
  }
}
