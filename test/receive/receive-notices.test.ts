// Holds the SNS side of the receiver to the clusters that each topic may name.

import { beforeEach, describe, expect, test } from "vitest";
import { UpstreamError } from "../../functions/core/errors.ts";
import { parseSnsEvent, receiveSns } from "../../functions/receive/sns.ts";
import { parseTopics } from "../../functions/receive/topics.ts";
import { aGroup, inGroup } from "./pushes.ts";
import { aReceiver, BUS_IS_DOWN, type Receiver, requested } from "./receiver.ts";

const OWN = "arn:aws:sns:eu-central-1:111122223333:eu";
const CENTRAL = "arn:aws:sns:eu-central-1:111122223333:central";
const UNKNOWN = "arn:aws:sns:eu-central-1:999999999999:eu";
const topics = parseTopics(`${OWN}=eu ${CENTRAL}=cluster:eu,us,ap`);

let receiver: Receiver;
beforeEach(() => {
  receiver = aReceiver();
});

const inCluster = (cluster: string, name = "A") => inGroup(name, { labels: { alertname: name, cluster } });

type Parts = { topic?: string; alerts?: readonly unknown[]; message?: string; truncated?: boolean };

function record({ topic = OWN, alerts = [inGroup("A")], message = JSON.stringify(aGroup(alerts)), truncated = false }: Parts = {}) {
  const MessageAttributes = truncated ? { truncated: { Type: "String", Value: "true" } } : {};
  return { EventSource: "aws:sns", EventVersion: "1.0", Sns: { TopicArn: topic, Message: message, MessageAttributes } };
}

async function receive(...records: readonly object[]): Promise<void> {
  const notices = parseSnsEvent({ Records: records });
  await receiveSns(notices!, {
    topics,
    announce: receiver.announce,
    report: { publish: (metrics) => void receiver.reported.push(metrics) },
  });
}

describe("a reconcile is requested when", () => {
  test.each<{ when: string; records: readonly object[]; requests: readonly string[][] }>([
    { when: "a topic of one cluster has news", records: [record()], requests: [["eu"]] },
    { when: "a topic of several names one", records: [record({ topic: CENTRAL, alerts: [inCluster("us")] })], requests: [["us"]] },
    {
      when: "a topic of several names two",
      records: [record({ topic: CENTRAL, alerts: [inCluster("us"), inCluster("ap")] })],
      requests: [["us", "ap"]],
    },
    { when: "a topic names a cluster that it must not", records: [record({ topic: CENTRAL, alerts: [inCluster("mars")] })], requests: [] },
    { when: "a topic of several names none", records: [record({ topic: CENTRAL })], requests: [] },
    {
      when: "a topic of several sends a truncated message",
      records: [record({ topic: CENTRAL, alerts: [inCluster("us")], truncated: true })],
      requests: [["eu", "us", "ap"]],
    },
    {
      when: "a topic of several sends a message of a custom template",
      records: [record({ topic: CENTRAL, message: "help!" })],
      requests: [["eu", "us", "ap"]],
    },
    { when: "an unknown topic has news", records: [record({ topic: UNKNOWN })], requests: [] },
    {
      when: "topics are named like fields of every object, or almost like one",
      records: ["__proto__", "constructor", `${OWN}x`, OWN.toUpperCase(), ` ${OWN}`, `${OWN}=eu`].map((topic) => record({ topic })),
      requests: [],
    },
    { when: "several records name one cluster", records: [record(), record({ alerts: [inGroup("B")] }), record()], requests: [["eu"]] },
    {
      when: "several topics name one cluster",
      records: [record(), record({ topic: CENTRAL, alerts: [inCluster("eu"), inCluster("us")] })],
      requests: [["eu", "us"]],
    },
    { when: "an unknown topic comes beside a known one", records: [record({ topic: UNKNOWN }), record()], requests: [["eu"]] },
  ])("$when: $requests", async ({ records, requests }) => {
    await receive(...records);
    expect(requested(receiver).map((clusters) => [clusters].flat().sort())).toEqual(requests.map((clusters) => clusters.toSorted()));
  });
});

test("a record of an unknown topic is counted", async () => {
  await receive(record({ topic: UNKNOWN }), record({ topic: UNKNOWN }));
  expect(receiver.reported).toEqual([{ NoticesRefused: 2 }]);
});

test("a record that is delivered twice requests one reconcile", async () => {
  for (const _ of [1, 2]) await receive(record());
  expect(requested(receiver)).toEqual([["eu"]]);
});

test("news in one record is not lost beside a repetition in another", async () => {
  await receive(record({ alerts: [inGroup("B")] }));
  await receive(record(), record({ alerts: [inGroup("B")] }));
  expect(requested(receiver)).toEqual([["eu"], ["eu"]]);
});

test("a record fails while the bus refuses events, and is news when it is delivered again", async () => {
  receiver.breakBus(BUS_IS_DOWN);
  await expect(receive(record())).rejects.toThrow(UpstreamError);
  receiver.breakBus(undefined);
  await receive(record());
  expect(requested(receiver)).toEqual([["eu"]]);
});

test.each([
  { what: "nothing", event: undefined },
  { what: "no records", event: { Records: [] } },
  { what: "records of a queue", event: { Records: [{ messageId: "1", body: "{}" }] } },
  { what: "one record of SNS among others", event: { Records: [record(), {}] } },
  { what: "a request", event: { requestContext: {} } },
  { what: "a record of SNS whose topic is no text", event: { Records: [{ Sns: { TopicArn: [OWN], Message: "{}" } }] } },
  { what: "a record of SNS whose message is no text", event: { Records: [{ Sns: { TopicArn: OWN, Message: {} } }] } },
])("$what is not an SNS event", ({ event }) => {
  expect(parseSnsEvent(event)).toBeUndefined();
});
