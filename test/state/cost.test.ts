// Counts what the state reads and writes as DynamoDB bills it, and holds the cost table to that: 2,000 clusters with ten transitions a day each.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { shardId } from "../../functions/core/fleet/shards.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import type { Kept } from "../../functions/io/aws/table.ts";
import { readFleet } from "../../functions/state/read.ts";
import { recordShards } from "../../functions/state/record.ts";
import type { Store } from "../../functions/state/store.ts";
import { readLastTick, writeTick } from "../../functions/state/tick.ts";
import { billOf, type MeasuredTick } from "../tools/bench/cost.ts";
import { memoryStore } from "./memory-store.ts";

const ROOT = join(import.meta.dirname, "../..");
const MINUTE_MS = 60_000;
const BEGAN_MS = Date.parse("2026-11-27T00:00:00Z");
const [CLUSTERS, SHARD, TRANSITIONS_A_DAY, HISTORY_DAYS] = [2_000, 200, 10, 90];
const SHARDS = CLUSTERS / SHARD;
const [TICKS_A_MONTH, DAYS_A_MONTH] = [43_800, 365 / 12];
// On demand in us-east-1: https://aws.amazon.com/dynamodb/pricing/on-demand/, https://aws.amazon.com/kms/pricing/
const PRICES = { write: 0.625e-6, read: 0.125e-6, gigabyte: 0.25 + 0.2, keyCall: 0.03 / 10_000 };
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
const STORED_WITH_EACH = 100;
const KEY_CALLS_A_MONTH = 2 * 8_760;

type Units = { writes: number; reads: number };

/** A store in memory that counts the units of each call: a kilobyte written, four of them read. */
function billedStore(): { readonly store: Store; readonly units: Units; bytesIn(partition: string): readonly number[] } {
  const memory = memoryStore();
  const units = { writes: 0, reads: 0 };
  const read = (bytes: number) => {
    units.reads += Math.max(1, Math.ceil(bytes / 4_096));
  };
  const store: Store = {
    read: async (key) => {
      const item = await memory.read(key);
      read(item === undefined ? 0 : bytesOf(item));
      return item;
    },
    write: async (item, basedOn) => {
      units.writes += Math.ceil(bytesOf(item) / 1_024);
      return memory.write(item, basedOn);
    },
    list: async (partition, range) => {
      const items = await memory.list(partition, range);
      read(items.reduce((sum, item) => sum + bytesOf(item), 0));
      return items;
    },
  };
  const bytesIn = (partition: string) => [...memory.items.values()].filter((item) => item.partition.startsWith(partition)).map(bytesOf);
  return { store, units, bytesIn };
}

// Names and values, as io/aws/table.ts writes them; a number has at most 21 bytes.
function bytesOf({ partition, name, text }: Kept): number {
  const value = text.length < 512 ? text.length : deflateRawSync(text).length;
  return "partitionnametextatMsexpiresAt".length + partition.length + name.length + value + 2 * 21;
}

const KINDS = ["TracePipeline", "MetricPipeline", "LogPipeline"];

function outcomeOf(cluster: string, isDown: boolean): ClusterOutcome {
  const resources = KINDS.map((kind, place): ResourceOutcome => {
    const [status, reason] = isDown && place === 0 ? ["False", "GatewayThrottling"] : ["True", "FlowHealthy"];
    const condition = { type: "TelemetryFlowHealthy", status, reason, message: "Backend is throttling, or nothing is wrong at all." };
    const id = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind, name: "checkout" };
    return { ...id, was: "unchanged", condition, because: isDown && place === 0 ? ["TraceGatewayThrottling"] : [] };
  });
  return { cluster, was: "reconciled", resources, unlisted: [], ms: 20 };
}

async function tick(
  store: Store,
  shards: readonly (readonly string[])[],
  at: number,
  down: ReadonlySet<string> = new Set(),
): Promise<void> {
  const atMs = BEGAN_MS + at * MINUTE_MS;
  const { log } = await readLastTick(store, atMs);
  await writeTick(store, { atMs, shards: shards.map(shardId), apart: [] }, { log, tickMs: MINUTE_MS });
  for (const clusters of shards) {
    const outcomes = new Map(clusters.map((cluster) => [cluster, outcomeOf(cluster, down.has(cluster))]));
    const labels = new Map(clusters.map((cluster) => [cluster, { region: "eu-central-1", tier: "prod" }]));
    const { marks, others } = await recordShards(store, { outcomes, labels, atMs, ms: 900, leftMs: () => MINUTE_MS }, [{ clusters, atMs }]);
    expect([...marks, ...others]).toEqual([]);
  }
}

