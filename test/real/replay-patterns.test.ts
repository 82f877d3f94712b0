// Compares what a replay computes from expressions with what the same Prometheus recorded of the same rules, over random patterns.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clock } from "../../functions/clock.ts";
import type { NamedProfile } from "../../functions/core/profile/profile.ts";
import { WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { readEvidence } from "../../functions/io/prometheus/prometheus.ts";
import { readRange } from "../../functions/io/prometheus/range.ts";
import { clipped, type Grid } from "../../functions/replay/grid.ts";
import { pastAt, type Track } from "../../functions/replay/past.ts";
import { type PastSource, recordSource } from "../../functions/replay/record.ts";
import { renderRules } from "../../functions/rules/render.ts";
import { kinds } from "../support/builders.ts";
import { aClient, aLogin } from "../support/client.ts";
import { type MetricsEndpoint, type RealPrometheus, startMetrics, startPrometheus } from "../support/real-prometheus.ts";

const PATTERNS = 240;
const LASTS_MS = 90_000;
const EVERY_MS = 1_000;
// Steps after which everything that waited before the first of them is over.
const WARM_UP = 20;
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

const connections = openConnections();
let metrics: MetricsEndpoint;
let prometheus: RealPrometheus;
let tracks: Readonly<Record<"alerts" | "expr", readonly Track[]>>;

beforeAll(async () => {
  metrics = await startMetrics();
  const patterns = Array.from({ length: PATTERNS }, (_, seed) => aPattern(seed));
  metrics.set(() => patterns.map((next, at) => lineOf(name(at), next())).join(""));
  prometheus = await startPrometheus({
    rules: renderRules([profile]),
    targets: [{ url: metrics.url, labels: { service: "patterns" } }],
    scrapeMs: EVERY_MS,
    evaluateMs: EVERY_MS,
  });
  const startedMs = clock.nowMs();
  await sleep(LASTS_MS);
  tracks = await remembered(startedMs + 10_000, clock.nowMs() - 3_000);
});
afterAll(async () => {
  await prometheus?.stop();
  await metrics?.close();
  await connections.close();
});

const name = (pattern: number) => `p${pattern}`;

describe.each(WAITS)("an alert that waits for %s", (wait) => {
  it(`fires over ${PATTERNS} random patterns when it was recorded as firing, within one evaluation`, () => {
    const differing = Array.from({ length: PATTERNS }, (_, pattern) => differenceOf(wait, name(pattern), "firing")).filter(
      (one) => one !== "",
    );
    expect(differing).toEqual([]);
  });

  it("is seen firing", () => {
    const fired = Array.from({ length: PATTERNS }, (_, pattern) => runsOf("expr", wait, name(pattern), "firing").length);
    expect(fired.filter((count) => count > 0).length).toBeGreaterThan(PATTERNS / 10);
  });
});

/** Where one is and the other is not for longer than one evaluation. */
function differenceOf(wait: string, pattern: string, state: Track["state"]): string {
  const [recorded, computed] = (["alerts", "expr"] as const).map((origin) => runsOf(origin, wait, pattern, state));
  const marks = [recorded, computed].map(
    (runs) => new Set(runs!.flatMap(([from, to]) => Array.from({ length: to - from }, (_, at) => from + at))),
  );
  const only = (one: Set<number>, other: Set<number>) => [...one].filter((index) => !other.has(index));
  const isLong = (indices: readonly number[]) => indices.some((index) => indices.includes(index + 1));
  const [more, less] = [only(marks[0]!, marks[1]!), only(marks[1]!, marks[0]!)];
  return isLong(more) || isLong(less) ? `${pattern}: recorded ${JSON.stringify(recorded)}, computed ${JSON.stringify(computed)}` : "";
}

function runsOf(origin: "alerts" | "expr", wait: string, pattern: string, state: Track["state"]): Track["runs"] {
  const isIt = ({ alert, state: is }: Track) =>
    alert.name === `PatternFor${wait}` && alert.labels.pipeline_name === pattern && is === state;
  return tracks[origin].filter(isIt).flatMap(({ runs }) => clipped(runs, [WARM_UP, LASTS_MS]));
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
  const tracksFrom = async (origin: "alerts" | "expr") => pastAt(await recordSource(source, profile, grid, origin), 0).tracks;
  return { alerts: await tracksFrom("alerts"), expr: await tracksFrom("expr") };
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
