// Holds the two functions to their parts in finding a cluster that ends the process that reads it: reconcile marks, dispatch cuts.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { TickMemory } from "../../functions/core/fleet/plan-shards.ts";
import { shardId } from "../../functions/core/fleet/shards.ts";
import { awsEnvironment, startEventBridge } from "../support/event-bridge.ts";
import { invokeOnce } from "../support/function.ts";
import { aBatch, invokeCold, metricsOf } from "../support/lambda.ts";
import { aMessage, aTick } from "../support/queue-messages.ts";
import { startStateTable } from "../support/state-table.ts";

const folder = mkdtempSync(join(tmpdir(), "alertstatus-dead-shards-"));
const fleetFile = join(folder, "fleet.json");
const bridge = await startEventBridge();
const table = await startStateTable();
const environment = {
  FLEET: `file:${fleetFile}`,
  BUS: "alertstatus-test",
  STATE_TABLE: "alertstatus-test",
  CLUSTER_TOKEN: "token",
  ...awsEnvironment(bridge.url),
  ...table.env,
};
const NAMES = ["a", "b", "c", "d"];
const MINUTE_MS = 60_000;

// Beside other tests a call of the table takes as long as it takes.
const patience = vi.hoisted(() => ({ ms: 60_000 }));
vi.mock("../../functions/core/limits.ts", async (original) => ({
  ...(await original<object>()),
  get STATE_CALL_MS() {
    return patience.ms;
  },
  get ROWS_MS() {
    return patience.ms;
  },
}));

