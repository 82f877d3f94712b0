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

const STAGE = "shards";
const TABLE = `alertstatus-${STAGE}`;
const SHARD_SIZE = 4;

let cloud: LocalCloud;
let stack: LocalStack;
let deadly: Awaited<ReturnType<typeof startDeadly>>;
let healthy: readonly Simulator[];
let fronts: readonly SecureServer[];

beforeAll(async () => {
  cloud = await startLocalCloud();
  stack = await deployStack(cloud, { stage: STAGE, params: { tick: "rate(1 day)", shardSize: String(SHARD_SIZE) } });
  deadly = await startDeadly(ADDRESS);
  healthy = await Promise.all(["a", "b", "c"].map(() => startSimulator()));
  for (const simulator of healthy) simulator.put(aResource().object);
  fronts = await Promise.all(healthy.map((simulator) => startFront(simulator, ADDRESS)));
  const members = fronts.map(({ url, ca }, index) => ({ name: "abc"[index]!, server: url, ca, token: healthy[index]!.token }));
  await publishFleet(cloud, stack, [...members, { name: "deadly", server: deadly.url, token: "token" }]);
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
    () => TABLE,
    () => Object.fromEntries(Object.entries(cloud.env).filter(([name]) => name.startsWith("AWS_"))),
  );
});

it("finds the cluster that its reader dies of, and reads the others", async () => {
  await tick([]);
  // Each is alone after the one tick that the others have missed.
  for (const { requests } of healthy) requests.length = 0;
  await tick([["a"], ["b"], ["c"]]);
  expect(readings()).toEqual([1, 1, 1]);
  for (const { requests } of healthy) requests.length = 0;
  await tick([["a", "b", "c"]]);
  const { last } = await readLastTick(stateStore(), Date.now());
  expect(last?.memory.apart.filter(({ isQuarantined }) => isQuarantined)).toMatchObject([{ clusters: ["deadly"] }]);
  const log = await functionLog(cloud, `${stack.name}-dispatch`);
  expect(log.filter((line) => line.includes("process-died"))).toEqual([expect.stringContaining('"cluster":"deadly"')]);
  expect(readings()).toEqual([1, 1, 1]);
});

/** How often the pipelines of each were listed. */
function readings(): readonly number[] {
  return healthy.map(({ requests }) => requests.filter(({ path, status }) => path.includes("/tracepipelines?") && status === 200).length);
}

function stateStore() {
  return openStore(TABLE, Date.now(), 5_000);
}

/** One tick, until these of its shards have come to their end, and every other has had the time to. */
async function tick(survivors: readonly (readonly string[])[]): Promise<void> {
  await stack.invoke("dispatch", {});
  const accounted = async () => [...((await readLastTick(stateStore(), Date.now())).last?.accounted ?? [])].toSorted();
  await Promise.all([expect.poll(accounted, PATIENTLY).toEqual(survivors.map(shardId).toSorted()), sleep(worstCaseMs(SHARD_SIZE))]);
  expect(await accounted()).toEqual(survivors.map(shardId).toSorted());
}
