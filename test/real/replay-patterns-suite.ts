// Compares what a replay computes from expressions with what the same Prometheus recorded of the same rules, over random patterns.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clock } from "../../functions/clock.ts";
import type { NamedProfile } from "../../functions/core/profile/profile.ts";
import { WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { readEvidence } from "../../functions/io/prometheus/prometheus.ts";
import { readRange } from "../../functions/io/prometheus/range.ts";
import { fetchValues } from "../../functions/replay/fetch.ts";
import { type Grid, marksOf, runsAt } from "../../functions/replay/grid.ts";
import { pastAt, type Track } from "../../functions/replay/past.ts";
import { type PastSource, recordSource } from "../../functions/replay/record.ts";
import { renderRules } from "../../functions/rules/render.ts";
import { kinds } from "../support/builders.ts";
import { aClient, aLogin } from "../support/client.ts";
import { keptPace, playUntil } from "../support/pace.ts";
import { type MetricsEndpoint, type RealPrometheus, startMetrics, startPrometheus } from "../support/real-prometheus.ts";

const EVERY_MS = 1_000;
// Steps for which an evaluation that saw something else may show: longer than the longest wait and the keeping.
const SHOWN = 20;
const MARGIN_MS = 100;
// A scrape and an evaluation a second.
const PACE = { scrapesS: 1.5, evaluationsS: 1.5 };
// Its first scrapes and evaluations come when they come.
const START_MS = 15_000;
const WAITS = ["0s", "1s", "3s", "7s"];

const says = { reason: "Patterned", message: "The pattern is there." };
const rows = WAITS.map((wait) => ({ alert: `PatternFor${wait}`, expr: "max by (pipeline_name) (pattern) > 0", for: wait, ...says }));
const profile: NamedProfile = {
  name: "patterned",
  condition: "Patterned",
  identify: { name: "pipeline_name", unlabelled: "none" },
  rules: { for: "1s", window: "4s", keepFiringFor: "5s" },
  gates: [],
  flows: [{ of: kinds.TracePipeline, rows, unproven: [says], healthy: says }],
};

/** So many patterns, for so long. */
type Size = { readonly patterns: number; readonly lastsMs: number };

const connections = openConnections();
let size: Size;
let metrics: MetricsEndpoint;
let prometheus: RealPrometheus;
/** When one of the evaluations was, which are a second apart; in milliseconds since the epoch. */
let evaluatedAtMs: number;
/** The steps at which the recorded evaluation did not see what the computed one sees. */
let missed: readonly number[];
let tracks: Readonly<Record<"alerts" | "expr", readonly Track[]>>;

const name = (pattern: number) => `p${pattern}`;

/** What differs where the machine was busy is no difference: the patterns are played again. */
function begin(): Promise<void> {
  return playUntil(play, async (_, sinceMs) => {
    if (WAITS.every((wait) => differencesOf(wait).length === 0)) return true;
    return missed.length === 0 && keptPace([prometheus], sinceMs + START_MS, PACE);
  });
}

async function play(): Promise<void> {
  await stop();
  metrics = await startMetrics();
  const patterns = Array.from({ length: size.patterns }, (_, seed) => aPattern(seed));
  // What began to fire before the first step is not to be compared: nothing does.
  metrics.set(() => patterns.map((_, at) => lineOf(name(at), 0)).join(""));
  prometheus = await startApart();
  const startedMs = clock.nowMs();
  metrics.set(() => patterns.map((next, at) => lineOf(name(at), next())).join(""));
  await sleep(size.lastsMs);
  tracks = await remembered(startedMs, clock.nowMs() - 3_000);
}

async function stop(): Promise<void> {
  await prometheus?.stop();
  await metrics?.close();
}

async function end(): Promise<void> {
  await stop();
  await connections.close();
}

/** Tests that what is computed of random patterns is what was recorded. */
export function comparePatterns(chosen: Size): void {
  size = chosen;
  beforeAll(begin);
  afterAll(end);

  describe.each(WAITS)("an alert that waits for %s", (wait) => {
    it(`fires over ${size.patterns} random patterns when it was recorded as firing, within one evaluation`, () => {
      expect(differencesOf(wait)).toEqual([]);
    });

    it("is seen firing", () => {
      const fired = names().filter((pattern) => runsOf("expr", wait, pattern, "firing").length > 0);
      expect(fired.length).toBeGreaterThan(size.patterns / 10);
    });
  });
}

function names(): readonly string[] {
  return Array.from({ length: size.patterns }, (_, pattern) => name(pattern));
}

function differencesOf(wait: string): readonly string[] {
  return names()
    .map((pattern) => differenceOf(wait, pattern, "firing"))
    .filter((one) => one !== "");
}

/** Where one is and the other is not for longer than one evaluation, but for what the recorded one missed on a busy machine. */
function differenceOf(wait: string, pattern: string, state: Track["state"]): string {
  const [recorded, computed] = (["alerts", "expr"] as const).map((origin) => runsOf(origin, wait, pattern, state));
  const count = size.lastsMs / EVERY_MS;
  const [here, there] = [recorded, computed].map((runs) => marksOf(runs!, count));
  const differs = (index: number) => here![index] !== there![index] && here![index + 1] !== there![index + 1] && !isMissed(index);
  const isLong = Array.from({ length: count - 1 }, (_, index) => index).some(differs);
  return isLong ? `${pattern}: recorded ${JSON.stringify(recorded)}, computed ${JSON.stringify(computed)}` : "";
}

// What an evaluation would have seen shows until the longest wait and the keeping are over.

function isMissed(index: number): boolean {
  return missed.some((at) => at <= index + 1 && index <= at + SHOWN);
}

function runsOf(origin: "alerts" | "expr", wait: string, pattern: string, state: Track["state"]): Track["runs"] {
  const isIt = ({ alert, state: is }: Track) =>
    alert.name === `PatternFor${wait}` && alert.labels.pipeline_name === pattern && is === state;
  return tracks[origin].filter(isIt).flatMap(({ runs }) => runs);
}

async function remembered(fromMs: number, untilMs: number) {
  const client = aClient(connections, aLogin({ origin: prometheus.url }));
  const evidence = await readEvidence(client, "", new Set([...rows.map(({ alert }) => alert), WATCHDOG]));
  const source: PastSource = {
    ask: (range) => readRange(client, "", range),
    evidence,
    labels: undefined,
    intervalMs: EVERY_MS,
    waits: new Map(),
  };
  const grid: Grid = { fromMs, stepMs: EVERY_MS / 2, count: Math.floor((untilMs - fromMs) / (EVERY_MS / 2)) };
  const [recorded, computed] = [await recordSource(source, profile, grid, "alerts"), await recordSource(source, profile, grid, "expr")];
  const evaluated = marksOf(runsAt(recorded.signs.evaluated, 0), grid.count / 2);
  const valuesOf = (query: string) => fetchValues(source.ask, query, { ...grid, stepMs: EVERY_MS, count: grid.count / 2 });
  const [took, at] = await Promise.all(["max(scrape_duration_seconds)", "max(timestamp(up))"].map(valuesOf));
  // What a scrape brings is stored at its end: a slow one comes too late for the next evaluation.
  const isLate = (index: number) => !(took!.values[index]! * 1_000 < untilEvaluatedMs(at!.values[index]! * 1_000) - MARGIN_MS);
  missed = [...evaluated.keys()].filter((index) => evaluated[index] === 0 || isLate(index));
  return { alerts: pastAt(recorded, 0).tracks, expr: pastAt(computed, 0).tracks };
}

/** One that does not evaluate just after it scrapes: what a scrape brings may be stored too late for it. */
async function startApart(attempt = 0): Promise<RealPrometheus> {
  const targets = [{ url: metrics.url, labels: { service: `patterns-${attempt}` } }];
  const started = await startPrometheus({ rules: renderRules([profile]), targets, scrapeMs: EVERY_MS, evaluateMs: EVERY_MS });
  await sleep(12_000);
  const [scraped, evaluated] = await Promise.all(["up", `ALERTS{alertname="${WATCHDOG}"}`].map((what) => lastOf(started, what)));
  evaluatedAtMs = evaluated!;
  if (untilEvaluatedMs(scraped!) > 2 * MARGIN_MS || attempt > 5) return started;
  await started.stop();
  return startApart(attempt + 1);
}

/** How long after this moment the next evaluation is. */
function untilEvaluatedMs(atMs: number): number {
  return (((evaluatedAtMs - atMs) % EVERY_MS) + EVERY_MS) % EVERY_MS;
}

async function lastOf({ url }: RealPrometheus, what: string): Promise<number> {
  const nowMs = clock.nowMs();
  const question = { query: `max(timestamp(${what}))`, fromMs: nowMs, toMs: nowMs, stepMs: EVERY_MS };
  const { series } = await readRange(aClient(connections, aLogin({ origin: url })), "", question);
  return (series[0]?.values[0] ?? Number.NaN) * 1_000;
}

/** Values that come and go, each pattern at a pace of its own; sometimes there is none. Nothing is shorter than two scrapes. */
function aPattern(seed: number): () => number | undefined {
  const pace = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7][seed % 6]!;
  let value: number | undefined = seed % 3 === 0 ? 1 : 0;
  let scrapes = 0;
  return () => {
    if (scrapes++ % 2 === 0 && Math.random() < pace) value = [1, 0, undefined][Math.floor(Math.random() * (seed % 2 === 0 ? 2 : 3))];
    return value;
  };
}

function lineOf(pattern: string, value: number | undefined): string {
  return value === undefined ? "" : `pattern{pipeline_name="${pattern}"} ${value}\n`;
}
