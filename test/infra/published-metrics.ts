import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aPosted } from "../receive/pushes.ts";
import { SECRET, urlEvent } from "../receive/receiver.ts";
import { awsEnvironment, startEventBridge } from "../support/event-bridge.ts";
import { invokeOnce } from "../support/function.ts";
import { aBatch, type Output } from "../support/lambda.ts";
import { aTick } from "../support/queue-messages.ts";

// No server gets this port by chance.
const CLUSTER = { name: "eu", kubernetes: { server: "http://127.0.0.1:1", auth: { token: { env: "CLUSTER_TOKEN" } } } };

const NOTICE = { Sns: { TopicArn: "arn:aws:sns:eu-central-1:123456789012:unknown", Message: "[]" } };

/** The names of all metrics that the functions publish: each of them runs, and its log is read as CloudWatch reads it. */
export async function publishedMetrics(): Promise<ReadonlySet<string>> {
  const folder = mkdtempSync(join(tmpdir(), "alertstatus-metrics-"));
  const bridge = await startEventBridge();
  const fleet = join(folder, "fleet.json");
  writeFileSync(fleet, JSON.stringify({ clusters: [CLUSTER] }));
  const environment = {
    FLEET: `file:${fleet}`,
    BUS: "alertstatus-test",
    STAGE: "test",
    CLUSTER_TOKEN: "token",
    RECEIVER_SECRET: "env:PUSH_SECRET",
    PUSH_SECRET: SECRET.current,
    ...awsEnvironment(bridge.url),
  };
  const now = new Date().toISOString();
  const push = urlEvent({ body: [aPosted("TraceGatewayThrottling", { startsAt: now, endsAt: undefined })] });
  // One after another: what the bus does not take in time is not counted as announced.
  const outputs = [
    await invokeOnce("dispatch", environment, { time: now }),
    await invokeOnce("reconcile", environment, aBatch(aTick(["eu"]))),
    await invokeOnce("receive", environment, push, { Records: [NOTICE] }),
  ];
  await bridge.close();
  rmSync(folder, { recursive: true });
  return new Set(outputs.flatMap(namesIn));
}

type Emf = { readonly CloudWatchMetrics: readonly { readonly Metrics: readonly { readonly Name: string }[] }[] };

function namesIn({ metrics }: Output): readonly string[] {
  const written: readonly { readonly _aws?: Emf }[] = metrics;
  return written.flatMap(({ _aws }) => _aws?.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name)) ?? []);
}
