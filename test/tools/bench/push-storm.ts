// Measures how long a storm of pushes takes to its end, for `npm run bench:push -- --storm`.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { timeText } from "../../../functions/core/time.ts";
import { aPosted } from "../../receive/pushes.ts";
import { aReceiver, urlEvent } from "../../receive/receiver.ts";
import { openStormQueue, randomFrom, type StormQueue } from "../../receive/storm-queue.ts";
import { openReader } from "../../receive/storm-reader.ts";
import { type Child, startChild } from "./child.ts";
import type { StormAnswer } from "./storm-clusters.ts";

const CLUSTERS = 1_000;
const PUSHES = 10;
// As many as the stack runs at one time: `pushConcurrency`.
const READERS = 5;
const GOAL_MS = 10_000;
// Each push of a cluster is about the next of these.
const STATES = [null, "TraceGatewayThrottling", "TraceGatewaySomeDataDropped", "TraceGatewayAllDataDropped"] as const;

const AHEAD_MS = 240_000;

type State = (typeof STATES)[number];

/** Ten pushes of each of a thousand clusters, all of them news, through receiver, queue and reconcile; the clusters are in a process of their own. */
export async function measureStorm() {
  const clusters = startChild<StormAnswer>("storm-clusters.ts");
  const folder = await mkdtemp(join(tmpdir(), "bench-storm-"));
  try {
    const { urls, token } = await ask(clusters, { start: CLUSTERS });
    process.env.STORM_TOKEN = token;
    const entries = urls.map((server, index) => ({ name: `c-${index}`, kubernetes: { server, auth: { token: { env: "STORM_TOKEN" } } } }));
    await writeFile(join(folder, "fleet.json"), JSON.stringify({ clusters: entries }));
    const queue = openStormQueue(randomFrom(20_261_128));
    let batches = 0;
    const readers = Array.from({ length: READERS }, () => openReader(join(folder, "fleet.json")));
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const allRead = queue.deliver(
      readers.map((read) => (event) => {
        batches++;
        return read(event);
      }),
    );
    const events = await push(clusters, queue).finally(queue.end);
    const pushedMs = performance.now() - startedAt;
    await allRead;
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    const { reasons, lists, patches } = await ask(clusters, { report: true });
    return {
      clusters: CLUSTERS,
      pushes: CLUSTERS * PUSHES,
      events,
      batches,
      passes: lists,
      patches,
      right: reasons.filter((reason, index) => reason === reasonOf(stateOf(index, PUSHES - 1))).length,
      pushedMs: Math.round(pushedMs),
      ms: Math.round(ms),
      cpuMs: Math.round((user + system) / 1_000),
      goalMs: GOAL_MS,
      rssMb: Math.round(process.resourceUsage().maxRSS / 1_024),
    };
  } finally {
    clusters.stop();
    await rm(folder, { recursive: true });
  }
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

function ask(clusters: Child<StormAnswer>, order: object): Promise<StormAnswer> {
  clusters.send(order);
  return clusters.answer();
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