beforeEach(() => {
  bridge.reset();
  table.reset();
  patience.ms = 60_000;
  // No server gets this port by chance.
  const kubernetes = { server: "http://127.0.0.1:1", auth: { token: { env: "CLUSTER_TOKEN" } } };
  writeFileSync(fleetFile, JSON.stringify({ clusters: NAMES.map((name) => ({ name, kubernetes })) }));
});
afterAll(async () => {
  await Promise.all([bridge.close(), table.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const marks = () =>
  table.items().flatMap(({ partition, name, text }) => (partition?.S === "shards" ? [[name?.S, JSON.parse(text?.S ?? "").tickMs]] : []));

describe("reconcile", () => {
  const run = (...payloads: readonly unknown[]) => invokeOnce("reconcile", environment, ...payloads);

  test("marks each shard of a tick by when it was dispatched, whatever becomes of its clusters", async () => {
    const ticks = [aTick(["b", "a"]), aTick(["c"])];
    const output = await run(aBatch(...ticks));
    const [first, second] = ticks.map(({ attributes }) => Number(attributes.SentTimestamp));
    const expected = [
      [shardId(["a", "b"]), first],
      [shardId(["c"]), second],
    ];
    expect(marks().toSorted()).toEqual(expected.toSorted());
    expect(metricsOf(output)).toMatchObject({ ClustersUnreachable: 3 });
    expect(metricsOf(output).StateWritesFailed).toBe(0);
  });

  const unmarked = [
    { what: "a push", payload: aBatch(aMessage({ clusters: ["a"] })) },
    { what: "a tick that is over", payload: aBatch(aTick(["a"], { ageMs: 2 * MINUTE_MS })) },
    { what: "a direct payload", payload: { clusters: ["a"] } },
  ];

  test.each(unmarked)("marks nothing for $what", async ({ payload }) => {
    await run(payload);
    expect(table.items()).toEqual([]);
  });

  test("loads no client of the table where it marks nothing", async () => {
    const { invoked } = await invokeCold("reconcile", environment, ...unmarked.map(({ payload }) => payload));
    expect(invoked.map(({ libraries }) => libraries.includes("@aws-sdk/client-dynamodb"))).toEqual([false, false, false]);
  });

  test("marks a shard also where no fleet can be read: its process has not died", async () => {
    writeFileSync(fleetFile, "none");
    await run(aBatch(aTick(["a"])));
    expect(marks()).toHaveLength(1);
  });

  const failing = [
    { status: 400, why: "dynamodb:PutItem" },
    { status: 0, why: "dynamodb:PutItem: no answer within 1800 ms" },
  ];

  test.each(failing)("is done all the same where the table answers $status, and counts that", async ({ status, why }) => {
    table.fail(status, "PutItem");
    if (status === 0) patience.ms = 600;
    const output = await run(aBatch(aTick(["a"])));
    expect(output.invoked[0]?.answer).toEqual({ batchItemFailures: [] });
    expect(metricsOf(output)).toMatchObject({ ClustersAccounted: 1, RunsCompleted: 1, StateWritesFailed: 2 });
    const told = { level: "ERROR", message: "shards are not marked as accounted for", why: expect.stringContaining(why) };
    expect(output.lines).toContainEqual(expect.objectContaining(told));
  });
});

describe("dispatch", () => {
  const tick = () => invokeOnce("dispatch", environment, {});
  const requested = () => bridge.taken.map(({ Detail }) => Detail.clusters);
  const kept = (): TickMemory => JSON.parse(table.items().find(({ partition }) => partition?.S === "ticks")?.text?.S ?? "{}");
  /** The tick of a minute ago, and those of its shards that are marked. */
  function wasDispatched(memory: Omit<TickMemory, "atMs">, ...marked: readonly (readonly string[])[]): void {
    const atMs = Date.now() - MINUTE_MS;
    table.put({
      partition: { S: "ticks" },
      name: { S: "last" },
      text: { S: JSON.stringify({ atMs, ...memory }) },
      atMs: { N: String(atMs) },
    });
    for (const clusters of marked)
      table.put({ partition: { S: "shards" }, name: { S: shardId(clusters) }, text: { S: JSON.stringify({ tickMs: atMs }) } });
  }
  const latest = () =>
    table.items().flatMap(({ partition, text }) => (partition?.S?.startsWith("latest/") ? [JSON.parse(text?.S ?? "")] : []));
  const suspects = (...clusters: readonly string[]) => ({ clusters, missedMs: Date.now() - MINUTE_MS, isQuarantined: false });

  test("leaves to the next tick when it dispatched which shards", async () => {
    await tick();
    const at = Date.parse(String(bridge.taken[0]?.Detail.at));
    expect(kept()).toEqual({ atMs: at, shards: [shardId(NAMES)], apart: [], tickMs: MINUTE_MS, log: [] });
  });

  test("repeats a shard that is accounted for", async () => {
    wasDispatched({ shards: [shardId(NAMES)], apart: [] }, NAMES);
    const output = await tick();
    expect(requested()).toEqual([NAMES]);
    expect(metricsOf(output)).toMatchObject({ ShardsDied: 0, ClustersQuarantined: 0, StateWritesFailed: 0 });
  });

  test("dispatches each cluster of a shard alone that is not, and says so", async () => {
    wasDispatched({ shards: [shardId(NAMES)], apart: [] });
    const output = await tick();
    expect(requested()).toEqual([["a"], ["b"], ["c"], ["d"]]);
    expect(metricsOf(output)).toMatchObject({ ShardsDied: 1, ClustersQuarantined: 0, ShardsDispatched: 4, ClustersDispatched: 4 });
    expect(output.lines).toContainEqual(
      expect.objectContaining({ level: "ERROR", message: "shard is not accounted for", clusters: 4, first: NAMES }),
    );
    expect(kept()).toMatchObject({ shards: [""], apart: NAMES.map((name) => ({ clusters: [name], isQuarantined: false })) });
  });

  test("names the cluster that is alone in the end, and reads the others beside it", async () => {
    wasDispatched({ shards: [""], apart: [suspects("a"), suspects("b"), suspects("c", "d")] }, ["b"], ["c", "d"]);
    const output = await tick();
    expect(requested()).toEqual([["b", "c", "d"], ["a"]]);
    expect(metricsOf(output)).toMatchObject({ ShardsDied: 1, ClustersQuarantined: 1 });
    const died = { cluster: "a", was: "crashed", code: "process-died" };
    expect(output.lines).toContainEqual(expect.objectContaining({ level: "ERROR", message: "cluster needs attention", ...died }));
    expect(latest()).toEqual([expect.objectContaining(died)]);
  });

  test("takes back what a shard of that cluster saw before, so that its next pass is seen", async () => {
    wasDispatched({ shards: [""], apart: [suspects("a"), suspects("b", "c", "d")] }, ["b", "c", "d"]);
    table.put({
      partition: { S: "shards" },
      name: { S: shardId(["a"]) },
      text: { S: JSON.stringify({ tickMs: 1, seen: "abcd" }) },
      atMs: { N: "1" },
    });
    await tick();
    const mark = table.items().find(({ name }) => name?.S === shardId(["a"]));
    expect(JSON.parse(mark?.text?.S ?? "")).toMatchObject({ tickMs: 1, seen: "" });
  });

  test.each(["GetItem", "Query"])("works without a memory where %s fails, and leaves what is kept", async (action) => {
    wasDispatched({ shards: [""], apart: [suspects("a", "b"), suspects("c", "d")] }, ["a", "b"]);
    const before = kept();
    table.fail(400, action);
    const output = await tick();
    expect(requested()).toEqual([NAMES]);
    expect(metricsOf(output)).toMatchObject({ TicksDispatched: 1, StateWritesFailed: 1 });
    expect(kept()).toEqual(before);
  });

  test("dispatches although nothing can be left to the next tick", async () => {
    table.fail(400, "PutItem");
    const output = await tick();
    expect(requested()).toEqual([NAMES]);
    expect(metricsOf(output)).toMatchObject({ TicksDispatched: 1, StateWritesFailed: 1 });
  });

  test("leaves nothing where the bus takes nothing: nothing was dispatched", async () => {
    bridge.refuse(() => "InternalFailure");
    await tick();
    expect(table.items()).toEqual([]);
  });
});
