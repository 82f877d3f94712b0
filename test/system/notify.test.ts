// Deploys the stacks that tell people into the local cloud, and compares what arrives with what each receiver documents.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourceCommand,
  waitUntilStackCreateComplete,
} from "@aws-sdk/client-cloudformation";
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
} from "@aws-sdk/client-eventbridge";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConditionChanged } from "../../functions/core/outcome/transition.ts";
import { drained } from "../support/bus-listener.ts";
import { type HttpServer, serve } from "../support/http-server.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { notifyCommands } from "../support/notify-commands.ts";
import { PATIENCE_MS, PATIENTLY } from "../support/patience.ts";

const BUS = "alertstatus-test";
// What would break a body, mention a channel or become a link, were it not kept as text.
const message = 'The backend says "no".\n<!channel> [click](https://evil.example) {}';
const [well, broken] = [
  { status: "True", reason: "FlowHealthy" },
  { status: "False", reason: "AllDataDropped" },
];

type Change = {
  readonly from: ConditionChanged["condition"]["from"];
  readonly to: { status: string; reason: string };
  readonly tier?: string;
};

function changed({ from, to, tier = "prod" }: Change): ConditionChanged {
  const resource = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "backend" };
  const condition = { type: "TelemetryFlowHealthy", from, to: { ...to, message } };
  return { cluster: "prod-eu-1", labels: { tier }, resource, condition, because: ['an "alert" fires'], at: "2026-11-27T03:00:00Z" };
}

// Those that are no news come first: by the time the others have arrived, they would have too.
const events: readonly { readonly type: string; readonly detail: object }[] = [
  { type: "Reconcile Requested", detail: changed({ from: well, to: broken }) },
  { type: "Condition Changed", detail: changed({ from: well, to: broken, tier: "dev" }) },
  { type: "Condition Changed", detail: { ...changed({ from: well, to: broken }), labels: {} } },
  { type: "Condition Changed", detail: changed({ from: well, to: { status: "Unknown", reason: "AlertsUnreadable" } }) },
  { type: "Condition Changed", detail: changed({ from: well, to: broken }) },
  { type: "Condition Changed", detail: changed({ from: broken, to: well }) },
];

let cloud: LocalCloud;
let bridge: EventBridgeClient;
let receiver: HttpServer;
const received: { readonly url: string | undefined; readonly type: string | undefined; readonly body: unknown }[] = [];

beforeAll(async () => {
  cloud = await startLocalCloud();
  bridge = new EventBridgeClient(cloud.settings);
  await bridge.send(new CreateEventBusCommand({ Name: BUS }));
  receiver = await serve(async (request, response) => {
    const { url, headers } = request;
    received.push({ url, type: headers["content-type"], body: JSON.parse(await text(request)) });
    response.end("ok");
  });
});
afterAll(async () => {
  bridge?.destroy();
  await receiver?.close();
  await cloud?.stop();
});

// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: `text` beside `blocks` is what a notification shows.
function slackBody({ status, reason }: Change["to"]): object {
  const plain = (words: string) => ({ type: "plain_text", text: words });
  return {
    text: `TelemetryFlowHealthy is ${status}: TracePipeline backend in prod-eu-1`,
    blocks: [
      { type: "header", text: plain(`TelemetryFlowHealthy is ${status}`) },
      { type: "section", text: plain(message) },
      { type: "context", elements: ["prod-eu-1", "TracePipeline backend ", reason, "2026-11-27T03:00:00Z"].map(plain) },
    ],
  };
}

// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using: a message with one Adaptive Card.
function teamsBody({ status, reason }: Change["to"]): object {
  const facts = { Cluster: "prod-eu-1", Resource: "TracePipeline backend ", Reason: reason, At: "2026-11-27T03:00:00Z" };
  const body = [
    { type: "TextBlock", text: `TelemetryFlowHealthy is ${status}`, weight: "Bolder", size: "Medium", wrap: true },
    { type: "RichTextBlock", inlines: [{ type: "TextRun", text: message }] },
    { type: "FactSet", facts: Object.entries(facts).map(([title, value]) => ({ title, value })) },
  ];
  const content = { $schema: "http://adaptivecards.io/schemas/adaptive-card.json", type: "AdaptiveCard", version: "1.2", body };
  return { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }] };
}

// https://developer.pagerduty.com/docs/send-alert-event
const pagerdutyKey = { routing_key: "r0ut1ng", dedup_key: "prod-eu-1/TracePipeline//backend/TelemetryFlowHealthy" };
const triggered = {
  ...pagerdutyKey,
  event_action: "trigger",
  client: "alertstatus",
  payload: {
    summary: "TelemetryFlowHealthy is False (AllDataDropped): TracePipeline backend in prod-eu-1",
    source: "prod-eu-1",
    severity: "critical",
    timestamp: "2026-11-27T03:00:00Z",
    component: "TracePipeline backend",
    class: "TelemetryFlowHealthy",
    custom_details: { message, because: ['an "alert" fires'], labels: { tier: "prod" } },
  },
};

// As a person deploys each, for another stage.
const commands = notifyCommands();
const FILTER = { Stage: "test", Statuses: "False", Label: "tier", LabelValues: "staging,prod" };

