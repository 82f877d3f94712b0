import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { isTime } from "../../functions/core/outcome/metrics.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { awsEnvironment, startEventBridge } from "../support/event-bridge.ts";
import { invokeOnce, startFunction } from "../support/function.ts";
import { aBatch, invokeCold, type Line, metricsOf } from "../support/lambda.ts";
import { aMessage, aTick } from "../support/queue-messages.ts";
import { startSimulator } from "../support/simulator.ts";

const folder = mkdtempSync(join(tmpdir(), "alertstatus-queue-"));
const fleetFile = join(folder, "fleet.json");
const bridge = await startEventBridge();
const [eu, us, foreign] = await Promise.all([startSimulator(), startSimulator(), startSimulator()]);
// No server gets this port by chance.
const DEAD_SERVER = "http://127.0.0.1:1";
const environment = {
  FLEET: `file:${fleetFile}`,
  BUS: "alertstatus-test",
  STAGE: "test",
  CLUSTER_TOKEN: eu.token,
  ...awsEnvironment(bridge.url),
};

const entry = (name: string, server: string, more: object = {}) => ({
  name,
  labels: { region: name },
  kubernetes: { server, auth: { token: { env: "CLUSTER_TOKEN" } } },
  ...more,
});

beforeEach(() => {
  bridge.reset();
  writeFleet(entry("eu", eu.url), entry("us", us.url), entry("dead", DEAD_SERVER), entry("asleep", DEAD_SERVER, { paused: true }));
  for (const cluster of [eu, us, foreign]) {
    cluster.put(aResource().object);
    cluster.setAlerts(alertsBody());
    cluster.requests.length = 0;
  }
});
afterAll(async () => {
  await Promise.all([bridge.close(), eu.close(), us.close(), foreign.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const run = (...payloads: readonly unknown[]) => invokeOnce("reconcile", environment, ...payloads);
const failed = (...ids: readonly string[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
const push = (...clusters: readonly string[]) => aMessage({ clusters });

describe("a batch of the queue", () => {
  test("is done, whatever becomes of a cluster: that is an outcome, and no message comes back for it", async () => {
    const output = await run(aBatch(aTick(["eu", "us", "dead", "asleep"])));
    expect(output.invoked[0]?.answer).toEqual(failed());
    expect([patches(eu), patches(us)]).toEqual([1, 1]);
    expect(metricsOf(output)).toMatchObject({
      RunsCompleted: 1,
      ClustersReconciled: 2,
      ClustersUnreachable: 1,
      ClustersPaused: 1,
      ClustersAccounted: 4,
      ResourcesPatched: 2,
      ConditionsTrue: 2,
    });
    // CloudWatch bills each metric that has a value.
    expect(output.metrics.flatMap((line) => Object.entries(line)).filter(([name, value]) => value === 0 && !isTime(name))).toEqual([]);
  });

  test("does a cluster once, however many messages name it, in whatever order they come", async () => {
    const { invoked } = await run(aBatch(push("us"), push("eu", "us"), push("us"), aTick(["us", "eu"])));
    expect(invoked[0]?.answer).toEqual(failed());
    expect([lists(eu), lists(us)]).toEqual([1, 1]);
  });

  test("gives back what is malformed, and does the others", async () => {
    const [bad, worse] = [aMessage({ clusters: [] }), { ...aMessage(), body: "reconcile, please" }];
    const output = await run(aBatch(bad, push("eu"), worse));
    expect(output.invoked[0]?.answer).toEqual(failed(bad.messageId, worse.messageId));
    expect(patches(eu)).toBe(1);
    expect(metricsOf(output)).toMatchObject({ MessagesMalformed: 2, ClustersReconciled: 1 });
  });

  test("of nothing but malformed messages gives them all back, and is no run", async () => {
    const bad = aMessage({ clusters: [] });
    const output = await run(aBatch(bad));
    expect(output.invoked[0]).toMatchObject({ answer: failed(bad.messageId) });
    expect(metricsOf(output)).toMatchObject({ MessagesMalformed: 1, RunsCompleted: 0 });
  });

  test("drops and counts what a tick or a push asked for before the last tick, and does what is younger", async () => {
    const [tick, old] = [aTick(["eu"], { ageMs: 90_000 }), aMessage({ clusters: ["eu"] }, { ageMs: 90_000 })];
    const output = await run(aBatch(tick, old, aMessage({ clusters: ["us"] }, { ageMs: 30_000 })));
    expect(output.invoked[0]?.answer).toEqual(failed());
    expect([lists(eu), lists(us)]).toEqual([0, 1]);
    expect(metricsOf(output)).toMatchObject({ TickRequestsDropped: 1, PushRequestsDropped: 1, ClustersReconciled: 1 });
    expect(metricsOf(output).OldestRequestAge).toBeGreaterThanOrEqual(90_000);
  });

  test("counts and names clusters that have left the fleet", async () => {
    const output = await run(aBatch(aTick(["eu", "gone", "long-gone"])));
    expect(output.invoked[0]?.answer).toEqual(failed());
    expect(metricsOf(output)).toMatchObject({ UnknownClusters: 2, ClustersReconciled: 1, ClustersAccounted: 3 });
    expect(output.lines).toContainEqual(expect.objectContaining({ count: 2, first: ["gone", "long-gone"] }));
  });

  test("of ten thousand names does those that there are, and names the others in one short line", async () => {
    const strangers = Array.from({ length: 9_998 }, (_, index) => `stranger-${index}`);
    const output = await run(aBatch(push("eu", ...strangers, "us")));
    expect(output.invoked[0]?.answer).toEqual(failed());
    expect([patches(eu), patches(us)]).toEqual([1, 1]);
    expect(metricsOf(output)).toMatchObject({ UnknownClusters: 9_998, ClustersReconciled: 2 });
    expect(Math.max(...output.lines.map((line) => JSON.stringify(line).length))).toBeLessThan(2_000);
  });

  test("reports a wrong entry as misconfigured", async () => {
    writeFleet(entry("eu", eu.url), entry("wrong", us.url, { mode: "loud" }));
    const output = await run(aBatch(aTick(["eu", "wrong"])));
    expect(attention(output.lines)).toEqual([
      expect.objectContaining({ cluster: "wrong", was: "misconfigured", why: expect.stringContaining("mode") }),
    ]);
  });

  test("begins no cluster that could not be finished: late, and counted", async () => {
    const lambda = await startFunction("reconcile", environment);
    const { answer } = await lambda.invoke(aBatch(push("eu")), { remainingMs: 8_000 });
    const output = await lambda.end();
    expect(answer).toEqual(failed());
    expect(lists(eu)).toBe(0);
    expect(metricsOf(output)).toMatchObject({ ClustersLate: 1, ClustersReconciled: 0 });
  });
});

describe("an address in a message", () => {
  test.each([
    { where: "in place of a name", detail: { clusters: [foreign.url] } },
    { where: "beside the names", detail: { clusters: ["eu"], server: foreign.url } },
    { where: "of a cluster's own", detail: { clusters: [{ name: "eu", kubernetes: { server: foreign.url } }] } },
  ])("$where is never contacted", async ({ detail }) => {
    const message = aMessage(detail);
    const { invoked } = await run(aBatch(message));
    expect(invoked[0]?.answer).toEqual(failed(message.messageId));
    expect([foreign, eu].map(({ requests }) => requests.length)).toEqual([0, 0]);
  });

  test("around the detail changes nothing", async () => {
    const { invoked } = await run(aBatch(aMessage({}, { resources: [foreign.url], server: foreign.url })));
    expect(invoked[0]?.answer).toEqual(failed());
    expect(foreign.requests).toEqual([]);
    expect(patches(eu)).toBe(1);
  });
});

describe("a warm function", () => {
  test("does not read again what it has read after the request", async () => {
    const lambda = await startFunction("reconcile", environment);
    await lambda.invoke(aBatch(push("eu")));
    await lambda.invoke(aBatch(aMessage({ clusters: ["eu"] }, { ageMs: 30_000 })));
    expect(lists(eu)).toBe(1);
    await lambda.invoke(aBatch(push("eu")));
    expect(lists(eu)).toBe(2);
    expect(metricsOf(await lambda.end())).toMatchObject({ ClustersAnswered: 1, ClustersReconciled: 2, RunsCompleted: 3 });
  });

  test("leaves a cluster that has just failed to the next tick, which asks again", async () => {
    const early = aMessage({ clusters: ["dead"] }, { ageMs: 30_000 });
    const counts = { ClustersAnswered: 0, ClustersResting: 1, ClustersUnreachable: 2 };
    expect(metricsOf(await run(aBatch(push("dead")), aBatch(early), aBatch(aTick(["dead"]))))).toMatchObject(counts);
  });

  test("probes a cluster that three ticks did not reach, and says so; a direct payload tries it in full", async () => {
    const ticks = Array.from({ length: 4 }, () => aBatch(aTick(["dead"])));
    const { lines, invoked } = await run(...ticks, { clusters: ["dead"] });
    const probed = expect.stringMatching(/^unreachable since \S+Z, probed only: GET \S+\?limit=1: /);
    const whole = expect.stringMatching(/^GET \S+\?limit=500: /);
    expect(attention(lines).map(({ why }) => why)).toEqual([whole, whole, whole, probed, whole]);
    const [outcome] = Object(invoked[4]?.answer).clusters;
    expect(outcome).toMatchObject({ was: "unreachable", code: "connection-refused", since: expect.stringMatching(/Z$/) });
  });
});

describe("a fleet that is not usable", () => {
  test("alarms, keeps no message, and malformed ones go back all the same", async () => {
    writeFileSync(fleetFile, "clusters: none");
    const bad = aMessage({ clusters: [] });
    const output = await run(aBatch(aTick(["eu"]), bad));
    expect(output.invoked[0]?.answer).toEqual(failed(bad.messageId));
    expect(metricsOf(output)).toMatchObject({ FleetUnusable: 1, RunsCompleted: 0, MessagesMalformed: 1 });
    expect(metricsOf(output).ClustersAccounted).toBe(0);
    expect(output.lines).toContainEqual(expect.objectContaining({ level: "ERROR", why: expect.stringContaining(fleetFile) }));
  });

  test("is an error to a direct payload", async () => {
    writeFileSync(fleetFile, "clusters: none");
    const { invoked } = await run({});
    expect(invoked[0]?.error).toMatchObject({ name: "ConfigError", message: expect.stringContaining("a list of clusters is expected") });
  });
});

describe("transitions", () => {
  test("go out on the bus, each once: from what, to what, and why", async () => {
    eu.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayThrottling")] }));
    const output = await run(aBatch(push("eu")), aBatch(push("eu")));
    expect(bridge.taken).toEqual([
      {
        EventBusName: "alertstatus-test",
        Source: "alertstatus",
        DetailType: "Condition Changed",
        Detail: {
          cluster: "eu",
          labels: { region: "eu" },
          resource: { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "backend" },
          profile: "kyma-telemetry",
          condition: {
            type: "TelemetryFlowHealthy",
            from: null,
            to: { status: "False", reason: "GatewayThrottling", message: expect.any(String) },
          },
          because: ["TraceGatewayThrottling"],
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        },
      },
    ]);
    expect(metricsOf(output)).toMatchObject({ TransitionsSent: 1, TransitionsLost: 0 });
  });

  test("of a direct payload go out too", async () => {
    await run({ clusters: ["eu"] });
    expect(bridge.taken.map(({ Detail }) => Detail.cluster)).toEqual(["eu"]);
  });

  test("that the bus does not take are lost, which is counted, and the run is none the worse", async () => {
    bridge.refuse(() => "InternalFailure");
    const output = await run(aBatch(push("eu", "us")));
    expect(output.invoked[0]?.answer).toEqual(failed());
    expect(metricsOf(output)).toMatchObject({ TransitionsLost: 2, TransitionsSent: 0, ResourcesPatched: 2, RunsCompleted: 1 });
    expect(output.lines).toContainEqual(expect.objectContaining({ level: "ERROR", why: expect.stringContaining("InternalFailure") }));
  });

  test.each([
    { what: "a dry run", payload: { clusters: ["eu"], dryRun: true }, more: {} },
    { what: "an observer", payload: { clusters: ["eu"] }, more: { mode: "observe" } },
  ])("of $what do not go out", async ({ payload, more }) => {
    writeFleet(entry("eu", eu.url, more));
    const { invoked } = await run(payload);
    expect(invoked[0]?.answer).toMatchObject({ summary: { resources: { planned: 1 } } });
    expect(bridge.calls).toEqual([]);
  });

  test("load the client of the bus, and a run without any does not", async () => {
    const { invoked } = await invokeCold("reconcile", environment, aBatch(push("asleep")), aBatch(push("eu")));
    expect(invoked.map(({ libraries }) => libraries.includes("@aws-sdk/client-eventbridge"))).toEqual([false, true]);
    const quiet = await invokeCold("reconcile", environment, aBatch(push("eu")));
    expect(quiet.invoked[0]?.libraries.filter((library) => library.startsWith("@aws-sdk"))).toEqual([]);
  });
});

describe("the log", () => {
  test("has a line for each cluster that needs attention, one for the run, and one of metrics", async () => {
    const { lines, metrics } = await run(aBatch(aTick(["eu", "us", "dead"])));
    expect(lines.map(({ message }) => message).toSorted()).toEqual([
      "cluster needs attention",
      "condition changed",
      "condition changed",
      "run completed",
    ]);
    expect(attention(lines)).toEqual([
      expect.objectContaining({
        level: "WARN",
        service: "alertstatus",
        stage: "test",
        cluster: "dead",
        was: "unreachable",
        code: "connection-refused",
      }),
    ]);
    expect(lines.filter(({ message }) => message === "condition changed").map(({ cluster }) => cluster)).toEqual(["eu", "us"]);
    expect(lines.find(({ message }) => message === "run completed")).toMatchObject({
      conditions: { True: 2, False: 0, Unknown: 0 },
      cause: "schedule",
      dryRun: false,
      clusters: { reconciled: 2, unreachable: 1 },
    });
    expect(metrics).toHaveLength(1);
  });

  test("names in each line the invocation that wrote it", async () => {
    const { lines } = await run(aBatch(push("asleep")), aBatch(push("asleep")));
    expect(new Set(lines.map(({ request }) => request)).size).toBe(2);
  });

  test("counts no dry run", async () => {
    const { lines, metrics } = await run({ dryRun: true, clusters: ["eu"] });
    expect(lines).toEqual([expect.objectContaining({ message: "run completed", cause: "manual", dryRun: true })]);
    expect(metrics).toEqual([]);
  });

  test("has metrics with service and stage, and no dimension that grows with the fleet", async () => {
    const [metrics] = (await run(aBatch(push("eu")))).metrics;
    expect(metrics).toMatchObject({
      service: "alertstatus",
      stage: "test",
      _aws: { CloudWatchMetrics: [{ Namespace: "alertstatus", Dimensions: [["service", "stage"]] }] },
    });
  });
});

function writeFleet(...clusters: readonly object[]): void {
  writeFileSync(fleetFile, JSON.stringify({ clusters }));
}

function patches({ requests }: typeof eu): number {
  return requests.filter(({ method }) => method === "PATCH").length;
}

function lists({ requests }: typeof eu): number {
  return requests.filter(({ path }) => /\/tracepipelines\?/.test(path)).length;
}

function attention(lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ message }) => message === "cluster needs attention");
}
