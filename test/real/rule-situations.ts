// Lists the scraped series in which each rule must fire, and those in which it nearly does.

import { collector, fluentBit, type Series, services } from "../support/kyma-metrics.ts";

/** What Prometheus has scraped, every 30 s from 0 on, and which alerts must follow: these, and no other of the profile. */
export type Situation = {
  when: string;
  series: readonly Samples[];
  fires: readonly { alert: string; labels: Readonly<Record<string, string>> }[];
  /** Alerts that this would set off if one thing were different. */
  nearly?: readonly string[];
  /** The last moment at which nothing fires yet, whatever is pending. */
  notYetAt?: string;
  /** When `fires` holds. */
  at?: readonly string[];
  /** What holds afterwards. */
  later?: readonly Moment[];
  /** Whether a target of each service is up all the time, as it is where nothing is said. */
  isUp?: boolean;
  /** Whether the watchdog is looked at, too. */
  isWatched?: boolean;
};
export type Moment = { at: string; fires: Situation["fires"] };
export type Samples = { of: Series; values: string };

export const grows = (of: Series): Samples => ({ of, values: "0+10x20" });
export const stands = (of: Series, value = 10): Samples => ({ of, values: `${value}x20` });
const grewForTwoMinutes = (of: Series): Samples => ({ of, values: "0+10x4 40x16" });
const about = (alert: string, pipeline = "backend") => ({ alert, labels: { pipeline_name: pipeline } });
export const inPod = (series: Series, pod: string): Series => ({ ...series, labels: { ...series.labels, pod } });
const elsewhere = (series: Series): Series => ({ ...series, service: "another" });

export type Exporter = { of: string; sent: Pipeline; failed: Pipeline };
type Pipeline = (pipeline?: string) => Series;

const collectors = [
  { of: "TraceGateway", ...collector(services.gateway, "spans") },
  { of: "MetricGateway", ...collector(services.gateway, "metric_points") },
  { of: "MetricAgent", ...collector(services.metricAgent, "metric_points") },
  { of: "LogGateway", ...collector(services.gateway, "log_records") },
  { of: "LogAgent", ...collector(services.logAgent, "log_records") },
];
export const exporters: readonly Exporter[] = [
  ...collectors.map(({ of, sent, sendFailed }) => ({ of: `${of}, failing to send`, sent, failed: sendFailed })),
  ...collectors.map(({ of, sent, enqueueFailed }) => ({ of: `${of}, its queue full`, sent, failed: enqueueFailed })),
  { of: "LogFluentBit", sent: fluentBit.written, failed: fluentBit.dropped },
];

/** The pipelines of an exporter, which no other one has, and its alerts. */
export function namesOf(of: string) {
  const own = of.replaceAll(/\W+/g, "-").toLowerCase();
  const alert = of.replace(/,.*/, "");
  return { own, other: `another-${own}`, all: `${alert}AllDataDropped`, some: `${alert}SomeDataDropped` };
}

/** One situation of all subjects at once, who are in the same one and have no series in common: it is what costs. */
export function together<T>(what: string, subjects: readonly T[], of: (subject: T) => readonly Situation[]): readonly Situation[] {
  const [first = [], ...others] = subjects.map(of);
  return first.map((situation, index) =>
    others.reduce((sum, other) => both(sum, other[index]!), { ...situation, when: `${what}: ${situation.when}` }),
  );
}

function both(one: Situation, other: Situation): Situation {
  const { later = [] } = one;
  return {
    ...one,
    series: [...one.series, ...other.series],
    fires: [...one.fires, ...other.fires],
    nearly: [...new Set([...(one.nearly ?? []), ...(other.nearly ?? [])])],
    later: later.map((moment, index) => ({ ...moment, fires: [...moment.fires, ...other.later![index]!.fires] })),
  };
}