describe("a change in a cluster with the label is told as documented, once it is broken and once it is well again,", () => {
  test.each<{ to: string; settings: Readonly<Record<string, string>>; bodies: object[] }>([
    { to: "slack", settings: {}, bodies: [slackBody(broken), slackBody(well)] },
    { to: "teams", settings: {}, bodies: [teamsBody(broken), teamsBody(well)] },
    { to: "pagerduty", settings: { Severity: "critical" }, bodies: [triggered, { ...pagerdutyKey, event_action: "resolve" }] },
  ])("to $to", async ({ to, settings, bodies }) => {
    await deploy(to, { ...FILTER, ...settings }, await destination(to));
    await put(events);
    const arrived = () => received.filter(({ url }) => url === `/${to}`);
    await expect.poll(() => arrived().length, PATIENTLY).toBeGreaterThanOrEqual(bodies.length);
    expect(arrived().map(({ body }) => body)).toHaveLength(bodies.length);
    expect(arrived().map(({ body }) => body)).toEqual(expect.arrayContaining(bodies));
    expect(arrived().every(({ type }) => type?.startsWith("application/json"))).toBe(true);
  });

  test("by mail", async () => {
    const stack = await deploy("email", FILTER);
    const mails = await subscribe(await resourceOf(stack, "Topic"));
    await put(events);
    const arrived: string[] = [];
    const arrive = async () => arrived.push(...(await mails()));
    await expect.poll(arrive, PATIENTLY).toBeGreaterThanOrEqual(2);
    const mail = ({ status, reason }: Change["to"]) =>
      `"TelemetryFlowHealthy is ${status}: TracePipeline backend in prod-eu-1"\n"${message}"\n"${reason}, at 2026-11-27T03:00:00Z "`;
    expect(arrived.map((one) => one.trim()).sort()).toEqual([mail(broken), mail(well)].sort());
  });
});

test("without a label, a change of every cluster is told, and a resource that was well from the start is not", async () => {
  await deploy("slack", { Stage: "test" }, await destination("everything"));
  const unknown = { status: "Unknown", reason: "AlertsUnreadable" };
  await put([
    { type: "Condition Changed", detail: changed({ from: null, to: well }) },
    { type: "Condition Changed", detail: { ...changed({ from: null, to: unknown }), labels: {} } },
    { type: "Condition Changed", detail: changed({ from: unknown, to: well, tier: "dev" }) },
  ]);
  const arrived = () => received.filter(({ url }) => url === "/everything").map(({ body }) => body);
  await expect.poll(() => arrived().length, PATIENTLY).toBeGreaterThanOrEqual(2);
  expect(arrived()).toHaveLength(2);
  expect(arrived()).toEqual(expect.arrayContaining([slackBody(unknown), slackBody(well)]));
});

/** The local cloud makes connections and API destinations, and its CloudFormation does not: they are made beside the stack, as it would. */
async function destination(name: string): Promise<string> {
  const BodyParameters = name === "pagerduty" ? [{ Key: "routing_key", Value: "r0ut1ng", IsValueSecret: true }] : [];
  const { ConnectionArn } = await bridge.send(
    new CreateConnectionCommand({
      Name: name,
      AuthorizationType: "API_KEY",
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: "X-Sender", ApiKeyValue: "alertstatus" },
        InvocationHttpParameters: { BodyParameters },
      },
    }),
  );
  const { ApiDestinationArn = "" } = await bridge.send(
    new CreateApiDestinationCommand({ Name: name, ConnectionArn, HttpMethod: "POST", InvocationEndpoint: `${receiver.url}/${name}` }),
  );
  return ApiDestinationArn;
}

const CAPABILITIES = ["CAPABILITY_IAM"] as const;

async function deploy(name: string, settings: Readonly<Record<string, string>>, arn = ""): Promise<string> {
  const StackName = `${name}-${arn.split("/").at(-1)}`;
  const { file = "", parameters, capabilities = [] } = commands.get(name) ?? {};
  const template = readFileSync(join(import.meta.dirname, "../..", file), "utf8");
  const Parameters = Object.entries({ ...parameters, ...settings }).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  // The names of alarms are those of a receiver, of which an account has one for each stage.
  const TemplateBody = template
    .replaceAll(/^ {2}(Connection|Destination):\n(?: {4}.*\n|\n)+/gm, "")
    .replaceAll("!GetAtt Destination.Arn", `"${arn}"`)
    .replace("-not-delivered", `-${StackName}-not-delivered`);
  const client = new CloudFormationClient(cloud.settings);
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody,
      Parameters,
      Capabilities: [...CAPABILITIES].filter((one) => capabilities.includes(one)),
    }),
  );
  await waitUntilStackCreateComplete({ client, maxWaitTime: PATIENCE_MS / 1_000, minDelay: 1, maxDelay: 1 }, { StackName });
  client.destroy();
  return StackName;
}

async function resourceOf(StackName: string, LogicalResourceId: string): Promise<string> {
  const client = new CloudFormationClient(cloud.settings);
  const { StackResourceDetail } = await client.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId }));
  client.destroy();
  return StackResourceDetail?.PhysicalResourceId ?? "";
}

async function subscribe(TopicArn: string): Promise<() => Promise<readonly string[]>> {
  const [sns, sqs] = [new SNSClient(cloud.settings), new SQSClient(cloud.settings)];
  const Statement = [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "mails", Attributes: { Policy } }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: Attributes?.QueueArn }));
  return async () => (await drained(sqs, QueueUrl)).map((body) => JSON.parse(body).Message);
}

async function put(entries: typeof events): Promise<void> {
  const Entries = entries.map(({ type, detail }) => ({
    EventBusName: BUS,
    Source: "alertstatus",
    DetailType: type,
    Detail: JSON.stringify(detail),
  }));
  const { FailedEntryCount } = await bridge.send(new PutEventsCommand({ Entries }));
  expect(FailedEntryCount).toBe(0);
}
