// Measures how long a storm of pushes takes to its end, for `npm run bench:push -- --storm`.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { timeText } from "../../../functions/core/time.ts";
import { aPosted } from "../../receive/pushes.ts";
import { aReceiver, urlEvent } from "../../receive/receiver.ts";
import { openStormQueue, randomFrom, type StormQueue } from "../../receive/storm-queue.ts";
import { type Child, startChild } from "./child.ts";
import type { StormAnswer } from "./storm-clusters.ts";
import type { ReaderCost } from "./storm-process.ts";

const CLUSTERS = 1_000;
const PUSHES = 10;
// As many as the stack runs at one time: `pushConcurrency`.
const READERS = 5;
const GOAL_MS = 10_000;
// Each push of a cluster is about the next of these.
const STATES = [null, "TraceGatewayThrottling", "TraceGatewaySomeDataDropped", "TraceGatewayAllDataDropped"] as const;

const AHEAD_MS = 240_000;

type State = (typeof STATES)[number];

/** Ten pushes of each of a thousand clusters, all of them news, through receiver, queue and reconcile; all but receiver and queue are in processes of their own. */
export async function measureStorm() {
  const clusters = startChild<StormAnswer>("storm-clusters.ts");
  const folder = await mkdtemp(join(tmpdir(), "bench-storm-"));
  const fleet = join(folder, "fleet.json");
  let readers: readonly Child<ReaderCost>[] = [];
  try {
    const { urls, token } = await ask(clusters, { start: CLUSTERS });
    process.env.STORM_TOKEN = token;
    const entries = urls.map((server, index) => ({ name: `c-${index}`, kubernetes: { server, auth: { token: { env: "STORM_TOKEN" } } } }));
    await writeFile(fleet, JSON.stringify({ clusters: entries }));
    readers = Array.from({ length: READERS }, () => startChild<ReaderCost>("storm-process.ts"));
    const before = await Promise.all(readers.map((reader) => ask(reader, { fleet })));
    const told = await stormBy(clusters, readers);
    const { reasons, lists, patches } = await ask(clusters, { report: true });
    const right = reasons.filter((reason, index) => reason === reasonOf(stateOf(index, PUSHES - 1))).length;
    const cpuMs = told.costs.reduce((sum, cost, index) => sum + cost.cpuMs - (before[index]?.cpuMs ?? 0), 0);
    return {
      clusters: CLUSTERS,
      pushes: CLUSTERS * PUSHES,
      events: told.events,
      batches: told.batches,
      passes: lists,
      patches,
      right,
      pushedMs: Math.round(told.pushedMs),
      ms: Math.round(told.ms),
      goalMs: GOAL_MS,
      reconcileCpuMs: Math.round(cpuMs),
      reconcileRssMb: Math.round(Math.max(...told.costs.map(({ rssMb }) => rssMb))),
    };
  } finally {
    for (const child of [clusters, ...readers]) child.stop();
    await rm(folder, { recursive: true });
  }
}

/** Pushes until the last push is read; the costs are the last ones that each reader told. */
async function stormBy(clusters: Child<StormAnswer>, readers: readonly Child<ReaderCost>[]) {
  const queue = openStormQueue(randomFrom(20_261_128));
  const costs: ReaderCost[] = readers.map(() => ({ cpuMs: 0, rssMb: 0 }));
  let batches = 0;
  const startedAt = performance.now();
  const allRead = queue.deliver(
    readers.map((reader, index) => async (event) => {
      batches++;
      costs[index] = await ask(reader, event);
    }),
  );
  const events = await push(clusters, queue).finally(queue.end);
  const pushedMs = performance.now() - startedAt;
  await allRead;
  return { events, batches, costs, pushedMs, ms: performance.now() - startedAt };
}

// Before a cluster pushes, its alerts are so.
async function push(clusters: Child<StormAnswer>, queue: StormQueue): Promise<number> {
  const receiver = aReceiver(Date.now);
  let events = 0;
  for (let round = 0; round < PUSHES; round++) {
    const states = Array.from({ length: CLUSTERS }, (_, index) => stateOf(index, round));
    await ask(clusters, { alerts: states });
    for (const index of states.keys()) {
      const { statusCode } = await receiver.push(urlEvent({ cluster: `c-${index}`, body: postedIn(round, index) }));
      if (statusCode !== 202) throw new Error(`a push was answered ${statusCode}`);
      for (const { detail } of receiver.events.splice(0)) {
        queue.put(detail);
        events++;
      }
      // A request comes by itself, and the readers get to run between two.
      await new Promise(setImmediate);
    }
  }
  return events;
}

function ask<Answer>(child: Child<Answer>, order: object): Promise<Answer> {
  const answer = child.answer();
  child.send(order);
  return answer;
}

function stateOf(index: number, round: number): State {
  return STATES[(index + round + STATES.length) % STATES.length] ?? null;
}

// What fired before is over, and what fires now began in this round.
function postedIn(round: number, index: number): readonly object[] {
  const [before, now] = [stateOf(index, round - 1), stateOf(index, round)];
  const nowMs = Date.now();
  const over = before === null ? [] : [aPosted(before, { startsAt: timeText(round - 1), endsAt: timeText(nowMs) })];
  const begun = now === null ? [] : [aPosted(now, { startsAt: timeText(round), endsAt: timeText(nowMs + AHEAD_MS) })];
  return [...over, ...begun];
}

function reasonOf(state: State): string | undefined {
  const [flow] = kymaTelemetry.flows;
  if (flow === undefined || !("rows" in flow)) return undefined;
  if (state === null) return `True ${flow.healthy.reason}`;
  return `False ${flow.rows.find(({ alert }) => alert === state)?.reason}`;
}