const since = (now: Units, before: Units): Units => ({ writes: now.writes - before.writes, reads: now.reads - before.reads });

/** What one tick takes while nothing changes, as the mean of an hour. */
async function quietTick(): Promise<Units> {
  const { store, units } = billedStore();
  const shards = Array.from({ length: SHARDS }, (_, shard) =>
    Array.from({ length: SHARD }, (_, at) => `prod-eu-central-1-${shard * SHARD + at}`),
  );
  await tick(store, shards, 0);
  const before = { ...units };
  for (let at = 1; at <= 60; at++) await tick(store, shards, at);
  const { writes, reads } = since(units, before);
  return { writes: writes / 60, reads: reads / 60 };
}

/** What one transition takes, as the mean of a hundred, and the bytes that a transition leaves in the history. */
async function transition(): Promise<Units & { readonly rowBytes: number; readonly historyBytes: number }> {
  const { store, units, bytesIn } = billedStore();
  const name = "prod-eu-central-1-1";
  const cost = async (from: number, isDown: (at: number) => boolean) => {
    const before = { ...units };
    for (let at = from; at < from + 100; at++) await tick(store, [[name]], at, new Set(isDown(at) ? [name] : []));
    return since(units, before);
  };
  await tick(store, [[name]], 0);
  const changing = await cost(1, (at) => at % 2 === 1);
  const history = bytesIn(`history/${name}`);
  const quiet = await cost(101, () => false);
  const more = since(changing, quiet);
  const sum = (bytes: readonly number[]) => bytes.reduce((all, one) => all + one + STORED_WITH_EACH, 0);
  return { writes: more.writes / 100, reads: more.reads / 100, rowBytes: sum(bytesIn("latest/")), historyBytes: sum(history) / 100 };
}

test("the state of 2,000 clusters costs what the table says, and at most $0.0006 for each of them in a month", async () => {
  const [quiet, one] = [await quietTick(), await transition()];
  const transitions = CLUSTERS * TRANSITIONS_A_DAY * DAYS_A_MONTH;
  const cost = (price: number, units: (of: Units) => number) => price * (TICKS_A_MONTH * units(quiet) + transitions * units(one));
  const kept = CLUSTERS * (one.rowBytes + one.historyBytes * TRANSITIONS_A_DAY * HISTORY_DAYS);
  const costs = {
    writes: cost(PRICES.write, ({ writes }) => writes),
    reads: cost(PRICES.read, ({ reads }) => reads),
    "the rest": (kept / 1e9) * PRICES.gigabyte + KEY_CALLS_A_MONTH * PRICES.keyCall,
  };
  for (const [what, dollars] of Object.entries(costs)) expect(Math.abs(billed(what) - dollars), `${what}: ${dollars}`).toBeLessThan(0.02);
  expect((costs.writes + costs.reads + costs["the rest"]) / CLUSTERS).toBeLessThanOrEqual(0.0006);
});

test("the page of 2,000 clusters costs what its row says", async () => {
  const { store, units } = billedStore();
  const clusters = Array.from({ length: CLUSTERS }, (_, at) => `prod-eu-central-1-${at}`);
  await tick(store, [clusters], 0);
  const before = units.reads;
  await readFleet(store, BEGAN_MS);
  const invocation = 0.5 * 0.0000133 + (1 + 0.2) / 1e6;
  const dollars = TICKS_A_MONTH * ((units.reads - before) * PRICES.read + 0.005 / 1_000 + invocation);
  expect(Math.abs(told("page") - dollars), `${dollars}, for ${units.reads - before} units a minute`).toBeLessThan(0.02);
});

/** What the bill that was measured has in its row of the table. */
function billed(what: string): number {
  const ticks: readonly MeasuredTick[] = JSON.parse(readFileSync(join(ROOT, "test/tools/bench/system-measured.json"), "utf8"));
  const rows = ticks.filter(({ clusters }) => clusters === CLUSTERS).flatMap((tick) => billOf(tick).rows);
  return rows.find((row) => row.what === `table: ${what}`)?.dollars ?? Number.NaN;
}

/** The last cell of a row of the cost tables, wherever they are. */
function told(what: string): number {
  const files = ["README.md", "infra/README.md", "infra/at-three-in-the-morning.md"].map((file) => join(ROOT, file));
  const rows = files.flatMap((file) =>
    existsSync(file) ? [...readFileSync(file, "utf8").matchAll(/^\| ([a-z ]+) \|.*\| \$([\d.]+) \|$/gm)] : [],
  );
  return Number(rows.find(([, name]) => name === what)?.[2]);
}
