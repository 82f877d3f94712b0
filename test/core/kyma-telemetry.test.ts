import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../functions/core/kyma-telemetry.ts";
import { isJudged, profileSchema } from "../../functions/core/profile.ts";
import { renderRules } from "../../functions/core/rules.ts";
import { everyAlert } from "./kyma-facts.ts";

const judged = kymaTelemetry.flows.filter(isJudged);
const rows = judged.flatMap((flow) => flow.rows);
const said = [
  ...rows,
  ...kymaTelemetry.gates.map((gate) => gate.says),
  ...judged.flatMap(({ unproven, healthy }) => [...unproven, healthy]),
  ...kymaTelemetry.flows.flatMap((flow) => ("always" in flow ? [flow.always] : [])),
];

test("the built-in profile fits the schema that people's own profiles have to fit", () => {
  expect(profileSchema.parse(kymaTelemetry)).toEqual(kymaTelemetry);
});

test("every alert has one row, and every row its own sentence", () => {
  expect(rows.map(({ alert }) => alert).sort()).toEqual([...everyAlert].sort());
  expect(new Set(rows.map(({ message }) => message)).size).toBe(17);
});

test("the API server takes every reason and every message", () => {
  for (const { reason, message } of said) {
    expect(reason).toMatch(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/);
    expect(reason.length).toBeLessThanOrEqual(1024);
    expect(message.length).toBeGreaterThan(0);
    expect(message.length).toBeLessThanOrEqual(32768);
  }
});

test("a message that has a remedy links to it", () => {
  const anchors = rows.map(({ reason, message }) => [reason, /#\S+$/.exec(message)?.[0]] as const);
  for (const [reason, anchor] of anchors) expect([reason, anchor]).toEqual([reason, remedyOf(reason)]);
});

test("without the fleet's word, alerts come from Kyma's self monitor", () => {
  expect(kymaTelemetry.alerts).toEqual({ service: { namespace: "kyma-system", name: "telemetry-self-monitor", port: 9090 } });
});

describe("the PromQL of an alert", () => {
  const GATEWAY = "telemetry-otlp-gateway-metrics";
  const METRIC_AGENT = "telemetry-metric-agent-metrics";
  const LOG_AGENT = "telemetry-log-agent-metrics";
  const FLUENT_BIT = "telemetry-fluent-bit-metrics";
  const rate = (metric: string, service: string, by = "pipeline_name") => `sum by (${by}) (rate(${metric}{service="${service}"}[5m]))`;
  const lost = (type: string, service: string) =>
    `(${rate(`otelcol_exporter_enqueue_failed_${type}_total`, service)} > 0 or ${rate(`otelcol_exporter_send_failed_${type}_total`, service)} > 0)`;
  const sent = (type: string, service: string) => `${rate(`otelcol_exporter_sent_${type}_total`, service)} > 0`;
  const dropped = `${rate("fluentbit_output_dropped_records_total", FLUENT_BIT)} > 0`;
  const written = rate("fluentbit_output_proc_bytes_total", FLUENT_BIT);

  const pairs = [
    { component: "MetricGateway", type: "metric_points", service: GATEWAY },
    { component: "TraceGateway", type: "spans", service: GATEWAY },
    { component: "LogGateway", type: "log_records", service: GATEWAY },
    { component: "MetricAgent", type: "metric_points", service: METRIC_AGENT },
    { component: "LogAgent", type: "log_records", service: LOG_AGENT },
  ].flatMap(({ component, type, service }) => [
    { alert: `${component}AllDataDropped`, expr: `${lost(type, service)} unless ${sent(type, service)}` },
    { alert: `${component}SomeDataDropped`, expr: `${lost(type, service)} and ${sent(type, service)}` },
  ]);
  const throttling = [
    { alert: "MetricGatewayThrottling", type: "metric_points" },
    { alert: "TraceGatewayThrottling", type: "spans" },
    { alert: "LogGatewayThrottling", type: "log_records" },
  ].map(({ alert, type }) => ({ alert, expr: `${rate(`otelcol_receiver_refused_${type}_total`, GATEWAY, "receiver")} > 0` }));
  const fluentBit = [
    { alert: "LogFluentBitAllDataDropped", expr: `${dropped} unless ${written} > 0` },
    { alert: "LogFluentBitSomeDataDropped", expr: `${dropped} and ${written} > 0` },
    {
      alert: "LogFluentBitBufferInUse",
      expr: `max by (pipeline_name) (fluentbit_input_storage_chunks_down{service="${FLUENT_BIT}"}) > 300`,
    },
    { alert: "LogFluentBitNoLogsDelivered", expr: `${rate("fluentbit_input_bytes_total", FLUENT_BIT)} > 0 and ${written} == 0` },
  ];

  test.each([...pairs, ...throttling, ...fluentBit])("$alert", ({ alert, expr }) => {
    const [group] = renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }]).groups;
    expect(group?.rules.find((rule) => rule.alert === alert)).toEqual({ alert, expr, for: "1m" });
  });
});

function remedyOf(reason: string): string {
  if (reason.endsWith("Throttling")) return "#gateway-throttling";
  const isTotal = reason.includes("AllTelemetryDataDropped") || reason === "AgentNoLogsDelivered";
  return isTotal ? "#no-data-arrive-at-the-backend" : "#not-all-data-arrive-at-the-backend";
}
