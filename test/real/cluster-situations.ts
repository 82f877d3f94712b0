// Lists the situations that the rules of a shared Prometheus must distinguish by cluster.

import { collector, fluentBit, type Series, services } from "../support/kyma-metrics.ts";
import { type Exporter, exporters, grows, inPod, namesOf, type Samples, type Situation, stands, together } from "./rule-situations.ts";
import { up, watchdogs } from "./source-situations.ts";

const within = (cluster: string, series: Series): Series => ({ ...series, labels: { ...series.labels, cluster } });
const about = (alert: string, cluster: string, pipeline = "backend") => ({ alert, labels: { pipeline_name: pipeline, cluster } });
const isUp = (cluster: string, service: string = services.gateway): Samples => ({ of: within(cluster, up(service)), values: "1x60" });
const allUp = ["one", "two"].flatMap((cluster) => Object.values(services).map((service) => isUp(cluster, service)));
const watched = (...clusters: readonly string[]) => clusters.flatMap((cluster) => watchdogs({ cluster }));
const unwatched = (cluster: string) =>
  ["TraceGateway", "MetricGateway", "MetricAgent", "LogFluentBit", "LogAgent", "LogGateway"].map((of) => ({
    alert: `${of}TargetsAbsent`,
    labels: { cluster },
  }));

function losing({ of, sent, failed }: Exporter): readonly Situation[] {
  const { own, all, some } = namesOf(of);
  return [
    {
      when: "one cluster loses what the other sends, under the same name",
      series: [grows(within("one", failed(own))), grows(within("two", sent(own)))],
      fires: [about(all, "one", own)],
      nearly: [some],
    },
    {
      when: "one cluster loses all and the other some",
      series: [grows(within("one", failed(own))), grows(within("two", failed(own))), grows(within("two", sent(own)))],
      fires: [about(all, "one", own), about(some, "two", own)],
    },
    {
      when: "one cluster loses in one pod and sends in another, and the other is well",
      series: [grows(inPod(within("one", failed(own)), "a")), grows(inPod(within("one", sent(own)), "b")), grows(within("two", sent(own)))],
      fires: [about(some, "one", own)],
      nearly: [all],
    },
  ];
}

function throttling(type: "Trace" | "Metric" | "Log"): readonly Situation[] {
  const { refused } = collector(services.gateway, ({ Trace: "spans", Metric: "metric_points", Log: "log_records" } as const)[type]);
  const receiver = `otlp/${type}`;
  return [
    {
      when: "that of one cluster refuses data",
      series: [grows(within("one", refused(receiver))), stands(within("two", refused(receiver)))],
      fires: [{ alert: `${type}GatewayThrottling`, labels: { receiver, cluster: "one" } }],
    },
  ];
}

const exporting = [
  ...together("each exporter", exporters, losing),
  ...together("the gateway, of each signal", ["Trace", "Metric", "Log"], throttling),
];

const { collected, written, chunksDown } = fluentBit;

/** The rules with `--by cluster`, on a Prometheus that sees the clusters `one` and `two`. */
export const clusterSituations: readonly Situation[] = [
  ...exporting.map((situation) => ({ ...situation, isUp: false, series: [...situation.series, ...allUp] })),
  {
    when: "LogFluentBit: logs are collected in one cluster, and none written in another",
    isUp: false,
    series: [grows(within("one", collected())), grows(within("one", written())), stands(within("two", written()), 0), ...allUp],
    fires: [],
    nearly: ["LogFluentBitNoLogsDelivered"],
  },
  {
    when: "LogFluentBit: logs are collected in both clusters, and none written in one",
    isUp: false,
    series: [
      ...["one", "two"].map((cluster) => grows(within(cluster, collected()))),
      stands(within("one", written()), 0),
      grows(within("two", written())),
      ...allUp,
    ],
    fires: [about("LogFluentBitNoLogsDelivered", "one")],
  },
  {
    when: "301 chunks are on a disk of one cluster, and 300 of the other",
    isUp: false,
    series: [stands(within("one", chunksDown()), 301), stands(within("two", chunksDown()), 300), ...allUp],
    fires: [about("LogFluentBitBufferInUse", "one")],
    notYetAt: "30s",
  },
  {
    when: "the targets of one cluster are down",
    isUp: false,
    series: [...allUp.slice(4), ...allUp.slice(0, 4).map(({ of }) => ({ of, values: "0x60" }))],
    fires: unwatched("one"),
    notYetAt: "30s",
  },
  {
    when: "one cluster has other targets only",
    isUp: false,
    series: [...allUp.slice(4), isUp("one", "another")],
    fires: unwatched("one"),
    notYetAt: "30s",
  },
  {
    when: "one cluster is scraped from the fifth minute on, and the other no longer",
    isUp: false,
    isWatched: true,
    series: Object.values(services).flatMap((service) => [
      { of: within("one", up(service)), values: "_x10 1x60" },
      { of: within("two", up(service)), values: "1x20 stale" },
    ]),
    fires: [],
    at: ["6m"],
    later: [
      { at: "6m30s", fires: watched("two") },
      { at: "10m", fires: watched("two") },
      { at: "11m", fires: [] },
      { at: "11m30s", fires: watched("one") },
      { at: "30m", fires: watched("one") },
    ],
  },
  {
    when: "a cluster is not scraped for a while: its watchdog starts anew",
    isUp: false,
    isWatched: true,
    series: Object.values(services).map((service) => ({ of: within("one", up(service)), values: "1x20 stale _x4 1x60" })),
    fires: [],
    at: ["5m30s"],
    later: [
      { at: "10m", fires: watched("one") },
      { at: "12m", fires: [] },
      { at: "18m30s", fires: [] },
      { at: "19m", fires: watched("one") },
    ],
  },
  {
    when: "some scrapes of a cluster are missing: its watchdog goes on",
    isUp: false,
    isWatched: true,
    series: Object.values(services).map((service) => ({ of: within("one", up(service)), values: "1x20 _x4 1x60" })),
    fires: [],
    at: ["5m30s"],
    later: ["6m30s", "11m", "12m", "20m"].map((at) => ({ at, fires: watched("one") })),
  },
];
