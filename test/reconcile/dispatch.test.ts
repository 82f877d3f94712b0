import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { awsEnvironment, startEventBridge } from "../support/event-bridge.ts";
import { invokeOnce } from "../support/function.ts";
import { invokeCold, metricsOf } from "../support/lambda.ts";

const folder = mkdtempSync(join(tmpdir(), "alertstatus-dispatch-"));
const bridge = await startEventBridge();

beforeEach(() => bridge.reset());
afterAll(async () => {
  await bridge.close();
  rmSync(folder, { recursive: true, force: true });
});

const CANARY = "canary-token-of-a-cluster";
const entry = (name: unknown, more: object = {}) => ({
  name,
  kubernetes: { server: "https://api.example:6443", auth: { token: { env: "CLUSTER_TOKEN" } } },
  ...more,
});

type Ticking = { payload?: object; [name: string]: unknown };
const tick = (clusters: unknown, ticking?: Ticking) => ticked(invokeOnce, clusters, ticking);

function ticked<Outcome>(
  invoke: (...words: Parameters<typeof invokeOnce>) => Outcome,
  clusters: unknown,
  { payload = {}, ...environment }: Ticking = {},
): Outcome {
  const fleet = join(folder, "fleet.json");
  writeFileSync(fleet, JSON.stringify({ clusters }));
  const settings = { FLEET: `file:${fleet}`, BUS: "alertstatus-test", STAGE: "test", CLUSTER_TOKEN: CANARY, ...awsEnvironment(bridge.url) };
  return invoke("dispatch", { ...settings, ...environment }, payload);
}

function requestedClusters(): string[] {
  return bridge.taken.flatMap(({ Detail }) => (Array.isArray(Detail.clusters) ? Detail.clusters : []));
}

describe("a tick", () => {
  test("asks on the bus for every cluster by name, and says when and why", async () => {
    const before = new Date().toISOString();
    const { invoked, text } = await tick([entry("eu"), entry("us")], { payload: { time: "2026-06-01T00:00:00Z" } });
    expect(invoked[0]?.error).toBeUndefined();
    const request = { EventBusName: "alertstatus-test", Source: "alertstatus", DetailType: "Reconcile Requested" };
    expect(bridge.taken).toEqual([{ ...request, Detail: { clusters: ["eu", "us"], cause: "schedule", at: expect.any(String) } }]);
    expect(String(bridge.taken[0]?.Detail.at) >= before).toBe(true);
    expect(text).not.toContain(CANARY);
  });

  test("sends paused clusters and wrong entries along: the run reports them", async () => {
    const output = await tick([entry("eu"), entry("asleep", { paused: true }), entry("wrong", { mode: "loud" })]);
    expect(requestedClusters().toSorted()).toEqual(["asleep", "eu", "wrong"]);
    expect(metricsOf(output)).toMatchObject({ TicksDispatched: 1, ClustersDispatched: 3, ClustersMisconfigured: 0, FleetChanged: 0 });
  });

  test("reports by itself a cluster without a name that a message could carry", async () => {
    const output = await tick([entry("eu"), entry("Not\u001b[31m A Name"), entry(7)]);
    expect(requestedClusters()).toEqual(["eu"]);
    expect(metricsOf(output)).toMatchObject({ ClustersDispatched: 1, ClustersMisconfigured: 2 });
    expect(output.lines.filter(({ level }) => level === "WARN").map(({ cluster }) => cluster)).toEqual(["Not [31m A Name", "(unnamed)"]);
  });

  test("has the shards of the tick before it, whatever the order in the fleet", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `cluster-${index}`);
    const shardsOfTick = async (tickNames: readonly string[]) => {
      bridge.reset();
      await tick(
        tickNames.map((name) => entry(name)),
        { SHARD_SIZE: "10" },
      );
      return bridge.taken.map(({ Detail }) => Detail.clusters);
    };
    const shards = await shardsOfTick(names);
    expect(shards).toHaveLength(5);
    expect(await shardsOfTick(names.toReversed())).toEqual(shards);
  });

  test("of ten thousand clusters asks for each of them once, in fifty shards and five calls, within 256 MB", async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `cluster-${index}-${"n".repeat(48)}`);
    const output = await ticked(
      invokeCold,
      names.map((name) => entry(name, { labels: { region: "eu-central-1" } })),
    );
    expect(requestedClusters().toSorted()).toEqual(names.toSorted());
    expect(bridge.taken).toHaveLength(50);
    expect(bridge.calls.length).toBe(5);
    expect(metricsOf(output)).toMatchObject({ ClustersDispatched: 10_000, ShardsDispatched: 50 });
    expect(output.invoked[0]?.megabytes).toBeLessThan(256);
  });

  test("of the largest shards stays below what a call may hold", async () => {
    await tick(
      Array.from({ length: 10_000 }, (_, index) => entry(`c${index}-${"n".repeat(56)}`)),
      { SHARD_SIZE: "1000" },
    );
    expect(requestedClusters()).toHaveLength(10_000);
    expect(bridge.largest()).toBeLessThan(256 * 1024);
  });

  test("of an empty fleet asks for no cluster, and is a tick all the same", async () => {
    const output = await tick([]);
    expect(bridge.calls).toEqual([]);
    expect(metricsOf(output)).toMatchObject({ TicksDispatched: 1, ClustersDispatched: 0 });
  });

  test.each([{}, { time: "<aws.scheduler.scheduled-time>" }])(
    "that does not say when it was meant, %j, is a tick all the same",
    async (payload) => {
      const output = await tick([entry("eu")], { payload });
      expect(requestedClusters()).toEqual(["eu"]);
      expect(metricsOf(output)).toMatchObject({ TicksDispatched: 1 });
      expect(metricsOf(output)).not.toHaveProperty("TickDelay");
    },
  );

  test("sends again what the bus did not take", async () => {
    bridge.refuse((_, call) => (call === 1 ? "ThrottlingException" : undefined));
    await tick([entry("eu"), entry("us")], { SHARD_SIZE: "1" });
    expect(bridge.calls.map((call) => call.length)).toEqual([2, 2]);
    expect(requestedClusters().toSorted()).toEqual(["eu", "us"]);
  });
});

