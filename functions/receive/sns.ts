// Takes the records of SNS topics as pushes of the clusters that each topic may name.

import { isObject, valueAt } from "../core/json.ts";
import type { Report } from "../io/report.ts";
import type { Push } from "./alerts.ts";
import type { Announce, ClusterPush } from "./announce.ts";
import { parseSnsMessage } from "./sns-message.ts";
import { splitByCluster, type Topics } from "./topics.ts";

type Notice = { readonly topic: string; readonly message: string; readonly isTruncated: boolean };

type Settings = { readonly topics: Topics; readonly announce: Announce; readonly report: Pick<Report, "publish"> };

/** Parses an event of SNS; undefined where it is not one. */
export function parseSnsEvent(event: unknown): readonly Notice[] | undefined {
  const records = isObject(event) && Array.isArray(event.Records) ? event.Records : [];
  const notices = records.flatMap((record) => {
    const sns = valueAt(record, ["Sns"]);
    if (!isObject(sns) || typeof sns.TopicArn !== "string" || typeof sns.Message !== "string") return [];
    const isTruncated = valueAt(sns, ["MessageAttributes", "truncated", "Value"]) === "true";
    return [{ topic: sns.TopicArn, message: sns.Message, isTruncated }];
  });
  return records.length > 0 && notices.length === records.length ? notices : undefined;
}

/** Announces the news of each cluster that a topic may name. IAM has authenticated the topics; an UpstreamError makes Lambda retry. */
export async function receiveSns(notices: readonly Notice[], { topics, announce, report }: Settings): Promise<void> {
  const refused = notices.filter(({ topic }) => !topics.has(topic));
  if (refused.length > 0) report.publish({ NoticesRefused: refused.length });
  const pushes = notices.flatMap(({ topic: arn, message, isTruncated }) => {
    const topic = topics.get(arn);
    return topic === undefined ? [] : splitByCluster(topic, parseSnsMessage(message, isTruncated));
  });
  const byCluster = Map.groupBy(pushes, ({ cluster }) => cluster);
  await announce([...byCluster].map(([cluster, ofCluster]) => ({ cluster, push: mergePushes(ofCluster) })));
}

function mergePushes(pushes: readonly ClusterPush[]): Push {
  return { alerts: pushes.flatMap(({ push }) => push.alerts), isPartial: pushes.some(({ push }) => push.isPartial) };
}
