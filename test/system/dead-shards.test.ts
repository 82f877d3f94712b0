// A cluster that its reader dies of, in the stack as it is deployed: it is alone in the next tick, and the others are read as if it were not there.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { shardId } from "../../functions/core/fleet/shards.ts";
import { worstCaseMs } from "../../functions/core/limits.ts";
import { openStore } from "../../functions/state/store.ts";
import { readLastTick } from "../../functions/state/tick.ts";
import { ADDRESS } from "../real/kyma-cluster.ts";
import { keepingState } from "../state/table-suite.ts";
import { aResource } from "../support/builders.ts";
import { functionLog } from "../support/function-log.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { deployStack, type LocalStack } from "../support/local-stack.ts";
import { PATIENTLY } from "../support/patience.ts";
import { startFront } from "../support/secure-front.ts";
import type { SecureServer } from "../support/secure-server.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { publishFleet } from "../support/stack-fleet.ts";
import { startDeadly } from "./hostile-clusters.ts";

const SHARD_SIZE = 4;
const MAX_STAGES = 5;
const stageOf = (nth: number) => `shards-${nth}`;

let cloud: LocalCloud;
let stack: LocalStack;
let deadly: Awaited<ReturnType<typeof startDeadly>>;
let healthy: readonly Simulator[];
let fronts: readonly SecureServer[];

beforeAll(async () => {
  cloud = await startLocalCloud();
  stack = await deployAt(1);
  deadly = await startDeadly(ADDRESS);
  healthy = await Promise.all(["a", "b", "c"].map(() => startSimulator()));
  for (const simulator of healthy) simulator.put(aResource().object);
  fronts = await Promise.all(healthy.map((simulator) => startFront(simulator, ADDRESS)));
});

afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(cloud.log());
});

afterAll(async () => {
  await deadly?.close();
  await Promise.all([...(fronts ?? []), ...(healthy ?? [])].map((server) => server.close()));
  await cloud?.stop();
});

describe("the table of the stack", () => {
  keepingState(
    () => stack.name,
    () => Object.fromEntries(Object.entries(cloud.env).filter(([name]) => name.startsWith("AWS_"))),
  );
});

it("finds the cluster that its reader dies of, and reads the others", async () => {
  let search = await searched();
  // Where a table answers late, the next tick takes a shard that lives for dead: a new stage begins with none that is.
  for (let nth = 2; search === undefined && nth <= MAX_STAGES; nth++) {
    stack = await deployAt(nth);
    search = await searched();
  }
  expect(search).toEqual({ whereAlone: [1, 1, 1], whereTogether: [1, 1, 1], quarantined: [["deadly"]], died: ["deadly"] });
});

function deployAt(nth: number): Promise<LocalStack> {
  return deployStack(cloud, { stage: stageOf(nth), params: { tick: "rate(1 day)", shardSize: String(SHARD_SIZE) } });
}

/** How often each healthy cluster was read, and what was found of the others; undefined where the machine was too busy for it. */
async function searched() {
  const members = fronts.map(({ url, ca }, index) => ({ name: "abc"[index]!, server: url, ca, token: healthy[index]!.token }));
  await publishFleet(cloud, stack, [...members, { name: "deadly", server: deadly.url, token: "token" }]);
  if (!(await tick([]))) return;
  // Each is alone after the one tick that the others have missed.
  if (!(await tick([["a"], ["b"], ["c"]]))) return;
  const whereAlone = readings();
  if (!(await tick([["a", "b", "c"]]))) return;
  const { last } = await readLastTick(stateStore(), Date.now());
  const quarantined = last?.memory.apart.flatMap(({ clusters, isQuarantined }) => (isQuarantined ? [clusters] : []));
  const died = (await logOf("dispatch")).filter((line) => line.includes("process-died")).map((line) => JSON.parse(line).cluster);
  return { whereAlone, whereTogether: readings(), quarantined, died };
}

/** How often the pipelines of each were listed since the tick began. */
function readings(): readonly number[] {
  return healthy.map(({ requests }) => requests.filter(({ path, status }) => path.includes("/tracepipelines?") && status === 200).length);
}

function stateStore() {
  return openStore(stack.name, Date.now(), 5_000);
}

function logOf(name: "dispatch" | "reconcile"): Promise<readonly string[]> {
  return functionLog(cloud, `${stack.name}-${name}`);
}

/**
 * One tick, until these of its shards have come to their end, and every other has had the time to; whether it is these alone, and what it
 * leaves was kept. On a busy machine a reader may come to its end before it is killed.
 */
async function tick(survivors: readonly (readonly string[])[]): Promise<boolean> {
  for (const { requests } of healthy) requests.length = 0;
  await stack.invoke("dispatch", {});
  const expected = survivors.map(shardId);
  const accounted = async () => [...((await readLastTick(stateStore(), Date.now())).last?.accounted ?? [])];
  const isOver = async () => (await isStateLate()) || isWithin(expected, await accounted());
  await Promise.all([expect.poll(isOver, PATIENTLY).toBe(true), sleep(worstCaseMs(SHARD_SIZE))]);
  return !(await isStateLate()) && isWithin(await accounted(), expected);
}

function isWithin(some: readonly string[], others: readonly string[]): boolean {
  return some.every((one) => others.includes(one));
}

async function isStateLate(): Promise<boolean> {
  const lines = (await Promise.all([logOf("dispatch"), logOf("reconcile")])).flat();
  return lines.some((line) => /shards are not marked|the tick is not kept/.test(line));
}