describe("a tick fails, which alarms, where", () => {
  test("the bus takes nothing", async () => {
    bridge.refuse(() => "InternalFailure");
    const { invoked, metrics } = await tick([entry("eu")]);
    expect(invoked[0]?.error).toMatchObject({ name: "UpstreamError", message: expect.stringContaining("InternalFailure") });
    expect(metrics).toEqual([]);
  });

  test.each([
    { what: "the fleet is none", clusters: "none", environment: {}, says: "clusters: a list of clusters is expected" },
    { what: "no fleet is named", clusters: [], environment: { FLEET: "" }, says: "set FLEET" },
    { what: "no bus is named", clusters: [], environment: { BUS: "" }, says: "set BUS" },
    { what: "the shard size is none", clusters: [], environment: { SHARD_SIZE: "0" }, says: "SHARD_SIZE: write a number" },
  ])("$what", async ({ clusters, environment, says }) => {
    const { invoked } = await tick(clusters, environment);
    expect(invoked[0]?.error).toMatchObject({ name: "ConfigError", message: expect.stringContaining(says) });
    expect(bridge.calls).toEqual([]);
  });
});

test("the metrics of a tick carry service and stage, and no cluster", async () => {
  const output = await tick([entry("eu")], { payload: { time: new Date(Date.now() - 3_000).toISOString() } });
  expect(output.metrics).toEqual([
    expect.objectContaining({
      service: "alertstatus",
      stage: "test",
      _aws: expect.objectContaining({
        CloudWatchMetrics: [
          expect.objectContaining({
            Namespace: "alertstatus",
            Dimensions: [["service", "stage"]],
            Metrics: expect.arrayContaining([
              { Name: "TickDelay", Unit: "Milliseconds" },
              { Name: "ClustersDispatched", Unit: "Count" },
            ]),
          }),
        ],
      }),
    }),
  ]);
  expect(metricsOf(output).TickDelay).toBeGreaterThanOrEqual(3_000);
});
