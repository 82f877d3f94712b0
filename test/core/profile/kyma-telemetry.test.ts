import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged, profileSchema } from "../../../functions/core/profile/profile.ts";
import { renderRules } from "../../../functions/rules/render.ts";
import { everyAbsentAlert, everyAlert } from "../verdict/kyma-facts.ts";

const judged = kymaTelemetry.flows.filter(isJudged);
const rows = judged.flatMap((flow) => flow.rows);
const kymas = rows.filter(({ status }) => status !== "Unknown");
const said = [
  ...rows,
  ...kymaTelemetry.gates.map((gate) => gate.says),
  ...judged.flatMap(({ unproven, healthy }) => [...unproven, healthy]),
  ...kymaTelemetry.flows.flatMap((flow) => ("always" in flow ? [flow.always] : [])),
];

test("the built-in profile fits the schema that people's own profiles have to fit", () => {
  expect(profileSchema.parse(kymaTelemetry)).toEqual(kymaTelemetry);
});

test("every alert of Kyma's has one row, and every row its own sentence", () => {
  expect(kymas.map(({ alert }) => alert).sort()).toEqual([...everyAlert].sort());
  expect(new Set(kymas.map(({ message }) => message)).size).toBe(everyAlert.length);
});

test("beside them stands one row for each part whose targets may be absent, which says that nobody knows", () => {
  const others = rows.filter((row) => !kymas.includes(row));
  expect(others.map(({ alert }) => alert).sort()).toEqual([...everyAbsentAlert].sort());
  for (const row of others)
    expect(row).toMatchObject({ status: "Unknown", about: "kind", reason: expect.stringMatching(/ProbingFailed$/) });
});

test("an alert whose rule keeps no pipeline's name is about the whole kind, and no other is", () => {
  const sayKind = rows.filter(({ about }) => about === "kind").map(({ alert }) => alert);
  expect(sayKind.sort()).toEqual(
    rows
      .filter(({ expr }) => !expr?.includes("by (pipeline_name)"))
      .map(({ alert }) => alert)
      .sort(),
  );
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
  const anchors = kymas.map(({ reason, message }) => [reason, /#\S+$/.exec(message)?.[0]] as const);
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

  const absent = [
    { alert: "TraceGatewayTargetsAbsent", service: GATEWAY },
    { alert: "MetricGatewayTargetsAbsent", service: GATEWAY },
    { alert: "LogGatewayTargetsAbsent", service: GATEWAY },
    { alert: "MetricAgentTargetsAbsent", service: METRIC_AGENT },
    { alert: "LogAgentTargetsAbsent", service: LOG_AGENT },
    { alert: "LogFluentBitTargetsAbsent", service: FLUENT_BIT },
  ].map(({ alert, service }) => ({ alert, expr: `absent(up{service="${service}"} == 1)` }));
  const all = [...pairs, ...throttling, ...fluentBit, ...absent];

  test.each(all)("$alert", ({ alert, expr }) => {
    const { groups } = renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }]);
    expect(groups.flatMap(({ rules }) => rules).find((rule) => rule.alert === alert)).toEqual({
      alert,
      expr,
      for: "1m",
      keep_firing_for: "2m",
    });
  });
});

function remedyOf(reason: string): string {
  if (reason.endsWith("Throttling")) return "#gateway-throttling";
  if (reason === "AgentBufferFillingUp") return "#logpipeline-log-buffer-filling-up";
  const isTotal = reason.includes("AllTelemetryDataDropped") || reason === "AgentNoLogsDelivered";
  return isTotal ? "#no-data-arrive-at-the-backend" : "#not-all-data-arrive-at-the-backend";
}
