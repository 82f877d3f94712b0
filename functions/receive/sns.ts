import { isObject, valueAt } from "../core/json.ts";
import type { Report } from "../io/report.ts";
import type { Push } from "./alerts.ts";
import type { Announce, ClusterPush } from "./announce.ts";
import { parseSnsMessage } from "./sns-message.ts";
import { splitByCluster, type Topics } from "./topics.ts";

type Notice = { readonly topic: string; readonly message: string; readonly isTruncated: boolean };

type Settings = { readonly topics: Topics; readonly announce: Announce; readonly report: Pick<Report, "publish"> };

/** The records of an event of SNS; undefined where it is none. */
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

/** Takes what topics say about the clusters that they may name; IAM has let them in. An UpstreamError has Lambda try again. */
export async function receiveSns(notices: readonly Notice[], { topics, announce, report }: Settings): Promise<void> {
  const refused = notices.filter(({ topic }) => !topics.has(topic));
  if (refused.length > 0) report.publish({ NoticesRefused: refused.length });
  const shares = notices.flatMap(({ topic, message, isTruncated }) => {
    const told = topics.get(topic);
    return told === undefined ? [] : splitByCluster(told, parseSnsMessage(message, isTruncated));
  });
  const byCluster = Map.groupBy(shares, ({ cluster }) => cluster);
  await announce([...byCluster].map(([cluster, some]) => ({ cluster, push: together(some) })));
}

function together(shares: readonly ClusterPush[]): Push {
  return { alerts: shares.flatMap(({ push }) => push.alerts), isPartial: shares.some(({ push }) => push.isPartial) };
}
