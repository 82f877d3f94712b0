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

function losing({ of, sent, failed }: Exporter): Situation[] {
  const all = `${of.replace(/,.*/, "")}AllDataDropped`;
  const some = `${of.replace(/,.*/, "")}SomeDataDropped`;
  return [
    { when: `${of}: data is lost and none is sent`, series: [grows(failed())], fires: [about(all)], nearly: [some] },
    {
      when: `${of}: data is lost and the count of sent data stands still`,
      series: [grows(failed()), stands(sent())],
      fires: [about(all)],
      nearly: [some],
    },
    { when: `${of}: data is lost and some is sent`, series: [grows(failed()), grows(sent())], fires: [about(some)], nearly: [all] },
    {
      when: `${of}: one pod loses data and another sends`,
      series: [grows(inPod(failed(), "a")), grows(inPod(sent(), "b"))],
      fires: [about(some)],
      nearly: [all],
    },
    {
      when: `${of}: one pipeline loses data and another sends`,
      series: [grows(failed()), grows(sent("other"))],
      fires: [about(all)],
      nearly: [some],
    },
    { when: `${of}: two pipelines lose data`, series: [grows(failed()), grows(failed("other"))], fires: [about(all), about(all, "other")] },
    { when: `${of}: data was lost long ago`, series: [stands(failed()), grows(sent())], fires: [], nearly: [all, some] },
    { when: `${of}: only another service loses data`, series: [grows(elsewhere(failed()))], fires: [], nearly: [all] },
    {
      when: `${of}: another service sends what this one loses`,
      series: [grows(failed()), grows(elsewhere(sent()))],
      fires: [about(all)],
      nearly: [some],
    },
    {
      when: `${of}: the last loss is within the window of five minutes`,
      series: [grewForTwoMinutes(failed())],
      fires: [about(all)],
      at: ["1m30s", "6m"],
    },
    {
      when: `${of}: the last loss is older than the window of five minutes`,
      series: [grewForTwoMinutes(failed())],
      fires: [about(all)],
      at: ["6m30s", "8m"],
      later: [{ at: "8m30s", fires: [] }],
    },
    {
      when: `${of}: data is lost, and lost again before the alert was let go`,
      series: [{ of: failed(), values: "0+10x4 40x10 50x40" }],
      fires: [about(all)],
      at: ["1m30s", "6m30s", "7m30s", "8m", "12m30s", "14m"],
      later: [{ at: "14m30s", fires: [] }],
    },
    {
      when: `${of}: data is lost, and the counter starts anew with its pod`,
      series: [{ of: failed(), values: "0+10x6 0+10x14" }],
      fires: [about(all)],
    },
    { when: `${of}: data is lost, and some scrapes fail`, series: [{ of: failed(), values: "0+10x4 _x3 80+10x13" }], fires: [about(all)] },
    {
      when: `${of}: data is sent until its pod starts anew, and lost ever since`,
      series: [
        { of: failed(), values: "0x10 0+10x30" },
        { of: sent(), values: "0+10x9 0x31" },
      ],
      fires: [],
      at: ["4m"],
      later: [
        { at: "7m", fires: [about(some)] },
        { at: "15m", fires: [about(all)] },
      ],
    },
  ];
}

const throttling: readonly Situation[] = (["Trace", "Metric", "Log"] as const).flatMap((type): Situation[] => {
  const signal = ({ Trace: "spans", Metric: "metric_points", Log: "log_records" } as const)[type];
  const { refused, sent } = collector(services.gateway, signal);
  const alert = `${type}GatewayThrottling`;
  const throttled = (receiver: string) => ({ alert, labels: { receiver } });
  return [
    { when: `${type}: the gateway refuses data`, series: [grows(refused()), grows(sent())], fires: [throttled("otlp")] },
    {
      when: `${type}: two receivers of the gateway refuse data`,
      series: [grows(refused("otlp")), grows(refused("kyma"))],
      fires: [throttled("otlp"), throttled("kyma")],
    },
    { when: `${type}: the gateway refused data long ago`, series: [stands(refused()), grows(sent())], fires: [], nearly: [alert] },
    {
      when: `${type}: an agent refuses data`,
      series: [grows({ ...refused(), service: services.metricAgent })],
      fires: [],
      nearly: [alert],
    },
  ];
});

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

export const situations: readonly Situation[] = [...exporters.flatMap(losing), ...throttling, ...ofFluentBit];
