// Tries the deployed stack with real clusters, from the schedule to the removal.

import { SendMessageCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { ADDRESS, conditionText, hurried, type KymaCluster, type Pipeline, startKymaCluster } from "../real/kyma-cluster.ts";
import { type BusListener, drained, listenToBus } from "../support/bus-listener.ts";
import { inventory } from "../support/cloud-inventory.ts";
import { collector, services } from "../support/kyma-metrics.ts";
import { type ClonedStack, deployClone } from "../support/local-clone.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type Member, publishFleet } from "../support/stack-fleet.ts";
import { peakMemory } from "./function-memory.ts";
import { startEndless, startSilent } from "./hostile-clusters.ts";

const spec = { output: { otlp: { endpoint: { value: "https://backend.example:4317" } } } };
const pipelines: readonly Pipeline[] = [
  { kind: "TracePipeline", name: "shop", spec },
  { kind: "TracePipeline", name: "audit", spec },
  { kind: "MetricPipeline", name: "shop", spec },
];
const spans = collector(services.gateway, "spans");
const metrics = collector(services.gateway, "metric_points");

const LOST = "False GatewayAllTelemetryDataDropped";
const HEALTHY = "True FlowHealthy";
const asItIs = { "TracePipeline/shop": LOST, "TracePipeline/audit": HEALTHY, "MetricPipeline/shop": HEALTHY };
// More of them than the memory in flight has room for.
const ENDLESS = Array.from({ length: 12 }, (_, index) => `endless-${index}`);
const STAGE = "test";

let cloud: LocalCloud;
let cluster: KymaCluster;
let stack: ClonedStack;
let listener: BusListener;
let sqs: SQSClient;
let cleared: readonly string[];
let forgetSecrets: () => Promise<void>;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  cluster = await closing(startKymaCluster({ pendingOnly: "MetricGatewayThrottling", address: ADDRESS }));
  cluster.traffic.flow([spans.sendFailed("shop"), spans.sent("audit"), metrics.sent("shop")]);
  for (const pipeline of pipelines) await cluster.create(pipeline);
  cloud = await closing(startLocalCloud());
  cleared = await inventory(cloud);
  sqs = new SQSClient(cloud.settings);
  stack = await deployClone(cloud, STAGE);
  forgetSecrets = await publishFleet(cloud, stack, await members(), { hurried });
  listener = await listenToBus(cloud, stack.outputs.BusName, "Condition Changed");
});

afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(cloud.log());
});

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

it("answers a dry run for each cluster, and writes nothing", async () => {
  expect(await wasEach({ dryRun: true })).toEqual({
    real: "reconciled",
    refused: "unreachable: connection-refused",
    silent: "unreachable: timeout",
    ...Object.fromEntries(ENDLESS.map((name) => [name, expect.stringMatching(/^unreachable: (too-large|timeout)$/)])),
  });
  expect(await cluster.writes()).toBe(0);
});

it("moves a malformed message to the dead-letter queue", async () => {
  const { PushQueueUrl, DeadLetterQueueUrl } = stack.outputs;
  // Shorter than the stack's own wait between two attempts.
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: PushQueueUrl, Attributes: { VisibilityTimeout: "1" } }));
  await sqs.send(new SendMessageCommand({ QueueUrl: PushQueueUrl, MessageBody: "poison" }));
  await expect.poll(() => drained(sqs, DeadLetterQueueUrl), PATIENTLY).toEqual(["poison"]);
});

it("runs by its own schedule, and writes the true conditions beside broken clusters", async () => {
  expect(await conditionsNow()).toEqual(nothingSaid);
  await expect.poll(conditionsNow, PATIENTLY).toEqual(asItIs);
  expect(await cluster.writes()).toBe(pipelines.length);
});

it("publishes each transition on the bus once", async () => {
  const heard: unknown[] = [];
  const changes = async () => {
    heard.push(...(await listener.received()).map(({ detail }) => changeOf(detail)));
    return heard.toSorted();
  };
  await expect.poll(changes, PATIENTLY).toEqual(
    Object.entries(asItIs)
      .map(([name, now]) => `real ${name} ${now}`)
      .toSorted(),
  );
});

it("stays within its memory beside clusters whose answers never end", async () => {
  const { usedMb, givenMb } = await peakMemory(cloud, `${stack.name}-reconcile`);
  expect(usedMb).toBeGreaterThan(0);
  expect(usedMb).toBeLessThan(givenMb);
});

it("leaves nothing behind when it is removed", async () => {
  await listener.close();
  await forgetSecrets();
  expect(await inventory(cloud)).not.toEqual(cleared);
  expect(await stack.remove()).toContain("1 versions of the fleet deleted");
  expect(await inventory(cloud)).toEqual(cleared);
});

async function members(): Promise<readonly Member[]> {
  const { server, ca, token } = cluster.access;
  const [silent, ...endless] = await Promise.all([closing(startSilent(ADDRESS)), ...ENDLESS.map(() => closing(startEndless(ADDRESS)))]);
  return [
    { name: "real", server, ca, token, profiles: ["hurried"] },
    { name: "refused", server: `https://${ADDRESS}:1`, token },
    { name: "silent", server: silent!.url, token },
    ...endless.map(({ url, ca }, index) => ({ name: ENDLESS[index]!, server: url, ca, token })),
  ];
}

async function wasEach(payload: object): Promise<object> {
  const { clusters } = (await stack.invoke("reconcile", payload)) as { clusters: readonly ClusterOutcome[] };
  return Object.fromEntries(clusters.map(({ cluster, was, code }) => [cluster, code === undefined ? was : `${was}: ${code}`]));
}

const nothingSaid = Object.fromEntries(Object.keys(asItIs).map((name) => [name, undefined]));

async function conditionsNow(): Promise<object> {
  return Object.fromEntries(
    (await cluster.pipelines()).map((pipeline) => [`${pipeline.of.kind}/${pipeline.name}`, conditionText(pipeline)]),
  );
}

type Change = { cluster: string; resource: { kind: string; name: string }; condition: { to: { status: string; reason: string } } };

function changeOf(detail: unknown): string {
  const { cluster, resource, condition } = detail as Change;
  return `${cluster} ${resource.kind}/${resource.name} ${condition.to.status} ${condition.to.reason}`;
}

async function closing<Started extends { stop(): Promise<void> } | { close(): Promise<void> }>(
  starting: Promise<Started>,
): Promise<Started> {
  const started = await starting;
  closers.push("stop" in started ? () => started.stop() : () => started.close());
  return started;
}
