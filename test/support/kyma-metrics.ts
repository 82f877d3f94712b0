// Names the metrics of Kyma's telemetry collectors, as exposed and as stored.

/** What Kyma's telemetry collectors count, named and labelled as their scrape endpoints name and label it. */
export type Series = {
  readonly service: string;
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What metric relabelling cuts out of the labels. */
  readonly cut: Readonly<Record<string, string>>;
};

export const services = {
  gateway: "telemetry-otlp-gateway-metrics",
  metricAgent: "telemetry-metric-agent-metrics",
  logAgent: "telemetry-log-agent-metrics",
  fluentBit: "telemetry-fluent-bit-metrics",
} as const;

const PIPELINE_TYPES = { spans: "tracepipeline", metric_points: "metricpipeline", log_records: "logpipeline" } as const;

/** How Kyma's Prometheus gives series the name of their pipeline: `metric_relabel_configs` of its scrape configuration. */
export const kymaRelabelling = [
  ...[1, 2].map((group) => ({
    source_labels: ["exporter"],
    regex: "[^/]+/(?:(tracepipeline|metricpipeline|logpipeline)-)?([a-zA-Z0-9-]+)",
    target_label: group === 1 ? "pipeline_type" : "pipeline_name",
    replacement: `$${group}`,
  })),
  { source_labels: ["__name__", "name"], regex: "fluentbit_.+;([a-zA-Z0-9-]+)", target_label: "pipeline_name", replacement: "$1" },
] as const;

/** The series of one OpenTelemetry collector about one signal. */
export function collector(service: string, signal: keyof typeof PIPELINE_TYPES) {
  const type = PIPELINE_TYPES[signal];
  const exported =
    (what: string) =>
    (pipeline = "backend"): Series => ({
      service,
      metric: `otelcol_exporter_${what}_${signal}_total`,
      labels: { exporter: `otlp/${type}-${pipeline}` },
      cut: { pipeline_type: type, pipeline_name: pipeline },
    });
  return {
    sent: exported("sent"),
    sendFailed: exported("send_failed"),
    enqueueFailed: exported("enqueue_failed"),
    /** As telemetry-manager named exporters before 1.63: without the kind of the pipeline. */
    sentBefore163: (pipeline = "backend"): Series => ({
      ...exported("sent")(pipeline),
      labels: { exporter: `otlp/${pipeline}` },
      cut: { pipeline_name: pipeline },
    }),
    refused: (receiver = "otlp"): Series => ({
      service,
      metric: `otelcol_receiver_refused_${signal}_total`,
      labels: { receiver },
      cut: {},
    }),
  };
}

const ofFluentBit =
  (metric: string) =>
  (pipeline = "backend"): Series => ({ service: services.fluentBit, metric, labels: { name: pipeline }, cut: { pipeline_name: pipeline } });

export const fluentBit = {
  collected: ofFluentBit("fluentbit_input_bytes_total"),
  written: ofFluentBit("fluentbit_output_proc_bytes_total"),
  dropped: ofFluentBit("fluentbit_output_dropped_records_total"),
  chunksDown: ofFluentBit("fluentbit_input_storage_chunks_down"),
};

/** The series as the collector exposes it. */
export function asExposed({ metric, labels }: Series): string {
  return written(metric, labels);
}

/** The series as Prometheus stores it, once its target and metric relabelling have added their labels. */
export function asStored({ metric, labels, cut, service }: Series): string {
  return written(metric, { service, ...labels, ...cut });
}

function written(metric: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return `${metric}{${pairs.join(",")}}`;
}
