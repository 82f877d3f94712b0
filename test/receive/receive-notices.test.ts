import { beforeEach, describe, expect, test } from "vitest";
import { UpstreamError } from "../../functions/core/errors.ts";
import { parseSnsEvent, receiveSns } from "../../functions/receive/sns.ts";
import { parseTopics } from "../../functions/receive/topics.ts";
import { aGroup, inGroup } from "./pushes.ts";
import { aReceiver, BUS_IS_DOWN, type Receiver, requested } from "./receiver.ts";

const OWN = "arn:aws:sns:eu-central-1:111122223333:eu";
const CENTRAL = "arn:aws:sns:eu-central-1:111122223333:central";
const STRANGER = "arn:aws:sns:eu-central-1:999999999999:eu";
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

describe("who is asked for when", () => {
  test.each<{ said: string; records: readonly object[]; asked: readonly string[][] }>([
    { said: "a topic of one cluster has news", records: [record()], asked: [["eu"]] },
    { said: "a topic of several names one", records: [record({ topic: CENTRAL, alerts: [inCluster("us")] })], asked: [["us"]] },
    { said: "it names two", records: [record({ topic: CENTRAL, alerts: [inCluster("us"), inCluster("ap")] })], asked: [["us", "ap"]] },
    { said: "it names one that it must not", records: [record({ topic: CENTRAL, alerts: [inCluster("mars")] })], asked: [] },
    { said: "it names none", records: [record({ topic: CENTRAL })], asked: [] },
    {
      said: "it is cut off",
      records: [record({ topic: CENTRAL, alerts: [inCluster("us")], truncated: true })],
      asked: [["eu", "us", "ap"]],
    },
    { said: "its words are somebody's own", records: [record({ topic: CENTRAL, message: "help!" })], asked: [["eu", "us", "ap"]] },
    { said: "another topic has news", records: [record({ topic: STRANGER })], asked: [] },
    { said: "several records name one cluster", records: [record(), record({ alerts: [inGroup("B")] }), record()], asked: [["eu"]] },
    {
      said: "several topics do",
      records: [record(), record({ topic: CENTRAL, alerts: [inCluster("eu"), inCluster("us")] })],
      asked: [["eu", "us"]],
    },
    { said: "a stranger is among them", records: [record({ topic: STRANGER }), record()], asked: [["eu"]] },
  ])("$said: $asked", async ({ records, asked }) => {
    await receive(...records);
    expect(requested(receiver).map((clusters) => [clusters].flat().sort())).toEqual(asked.map((clusters) => clusters.toSorted()));
  });
});

test("a topic that is not on the list is counted", async () => {
  await receive(record({ topic: STRANGER }), record({ topic: STRANGER }));
  expect(receiver.reported).toEqual([{ NoticesRefused: 2 }]);
});

test("what is delivered twice asks once", async () => {
  for (const _ of [1, 2]) await receive(record());
  expect(requested(receiver)).toEqual([["eu"]]);
});

test("news in one record is not lost beside what is known in another", async () => {
  await receive(record({ alerts: [inGroup("B")] }));
  await receive(record(), record({ alerts: [inGroup("B")] }));
  expect(requested(receiver)).toEqual([["eu"], ["eu"]]);
});

test("what the bus does not take fails, so that it is delivered again, and is news then", async () => {
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
])("$what is no event of SNS", ({ event }) => {
  expect(parseSnsEvent(event)).toBeUndefined();
});
