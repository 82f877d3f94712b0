// Holds the parameter `topics` to its grammar, and a topic to its clusters.

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../functions/core/errors.ts";
import { parseTopics, splitByCluster, type Topic } from "../../functions/receive/topics.ts";
import { aPush, aPushed } from "./pushes.ts";

const ARN = "arn:aws:sns:eu-central-1:111122223333:alerts";
const OTHER = "arn:aws-us-gov:sns:us-gov-west-1:111122223333:central";

describe("the parameter topics", () => {
  test.each<{ text: string; topics: Record<string, Topic> }>([
    { text: "", topics: {} },
    { text: `${ARN}=prod`, topics: { [ARN]: { clusters: ["prod"] } } },
    { text: `${ARN}=cluster:eu,us`, topics: { [ARN]: { clusters: ["eu", "us"], label: "cluster" } } },
    {
      text: `  ${ARN}=eu\n${OTHER}=k8s_cluster:us `,
      topics: { [ARN]: { clusters: ["eu"] }, [OTHER]: { clusters: ["us"], label: "k8s_cluster" } },
    },
  ])("reads $text", ({ text, topics }) => {
    expect(Object.fromEntries(parseTopics(text))).toEqual(topics);
  });

  test.each([
    { text: "prod", why: "without a topic" },
    { text: ARN, why: "without a cluster" },
    { text: `${ARN}=`, why: "with an empty name" },
    { text: `${ARN}=Prod`, why: "with a name that no cluster can have" },
    { text: `${ARN}=eu,us`, why: "with several clusters and no label that tells them apart" },
    { text: `${ARN}=cluster:eu,,us`, why: "with a gap" },
    { text: `${ARN}=cluster:`, why: "with a label but no cluster" },
    { text: `${ARN}=1x:eu`, why: "with a label that no alert can have" },
    { text: "arn:aws:sqs:eu-central-1:111122223333:alerts=eu", why: "with a queue" },
    { text: `${ARN}=eu ${ARN}=us`, why: "with a topic twice" },
  ])("rejects $text: $why", ({ text }) => {
    expect(() => parseTopics(text)).toThrow(ConfigError);
  });
});

const inCluster = (name: string, cluster?: string) =>
  aPushed(name, { labels: { alertname: name, ...(cluster !== undefined && { cluster }) } });
const central: Topic = { clusters: ["eu", "us"], label: "cluster" };

describe("a topic", () => {
  test("without a label passes the whole push to its cluster", () => {
    const push = aPush(inCluster("A", "us"));
    expect(splitByCluster({ clusters: ["eu"] }, push)).toEqual([{ cluster: "eu", push }]);
  });

  test("with a label passes each cluster its own alerts, and no others", () => {
    const [eu, us, mars, none] = [inCluster("A", "eu"), inCluster("B", "us"), inCluster("C", "mars"), inCluster("D")];
    expect(splitByCluster(central, aPush(eu, us, mars, none))).toEqual([
      { cluster: "eu", push: aPush(eu) },
      { cluster: "us", push: aPush(us) },
    ]);
    expect(splitByCluster(central, aPush(mars, none))).toEqual([]);
  });

  test("passes a partial push to all its clusters", () => {
    const eu = inCluster("A", "eu");
    expect(splitByCluster(central, { alerts: [eu], isPartial: true })).toEqual([
      { cluster: "eu", push: { alerts: [eu], isPartial: true } },
      { cluster: "us", push: { alerts: [], isPartial: true } },
    ]);
  });
});
