// Parses which SNS topics may push, and splits a topic's push into those of its clusters.

import { ConfigError } from "../core/errors.ts";
import { isClusterName } from "../core/names.ts";
import type { Push } from "./alerts.ts";

/** The clusters that an SNS topic may name. A push is about all of them, or with `label` about those whose names its alerts carry in it. */
export type Topic = { readonly clusters: readonly string[]; readonly label?: string };

/** Topics by their ARN. */
export type Topics = ReadonlyMap<string, Topic>;

/** Parses `<topic ARN>=<cluster>`, or `<topic ARN>=<label>:<cluster>,<cluster>` where a label's value is the cluster's name; entries are separated by spaces. */
export function parseTopics(text: string): Topics {
  const entries = text.split(/\s+/).filter((entry) => entry !== "");
  const topics = new Map(entries.map(parseEntry));
  if (topics.size === entries.length) return topics;
  throw new ConfigError("TOPICS: a topic is listed twice");
}

function parseEntry(entry: string): [string, Topic] {
  const [, arn, label, names = ""] =
    /^(arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]{1,256})=(?:([A-Za-z_]\w*):)?([^:=]+)$/.exec(entry) ?? [];
  const clusters = names.split(",");
  if (arn === undefined || !clusters.every(isClusterName) || (label === undefined && clusters.length > 1))
    throw new ConfigError(
      "TOPICS: write <topic ARN>=<cluster>, or <topic ARN>=<label>:<cluster>,<cluster> where alerts carry the cluster's name in a label",
    );
  return [arn, { clusters, label }];
}

/** The part of a push that is about each cluster of its topic; a partial push may be about any of them. */
export function splitByCluster({ clusters, label }: Topic, push: Push): readonly { readonly cluster: string; readonly push: Push }[] {
  if (label === undefined) return clusters.map((cluster) => ({ cluster, push }));
  const parts = Map.groupBy(push.alerts, ({ labels }) => labels[label]);
  const pushes = clusters.map((cluster) => ({ cluster, push: { ...push, alerts: parts.get(cluster) ?? [] } }));
  return pushes.filter(({ push: part }) => part.isPartial || part.alerts.length > 0);
}
