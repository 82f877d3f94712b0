// Measures the whole system, from the tick to the state, for `npm run bench:system`: what becomes the bill of a fleet.

import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { billOf, type MeasuredTick } from "./cost.ts";
import { rounded } from "./measure.ts";
import { type SystemLab, startSystemLab } from "./system-lab.ts";
import { cpuTimes, gbSeconds, gbSecondsOfCpu, type Usage, usageSince } from "./system-usage.ts";

// As in production: what is asked once a minute is due in each of them, and API servers close what was idle for longer.
const TICK_MS = 60_000;
// A cold tick of 10,000 clusters reads as many logins, thirty a second in each of two processes.
const PATIENCE_MS = 900_000;
const RECORD = join(import.meta.dirname, "system-measured.json");

const { values: chosen } = parseArgs({
  options: {
    clusters: { type: "string", default: "2000" },
    ticks: { type: "string", default: "6" },
    record: { type: "boolean", default: false },
  },
});
const machine = { cpu: cpus()[0]?.model ?? "", cores: cpus().length, node: process.version, date: new Date().toISOString().slice(0, 10) };
console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.date}`);
// A process knows one cloud: each size is a run of its own.
const measured = await measure(Number(chosen.clusters), Number(chosen.ticks));
const { perCluster, inAll } = billOf(measured);
console.log(`a month: $${perCluster.toFixed(4)} a cluster, $${inAll.toFixed(2)} with metrics and alarms`);
if (chosen.record) keep(measured);
process.exit();

/** The first tick is cold; the mean is that of the second half, in which each process has met each shard. */
async function measure(clusters: number, count: number): Promise<MeasuredTick> {
  const startedAt = performance.now();
  const lab = await startSystemLab(clusters);
  console.log(`${clusters} clusters, deployed and published after ${Math.round((performance.now() - startedAt) / 1000)} s`);
  const ticks: Tick[] = [];
  try {
    while (ticks.length < count) {
      const next = sleep(TICK_MS);
      ticks.push(await tick(lab, clusters));
      console.log(JSON.stringify(shown(ticks.at(-1)!)));
      if (ticks.length < count) await next;
    }
  } finally {
    await lab.stop();
  }
  return meanOf(clusters, ticks);
}

type Tick = Awaited<ReturnType<typeof tick>>;

/** One tick, until each cluster is accounted for and each invocation is over. */
async function tick({ cloud, stack, seen, called }: SystemLab, clusters: number) {
  const [dispatching, reconciling] = [`${stack.name}-dispatch`, `${stack.name}-reconcile`];
  const [before, beforeIt] = [await cpuTimes(reconciling), await cpuTimes(dispatching)];
  await Promise.all([seen(), called()]);
  const startMs = Date.now();
  await stack.invoke("dispatch", { time: new Date(startMs).toISOString() });
  const dispatch = await usageSince(cloud, dispatching, startMs, beforeIt);
  let reconcile: Usage;
  do {
    if (Date.now() > startMs + PATIENCE_MS) throw new Error(`the tick is not over: ${cloud.log().slice(-2_000)}`);
    await sleep(250);
    reconcile = await usageSince(cloud, reconciling, startMs, before);
  } while ((reconcile.metrics.ClustersAccounted ?? 0) < clusters || reconcile.invocations < (dispatch.metrics.ShardsDispatched ?? 1));
  return { ms: reconcile.lastMs - startMs, dispatch, reconcile, seen: await seen(), called: await called() };
}

function shown({ ms, dispatch, reconcile, seen, called }: Tick) {
  const { invocations, billedMs, cpuMs, logBytes, metrics } = reconcile;
  const { ClustersReconciled, StateWritesFailed = 0 } = metrics;
  const functions = { dispatchMs: dispatch.billedMs, dispatchCpuMs: dispatch.cpuMs, invocations, billedMs, cpuMs, logBytes };
  return {
    ms,
    ClustersReconciled,
    StateWritesFailed,
    ...functions,
    gbSecondsOfCpu: rounded(gbSecondsOfCpu(reconcile)),
    ...seen,
    ...called,
  };
}

function meanOf(clusters: number, ticks: readonly Tick[]): MeasuredTick {
  const isWhole = ({ reconcile }: Tick) => reconcile.metrics.ClustersReconciled === clusters;
  const warm = ticks.slice(Math.ceil(ticks.length / 2)).filter(isWhole);
  if (warm.length === 0) throw new Error("no tick reached every cluster: the machine is too busy");
  const mean = (figure: (tick: Tick) => number) => Number((warm.reduce((sum, one) => sum + figure(one), 0) / warm.length).toPrecision(3));
  const [first] = ticks;
  return {
    ...machine,
    load: Math.round(loadavg()[1] ?? 0),
    clusters,
    shards: mean(({ reconcile }) => reconcile.invocations),
    coldMs: first?.ms ?? 0,
    coldGbSeconds: first === undefined ? 0 : rounded(gbSeconds(first.reconcile)),
    ms: Math.round(mean(({ ms }) => ms)),
    dispatchGbSeconds: mean(({ dispatch }) => gbSecondsOfCpu(dispatch)),
    reconcileGbSeconds: mean(({ reconcile }) => gbSecondsOfCpu(reconcile)),
    billedSeconds: mean(({ reconcile }) => reconcile.billedMs / 1_000),
    cpuSeconds: mean(({ reconcile }) => reconcile.cpuMs / 1_000),
    requests: mean(({ seen }) => seen.requests),
    connections: mean(({ seen }) => seen.connections),
    resumed: mean(({ seen }) => seen.resumed),
    readUnits: mean(({ called }) => called.readUnits),
    writeUnits: mean(({ called }) => called.writeUnits),
    logBytes: Math.round(mean(({ dispatch, reconcile }) => dispatch.logBytes + reconcile.logBytes)),
  };
}

// Those of other sizes stay.
function keep(measured: MeasuredTick): void {
  const kept: readonly MeasuredTick[] = JSON.parse(readFileSync(RECORD, "utf8"));
  const others = kept.filter(({ clusters }) => clusters !== measured.clusters);
  const all = [...others, measured].toSorted((one, other) => one.clusters - other.clusters);
  writeFileSync(RECORD, `${JSON.stringify(all, null, 2)}\n`);
}
