// Drives a storm of pushes through receiver, queue and reconcile, and compares each status with the truth.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findCondition, parseResource } from "../../functions/core/kubernetes/resource.ts";
import { startSimulators } from "../reconcile/simulated-fleet.ts";
import { alertsBody, anAlert, aResource, kinds } from "../support/builders.ts";
import type { Simulator } from "../support/simulator.ts";
import { aPosted, NOW_MS } from "./pushes.ts";
import { aReceiver, urlEvent } from "./receiver.ts";
import { openStormQueue, randomFrom, type StormQueue } from "./storm-queue.ts";
import { openReader } from "./storm-reader.ts";

const ROUNDS = 100;
const CLUSTERS = 100;
const MINUTE_MS = 60_000;
const READERS = 3;
const ALERT = "TraceGatewayAllDataDropped";
// The storm has a time of its own, long ago: no request of it is too old.
const YEARS_MS = 10 * 365 * 24 * 60 * MINUTE_MS;

/** The true state of a cluster's alert: whether it fires, since when, and how often that has changed. */
type Truth = { readonly isFiring: boolean; readonly startsMs: number; readonly endsMs: number; readonly changes: number };
type Member = { readonly name: string; readonly api: Simulator; truth: Truth };

let folder: string;
let members: readonly Member[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "storm-"));
  const calm = { isFiring: false, startsMs: NOW_MS, endsMs: NOW_MS, changes: 0 };
  members = (await startSimulators(CLUSTERS)).map((api, index) => ({ name: `c-${index}`, api, truth: calm }));
  for (const { api } of members) api.put(aResource().object);
  await writeFile(join(folder, "token"), members[0]!.api.token);
  const clusters = members.map(({ name, api }) => ({ name, kubernetes: { server: api.url, auth: { token: { file: "token" } } } }));
  await writeFile(join(folder, "fleet.json"), JSON.stringify({ clusters }));
});
afterAll(async () => {
  await Promise.all(members.map(({ api }) => api.close()));
  await rm(folder, { recursive: true });
});

test("ten thousand pushes of a hundred clusters, delivered out of order and twice, leave every status right", async () => {
  const queue = openStormQueue(randomFrom(20_260_101));
  const allRead = queue.deliver(Array.from({ length: READERS }, () => openReader(join(folder, "fleet.json"), YEARS_MS)));
  const events = await storm(queue).finally(queue.end);
  await allRead;
  for (const { name, api, truth } of members) {
    expect([name, statusIn(api)]).toEqual([name, truth.isFiring ? "False" : "True"]);
    // An event may come twice, and each lists its cluster once; each change of the alert causes at most one write.
    expect(requestsOf(api, "GET", "/tracepipelines?").length).toBeLessThanOrEqual(2 * truth.changes);
    expect(requestsOf(api, "PATCH", "/status").filter(({ status }) => status === 200).length).toBeLessThanOrEqual(truth.changes);
  }
  expect(events).toBe(members.reduce((sum, { truth }) => sum + truth.changes, 0));
});

/** Pushes the alerts of all clusters in rounds; the result is the number of events on the bus. */
async function storm(queue: StormQueue): Promise<number> {
  let nowMs = NOW_MS;
  let events = 0;
  const receiver = aReceiver(() => nowMs);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, member] of members.entries()) {
      nowMs += MINUTE_MS / (ROUNDS * CLUSTERS);
      if (isTurning(round, index)) turn(member, nowMs);
      const answer = await receiver.push(urlEvent({ cluster: member.name, body: [postedOf(member.truth, nowMs)] }));
      expect(answer.statusCode).toBe(202);
      const news = receiver.events.splice(0);
      for (const { detail } of news) queue.put(detail);
      events += news.length;
    }
    // The readers get to run in the middle of the storm.
    await sleep(5);
  }
  return events;
}

// Each alert fires in the first round and turns in the last one; in between it turns four times, every second alert five times.
function isTurning(round: number, index: number): boolean {
  return round === 0 || round === ROUNDS - 1 || round % 25 === 1 + (index % 23) || (round === 50 && index % 2 === 0);
}

function turn(member: Member, nowMs: number): void {
  const { isFiring, startsMs, endsMs, changes } = member.truth;
  const since = isFiring ? { startsMs, endsMs: nowMs } : { startsMs: nowMs, endsMs };
  member.truth = { isFiring: !isFiring, ...since, changes: changes + 1 };
  member.api.setAlerts(alertsBody({ firing: isFiring ? [] : [anAlert(ALERT)] }));
}

function postedOf({ isFiring, startsMs, endsMs }: Truth, nowMs: number): object {
  const [startsAt, endsAt] = [startsMs, isFiring ? nowMs + 4 * MINUTE_MS : endsMs].map((ms) => new Date(ms).toISOString());
  return aPosted(ALERT, { startsAt, endsAt });
}

function statusIn(api: Simulator): string | undefined {
  const { conditions } = parseResource(kinds.TracePipeline, api.get("TracePipeline", "backend"));
  return findCondition(conditions, "TelemetryFlowHealthy")?.status;
}

function requestsOf({ requests }: Simulator, method: string, path: string): Simulator["requests"] {
  return requests.filter((request) => request.method === method && request.path.includes(path));
}
