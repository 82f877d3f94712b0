import { isObject, valueAt } from "./core/json.ts";
import { parseNotice } from "./core/push-notice.ts";
import { sharesOf, type Topics } from "./core/push-topics.ts";
import type { Report } from "./io/report.ts";
import type { Announce, Share } from "./receive-announce.ts";

type Notice = { readonly topic: string; readonly message: string; readonly isTruncated: boolean };

type Settings = { readonly topics: Topics; readonly announce: Announce; readonly report: Pick<Report, "publish"> };

/** The records of an event of SNS; undefined where it is none. */
export function parseNotices(event: unknown): readonly Notice[] | undefined {
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
export async function receiveNotices(notices: readonly Notice[], { topics, announce, report }: Settings): Promise<void> {
  const shares = new Map<string, Share>();
  let refused = 0;
  for (const { topic, message, isTruncated } of notices) {
    const told = topics.get(topic);
    if (told === undefined) refused++;
    else
      for (const share of sharesOf(told, parseNotice(message, isTruncated)))
        shares.set(share.cluster, both(shares.get(share.cluster), share));
  }
  if (refused > 0) report.publish({ NoticesRefused: refused });
  await announce([...shares.values()]);
}

function both(one: Share | undefined, { cluster, push }: Share): Share {
  if (one === undefined) return { cluster, push };
  return { cluster, push: { alerts: [...one.push.alerts, ...push.alerts], isPartial: one.push.isPartial || push.isPartial } };
}
