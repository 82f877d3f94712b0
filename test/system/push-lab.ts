// Sets up the deployed stack and a real cluster that reaches it by pushes only.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { isResource, parseResourceList } from "../../functions/core/kubernetes/item.ts";
import { findCondition, type Resource } from "../../functions/core/kubernetes/resource.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { kinds } from "../support/builders.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { deployStack, type LocalStack } from "../support/local-stack.ts";
import { ownAddress } from "../support/own-address.ts";
import { type RealKubernetes, startKubernetes } from "../support/real-kubernetes.ts";
import { startMetrics, startPrometheus } from "../support/real-prometheus.ts";
import { installSelfMonitor } from "../support/self-monitor.ts";
import { publishFleet } from "../support/stack-fleet.ts";
import { type Forwarder, forwardTo } from "./forwarder.ts";
import { createTopic, disablePushRule, keepSecret, publish } from "./push-cloud.ts";
import { PIPELINES } from "./status-watch.ts";

/**
 * The stack in a local cloud, whose schedule rests for a day, and a cluster `eu` of a real API server and a real Prometheus that pushes:
 * what becomes of its one pipeline, becomes of it by pushes.
 */
export type PushLab = {
  readonly cloud: LocalCloud;
  readonly stack: LocalStack;
  readonly kubernetes: RealKubernetes;
  /** Between senders and the Function URL. */
  readonly receiver: Forwarder;
  /** Between the functions and the Alerts API of Prometheus. */
  readonly alerts: Forwarder;
  /** Whether the alert is to fire, from the next scrape on. */
  setBroken(isBroken: boolean): void;
  /** The token of `eu`, and the file where its senders find the one they show. */
  readonly token: string;
  readonly tokenFile: string;
  /** Publishes to the topic that may name `eu`. */
  publish(message: string): Promise<void>;
  /** What the condition of the pipeline says now. */
  status(): Promise<string | undefined>;
  /** From now on the bus drops every push silently. */
  loseEveryPush(): Promise<void>;
  /** Deploys the stack once more, with a schedule that rests for a minute. */
  tickEveryMinute(): Promise<void>;
  stop(): Promise<void>;
};

const STAGE = "push";
const SCRAPE_MS = 200;
const SERVICE = { namespace: "kyma-system", name: "telemetry-self-monitor", port: 9090 };
/** The one address that the service proxy can reach: test/run.ts adds it to the network of the run. */
export const PROXIED_ADDRESS = "10.200.0.1";
const SECRET = "canary-of-the-receivers-secret-1234567890";
export const CONDITION = "PushHealthy";
const TOPIC = { name: "alerts", arn: "arn:aws:sns:eu-central-1:000000000000:alerts" };

// A scrape that a busy machine lets fail changes nothing.
const rules = {
  groups: [{ name: "app", rules: [{ alert: "Broken", expr: "last_over_time(broken[1m]) == 1", labels: { pipeline_name: "shop" } }] }],
};
const says = (reason: string) => ({ reason, message: `${reason}.` });
const profile = {
  condition: CONDITION,
  identify: { name: "pipeline_name", unlabelled: "none" },
  rules: { for: "1s", window: "1s" },
  gates: [],
  flows: [
    { of: kinds.TracePipeline, rows: [{ alert: "Broken", ...says("Broken") }], unproven: [says("Unproven")], healthy: says("Healthy") },
  ],
};

/** How the functions read the alerts: through the API server's service proxy, as they mostly do, or past it. */
type Way = "service proxy" | "url";

export async function startPushLab(way: Way = "service proxy"): Promise<PushLab> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return { ...(await start(closers, way)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(closers: (() => Promise<unknown>)[], way: Way): Promise<Omit<PushLab, "stop">> {
  const closing = async <T extends { close(): Promise<unknown> } | { stop(): Promise<unknown> }>(opening: Promise<T>): Promise<T> => {
    const opened = await opening;
    closers.push(() => ("stop" in opened ? opened.stop() : opened.close()));
    return opened;
  };
  const folder = await mkdtemp(join(tmpdir(), "push-lab-"));
  closers.push(() => rm(folder, { recursive: true }));
  const address = way === "url" ? ownAddress() : PROXIED_ADDRESS;
  const kubernetes = await closing(startKubernetes({ address }));
  const cloud = await closing(startLocalCloud());
  await keepSecret(cloud, STAGE, SECRET);
  await createTopic(cloud, TOPIC.name);
  const deploy = (tick: string) =>
    deployStack(cloud, { stage: STAGE, params: { tick, topics: `${TOPIC.arn}=eu` }, environment: { PUSH_PATIENCE: "10000" } });
  const stack = await deploy("rate(1 day)");
  const receiver = await closing(forwardTo(stack.receiver, { ca: cloud.ca }));
  const [token, tokenFile] = [await printed("token"), join(folder, "token")];
  await writeFile(tokenFile, token);
  const metrics = await closing(startMetrics());
  const setBroken = (isBroken: boolean) => metrics.set(`broken ${Number(isBroken)}\n`);
  setBroken(false);
  const more: object = parse(await printed("config", "--format", "prometheus", "--url", receiver.url, "--token-file", tokenFile));
  const prometheus = await closing(
    startPrometheus({ rules, targets: { app: metrics.url }, scrapeMs: SCRAPE_MS, evaluateMs: SCRAPE_MS, more }),
  );
  const alerts = await closing(forwardTo(prometheus.url, { address }));
  if (way === "service proxy") await installSelfMonitor(kubernetes.request, alerts.url);
  const { server, ca, token: login } = kubernetes;
  const source = way === "url" ? { url: alerts.url } : { service: SERVICE };
  const member = { name: "eu", server, ca, token: login, profiles: ["push"], alerts: { ...source, proof: "none" } };
  await publishFleet(cloud, stack, [member], { push: profile });
  await createPipeline(kubernetes);
  return {
    cloud,
    stack,
    kubernetes,
    receiver,
    alerts,
    setBroken,
    token,
    tokenFile,
    publish: (message) => publish(cloud, TOPIC.arn, message),
    status: () => statusIn(kubernetes),
    loseEveryPush: () => disablePushRule(cloud, stack),
    tickEveryMinute: async () => void (await deploy("rate(1 minute)")),
  };
}

/** What `receiver` prints for the cluster `eu`. */
export async function printed(command: "token" | "config", ...words: readonly string[]): Promise<string> {
  const secret = command === "token" ? ["--stage", STAGE, "--secret", "env:PUSH_LAB_SECRET"] : [];
  const { code, stdout, stderr } = await alertstatus(["receiver", command, "--cluster", "eu", ...secret, ...words], {
    PUSH_LAB_SECRET: SECRET,
  });
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

const { group, version, kind } = kinds.TracePipeline;

async function createPipeline({ request }: RealKubernetes): Promise<void> {
  const spec = { output: { otlp: { endpoint: { value: "https://backend.example:4317" } } } };
  const { status, body } = await request("POST", PIPELINES, { apiVersion: `${group}/${version}`, kind, metadata: { name: "shop" }, spec });
  if (status !== 201) throw new Error(`the pipeline was not created: ${JSON.stringify(body)}`);
}

async function pipelineIn({ request }: RealKubernetes): Promise<Resource | undefined> {
  const { body } = await request("GET", PIPELINES);
  return parseResourceList(kinds.TracePipeline, body).items.filter(isResource)[0];
}

async function statusIn(kubernetes: RealKubernetes): Promise<string | undefined> {
  return findCondition((await pipelineIn(kubernetes))?.conditions ?? [], CONDITION)?.status;
}
