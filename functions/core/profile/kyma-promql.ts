// The PromQL of Kyma's alerts: rates summed by pipeline, over the window that the profile names.

export const GATEWAY = "telemetry-otlp-gateway-metrics";
export const METRIC_AGENT = "telemetry-metric-agent-metrics";
export const LOG_AGENT = "telemetry-log-agent-metrics";
export const FLUENT_BIT = "telemetry-fluent-bit-metrics";

type Signal = "spans" | "metric_points" | "log_records";

const rate = (metric: string, service: string, by = "pipeline_name") => `sum by (${by}) (rate(${metric}{service="${service}"}[$window]))`;
const sent = (signal: Signal, service: string) => `${rate(`otelcol_exporter_sent_${signal}_total`, service)} > 0`;
const lost = (signal: Signal, service: string) =>
  `(${rate(`otelcol_exporter_enqueue_failed_${signal}_total`, service)} > 0 or ${rate(`otelcol_exporter_send_failed_${signal}_total`, service)} > 0)`;
export const allLost = (signal: Signal, service: string) => `${lost(signal, service)} unless ${sent(signal, service)}`;
export const someLost = (signal: Signal, service: string) => `${lost(signal, service)} and ${sent(signal, service)}`;
export const refused = (signal: Signal) => `${rate(`otelcol_receiver_refused_${signal}_total`, GATEWAY, "receiver")} > 0`;

export const written = rate("fluentbit_output_proc_bytes_total", FLUENT_BIT);
export const dropped = `${rate("fluentbit_output_dropped_records_total", FLUENT_BIT)} > 0`;
export const collected = `${rate("fluentbit_input_bytes_total", FLUENT_BIT)} > 0`;
export const buffered = `max by (pipeline_name) (fluentbit_input_storage_chunks_down{service="${FLUENT_BIT}"})`;

/** Fires while no target of the service can be scraped: then the service is neither known to work nor known to fail. */
export const absentTargets = (service: string) => `absent(up{service="${service}"} == 1)`;
