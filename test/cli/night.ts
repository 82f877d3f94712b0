// A night of 300 clusters as their functions leave it, for the transcripts of infra/at-three-in-the-morning.md: it ends at three.

import { text } from "node:stream/consumers";
import { pauseText } from "../../functions/core/fleet/pause.ts";
import type { ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import { type Push, recordPush } from "../../functions/state/pushes.ts";
import { memoryStore } from "../state/memory-store.ts";
import { startAwsStore } from "../support/aws-store.ts";
import { awsEnvironment } from "../support/event-bridge.ts";
import { fleetKeeper } from "../support/fleet-keeper.ts";
import { serve } from "../support/http-server.ts";
import { startStateTable } from "../support/state-table.ts";
import { keepItems, leaveRuns, type Saw } from "./seeded-state.ts";

export const NOW_MS = Date.parse("2026-11-27T03:00:00Z");
const MINUTE_MS = 60_000;
export const CLUSTERS = 300;
const SINCE_MINUTES = 300;
const REGIONS = ["eu-central-1", "us-east-1", "ap-south-1"];
const PIPELINES = [
  ["TracePipeline", "checkout"],
  ["MetricPipeline", "backend"],
  ["LogPipeline", "audit"],
] as const;
const BEN = "arn:aws:sts::123456789012:assumed-role/platform/ben";

// Minutes before three. What is broken stays broken.
const MISSED = [108, 107, 106];
const CHANGED = { from: 68, clusters: [1, 4] };
const UNREADABLE_FROM = 67;
const DROPPED = { from: 29, clusters: [0, 3, 9, 12] };
const AWAY = { from: 12, clusters: [2, 5] };
const PAUSED = { from: 220, cluster: 7 };
const flaps = (minute: number) => (minute <= 280 && minute > 274) || (minute <= 271 && minute > 266);

export const nameOf = (index: number) =>
  `${index % 4 === 3 ? "test" : "prod"}-${REGIONS[index % REGIONS.length]}-${String(index + 1).padStart(3, "0")}`;

export type Night = { readonly env: Readonly<Record<string, string>>; close(): Promise<void> };

/** The stage `prod` with its state, its fleet in a bucket, and its stack. */
export async function startNight(): Promise<Night> {
  const [table, aws, answers] = await Promise.all([startStateTable(), startAwsStore(), startAnswers()]);
  const store = memoryStore();
  const minutes = Array.from({ length: SINCE_MINUTES + 1 }, (_, at) => SINCE_MINUTES - at).filter((minute) => !MISSED.includes(minute));
  await leaveRuns(
    store,
    NOW_MS,
    minutes.map((minutesAgo) => ({ minutesAgo, saw: fleetAt(minutesAgo) })),
  );
  await leavePush(store, PAUSED.from + 1, {
    did: "pause",
    version: "kF3",
    before: "c81",
    why: `until ${PAUSE.until}: ${PAUSE.why}`,
    changed: [nameOf(PAUSED.cluster)],
  });
  await leavePush(store, CHANGED.from, { did: "push", version: "Wq7", before: "kF3", changed: CHANGED.clusters.map(nameOf) });
  keepItems(table, store.items.values());
  const keeper = fleetKeeper(aws.settings);
  await keeper.makeBucket("alertstatus-prod-fleet");
  const clusters = Array.from({ length: CLUSTERS }, (_, index) => ({ name: nameOf(index), kubernetes: { server: "https://one.example" } }));
  await keeper.put("s3://alertstatus-prod-fleet/fleet.yml", JSON.stringify({ clusters }));
  keeper.leave();
  return {
    env: { ...awsEnvironment("http://127.0.0.1:1"), ...aws.env, ...table.env, ...answers.env },
    close: async () => void (await Promise.all([table.close(), aws.close(), answers.close()])),
  };
}

const PAUSE = { until: "2026-11-27T05:19:00Z", why: "nodes are replaced", by: BEN };

function fleetAt(minute: number): readonly Saw[] {
  return Array.from({ length: CLUSTERS }, (_, index) => ({
    cluster: nameOf(index),
    labels: { region: REGIONS[index % REGIONS.length] ?? "", tier: index % 4 === 3 ? "test" : "prod" },
    ...sawAt(index, minute),
  }));
}

function sawAt(index: number, minute: number): Partial<Saw> {
  const is = ({ from, clusters }: { from: number; clusters: readonly number[] }) => minute <= from && clusters.includes(index);
  if (is(AWAY)) return { was: "unreachable", code: "timeout", message: "no answer in 10s" };
  if (index === PAUSED.cluster && minute <= PAUSED.from) return { was: "paused", message: pauseText(PAUSE) };
  if (is({ ...CHANGED, from: UNREADABLE_FROM })) {
    const alerts = { was: "unreadable", code: "connection-refused", message: "its port is closed" } as const;
    return {
      alerts,
      resources: PIPELINES.map(([kind, name]) => judged(kind, name, "Unknown", "ProbingFailed", ["alerts: connection-refused"])),
    };
  }
  const isDown = is(DROPPED) || (index === 21 && flaps(minute));
  const because = isDown ? ["TraceGatewayThrottling"] : [];
  const [first, ...others] = PIPELINES.map(([kind, name]) => judged(kind, name, "True", "FlowHealthy", []));
  return {
    resources: [
      isDown || first === undefined ? judged("TracePipeline", "checkout", "False", "GatewayThrottling", because) : first,
      ...others,
    ],
  };
}

function judged(kind: string, name: string, status: string, reason: string, because: readonly string[]): ResourceOutcome {
  const condition = { type: "TelemetryFlowHealthy", status, reason, message: `${reason}.` };
  return { apiVersion: "telemetry.kyma-project.io/v1beta1", kind, name, was: "unchanged", condition, because };
}

async function leavePush(
  store: Parameters<typeof recordPush>[0],
  minutesAgo: number,
  push: Pick<Push, "did" | "version" | "before" | "changed"> & { why?: string },
): Promise<void> {
  const atMs = NOW_MS - minutesAgo * MINUTE_MS;
  const counts = { clusters: CLUSTERS, added: 0, removed: 0, changed: push.changed.length };
  const at = new Date(atMs).toISOString().replace(".000", "");
  await recordPush(store, { ...push, at, by: BEN, counts, added: [], removed: [] }, atMs);
}

/** CloudFormation and STS, as far as a pause asks them. */
async function startAnswers() {
  const output = "<OutputKey>FleetUri</OutputKey><OutputValue>s3://alertstatus-prod-fleet/fleet.yml</OutputValue>";
  const stack = `<member><StackName>alertstatus-prod</StackName><Outputs><member>${output}</member></Outputs></member>`;
  const bodies = {
    DescribeStacks: `<DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult>`,
    GetCallerIdentity: "<GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/oncall/ada</Arn></GetCallerIdentityResult>",
  };
  const { url, close } = await serve(async (request, response) => {
    const action = new URLSearchParams(await text(request)).get("Action") === "DescribeStacks" ? "DescribeStacks" : "GetCallerIdentity";
    response.writeHead(200, { "content-type": "text/xml" }).end(`<${action}Response>${bodies[action]}</${action}Response>`);
  });
  return { env: { AWS_ENDPOINT_URL_CLOUDFORMATION: url, AWS_ENDPOINT_URL_STS: url }, close };
}