function losing({ of, sent, failed }: Exporter): readonly Situation[] {
  const { own, other, all, some } = namesOf(of);
  return [
    { when: "data is lost and none is sent", series: [grows(failed(own))], fires: [about(all, own)], nearly: [some] },
    {
      when: "data is lost and the count of sent data stands still",
      series: [grows(failed(own)), stands(sent(own))],
      fires: [about(all, own)],
      nearly: [some],
    },
    { when: "data is lost and some is sent", series: [grows(failed(own)), grows(sent(own))], fires: [about(some, own)], nearly: [all] },
    {
      when: "one pod loses data and another sends",
      series: [grows(inPod(failed(own), "a")), grows(inPod(sent(own), "b"))],
      fires: [about(some, own)],
      nearly: [all],
    },
    {
      when: "one pipeline loses data and another sends",
      series: [grows(failed(own)), grows(sent(other))],
      fires: [about(all, own)],
      nearly: [some],
    },
    { when: "two pipelines lose data", series: [grows(failed(own)), grows(failed(other))], fires: [about(all, own), about(all, other)] },
    { when: "data was lost long ago", series: [stands(failed(own)), grows(sent(own))], fires: [], nearly: [all, some] },
    { when: "only another service loses data", series: [grows(elsewhere(failed(own)))], fires: [], nearly: [all] },
    {
      when: "another service sends what this one loses",
      series: [grows(failed(own)), grows(elsewhere(sent(own)))],
      fires: [about(all, own)],
      nearly: [some],
    },
    {
      when: "the last loss is within the window of five minutes",
      series: [grewForTwoMinutes(failed(own))],
      fires: [about(all, own)],
      at: ["1m30s", "6m"],
    },
    {
      when: "the last loss is older than the window of five minutes",
      series: [grewForTwoMinutes(failed(own))],
      fires: [about(all, own)],
      at: ["6m30s", "8m"],
      later: [{ at: "8m30s", fires: [] }],
    },
    {
      when: "data is lost, and lost again before the alert was let go",
      series: [{ of: failed(own), values: "0+10x4 40x10 50x40" }],
      fires: [about(all, own)],
      at: ["1m30s", "6m30s", "7m30s", "8m", "12m30s", "14m"],
      later: [{ at: "14m30s", fires: [] }],
    },
    {
      when: "data is lost, and the counter starts anew with its pod",
      series: [{ of: failed(own), values: "0+10x6 0+10x14" }],
      fires: [about(all, own)],
    },
    { when: "data is lost, and some scrapes fail", series: [{ of: failed(own), values: "0+10x4 _x3 80+10x13" }], fires: [about(all, own)] },
    {
      when: "data is sent until its pod starts anew, and lost ever since",
      series: [
        { of: failed(own), values: "0x10 0+10x30" },
        { of: sent(own), values: "0+10x9 0x31" },
      ],
      fires: [],
      at: ["4m"],
      later: [
        { at: "7m", fires: [about(some, own)] },
        { at: "15m", fires: [about(all, own)] },
      ],
    },
  ];
}

function throttling(type: "Trace" | "Metric" | "Log"): readonly Situation[] {
  const signal = ({ Trace: "spans", Metric: "metric_points", Log: "log_records" } as const)[type];
  const { refused, sent } = collector(services.gateway, signal);
  const alert = `${type}GatewayThrottling`;
  const [own, other] = [`otlp/${type}`, `kyma/${type}`];
  const throttled = (receiver: string) => ({ alert, labels: { receiver } });
  return [
    { when: "refuses data", series: [grows(refused(own)), grows(sent())], fires: [throttled(own)] },
    {
      when: "refuses data of two receivers",
      series: [grows(refused(own)), grows(refused(other))],
      fires: [throttled(own), throttled(other)],
    },
    { when: "refused data long ago", series: [stands(refused(own)), grows(sent())], fires: [], nearly: [alert] },
    {
      when: "does not, and an agent refuses data",
      series: [grows({ ...refused(own), service: services.metricAgent })],
      fires: [],
      nearly: [alert],
    },
  ];
}

const { collected, written, dropped, chunksDown } = fluentBit;
const atOnce = { notYetAt: "30s", at: ["1m", "10m"] };

const ofFluentBit: readonly Situation[] = [
  {
    when: "LogFluentBit: logs are collected and none is written",
    series: [grows(collected()), stands(written(), 0)],
    fires: [about("LogFluentBitNoLogsDelivered")],
  },
  {
    when: "LogFluentBit: logs are collected and written",
    series: [grows(collected()), grows(written())],
    fires: [],
    nearly: ["LogFluentBitNoLogsDelivered"],
  },
  {
    when: "LogFluentBit: no logs are there to be collected",
    series: [stands(collected()), stands(written())],
    fires: [],
    nearly: ["LogFluentBitNoLogsDelivered"],
  },
  {
    when: "LogFluentBit: logs of one pipeline are collected, and none of another written",
    series: [grows(collected()), grows(written()), stands(written("other"))],
    fires: [],
    nearly: ["LogFluentBitNoLogsDelivered"],
  },
  {
    when: "LogFluentBit: logs are collected and all of them dropped",
    series: [grows(collected()), grows(dropped()), stands(written())],
    fires: [about("LogFluentBitAllDataDropped"), about("LogFluentBitNoLogsDelivered")],
    nearly: ["LogFluentBitSomeDataDropped"],
  },
  { when: "301 chunks are on disk", series: [stands(chunksDown(), 301)], fires: [about("LogFluentBitBufferInUse")], ...atOnce },
  { when: "300 chunks are on disk", series: [stands(chunksDown(), 300)], fires: [], nearly: ["LogFluentBitBufferInUse"], ...atOnce },
  {
    when: "200 chunks are on the disk of each of two nodes",
    series: [stands(inPod(chunksDown(), "a"), 200), stands(inPod(chunksDown(), "b"), 200)],
    fires: [],
    nearly: ["LogFluentBitBufferInUse"],
    ...atOnce,
  },
  {
    when: "301 chunks are on the disk of another service",
    series: [stands(elsewhere(chunksDown()), 301)],
    fires: [],
    nearly: ["LogFluentBitBufferInUse"],
    ...atOnce,
  },
];

export const situations: readonly Situation[] = [
  ...together("each exporter", exporters, losing),
  ...together("the gateway, of each signal", ["Trace", "Metric", "Log"], throttling),
  ...ofFluentBit,
];
