// Measures the replay of a week at 30 s, of 15 resources and all rows of Kyma's profile, for `npm run bench:replay`.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { renderRules } from "../../../functions/rules/render.ts";
import { type Remembered, startBackfilled } from "../../support/backfilled-prometheus.ts";
import { asStored, collector, type Series, services } from "../../support/kyma-metrics.ts";
import { startSimulator } from "../../support/simulator.ts";

const EVERY_S = 30;
const WEEK_S = 7 * 86_400;
const WARM_UP_S = 3_600;
const PIPELINES = 15;
const ROOT = join(import.meta.dirname, "../../..");
const OTLP = { output: { otlp: { endpoint: { value: "https://backend.example:4317" } } } };

const endS = Math.floor(Date.now() / 1_000 / EVERY_S) * EVERY_S;
const times = Array.from({ length: (WEEK_S + WARM_UP_S) / EVERY_S }, (_, at) => endS - WEEK_S - WARM_UP_S + at * EVERY_S);

const folder = await mkdtemp(join(tmpdir(), "replay-week-"));
const simulator = await startSimulator();
const kindsOf = ["TracePipeline", "MetricPipeline", "LogPipeline"] as const;
for (let at = 0; at < PIPELINES; at++)
  simulator.put({
    apiVersion: "telemetry.kyma-project.io/v1beta1",
    kind: kindsOf[at % 3],
    metadata: { name: `p${at}` },
    spec: at % 3 === 0 ? OTLP : { ...OTLP, input: { runtime: { enabled: true }, otlp: {} } },
  });
const rules = renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }]);
const prometheus = await startBackfilled(weekOfTraffic(), { rules, evaluateMs: EVERY_S * 1_000 });
const cluster = { name: "week", kubernetes: { server: simulator.url, auth: { token: { env: "TOKEN" } } }, alerts: { url: prometheus.url } };
await writeFile(join(folder, "fleet.json"), JSON.stringify({ clusters: [cluster] }));
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
for (const origin of ["alerts", "expr"]) console.log(origin, await measured(origin));
await prometheus.stop();
await simulator.close();
await rm(folder, { recursive: true });

async function measured(origin: string) {
  const until = new Date(endS * 1_000).toISOString();
  const words = ["replay", "--fleet", "fleet.json", "--since", "7d", "--until", until, "--step", "30s", "--from", origin, "-o", "json"];
  const startedMs = performance.now();
  const child = spawn("/usr/bin/env", ["time", "-f", "%M", process.execPath, join(ROOT, "functions/cli.ts"), ...words], {
    cwd: folder,
    env: { ...process.env, TOKEN: simulator.token },
  });
  const [[code], stdout, stderr] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  const seconds = (performance.now() - startedMs) / 1_000;
  if (code !== 0) throw new Error(`replay ended with ${code}: ${stderr}`);
  const { resources } = JSON.parse(stdout);
  const transitions = resources.reduce((sum: number, one: { transitions: unknown[] }) => sum + one.transitions.length, 0);
  return { seconds, MB: Number(stderr.trim().split("\n").at(-1)) / 1_024, resources: resources.length, transitions };
}

/** Traffic of all pipelines, with an outage now and then, and what the rules made of it at the time. */
function weekOfTraffic(): Remembered[] {
  const up = Object.values(services).map((service) => ({ series: `up{service="${service}"}`, samples: times.map((s) => [s, 1] as const) }));
  const groups = rules.groups.map(({ name }) => name);
  const watchdogs = groups.map((group) => ({
    series: `ALERTS{alertname="AlertstatusWatchdog",alertstate="firing",alertstatus_group="${group}"}`,
    samples: times.map((s) => [s, 1] as const),
  }));
  const counters = Array.from({ length: PIPELINES }, (_, at) => countersOf(at)).flat();
  const fired = Array.from({ length: PIPELINES / 3 }, (_, at) => ({
    series: `ALERTS{alertname="TraceGatewayAllDataDropped",alertstate="firing",pipeline_name="p${at * 3}"}`,
    samples: times.filter((s) => isLost(at * 3, s - 90)).map((s) => [s, 1] as const),
  }));
  return [...up, ...watchdogs, ...counters, ...fired];
}

// Every pipeline loses everything for some minutes every few hours.
function isLost(at: number, s: number): boolean {
  return (Math.floor(s / 60) + at * 37) % (180 + at * 20) < 4 + at;
}

function countersOf(at: number): Remembered[] {
  const signal = (["spans", "metric_points", "log_records"] as const)[at % 3]!;
  const places = [services.gateway, ...(at % 3 === 1 ? [services.metricAgent] : []), ...(at % 3 === 2 ? [services.logAgent] : [])];
  return places.flatMap((service) => {
    const of = collector(service, signal);
    return [grown(of.sent(`p${at}`), (s) => !isLost(at, s)), grown(of.sendFailed(`p${at}`), (s) => isLost(at, s))];
  });
}

function grown(series: Series, isGrowing: (s: number) => boolean): Remembered {
  let total = 0;
  return {
    series: asStored(series),
    samples: times.map((s) => {
      if (isGrowing(s)) total += 10;
      return [s, total] as const;
    }),
  };
}
