// Holds the configuration of kube-state-metrics to its documentation, and to what the shipped rules and the dashboard ask for.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { renderStateMetrics } from "../../functions/rules/kube-state-metrics.ts";

const kyma = { ...kymaTelemetry, name: "kyma-telemetry" };
const FOLDER = join(import.meta.dirname, "../../infra/cluster/kube-state-metrics");

test("each kind is one resource, with the generation, three metrics of each condition and the status of each gate", () => {
  const { kind, spec } = renderStateMetrics([{ profile: kyma, types: ["TelemetryFlowHealthy"] }]);
  expect(kind).toBe("CustomResourceStateMetrics");
  expect(spec.resources.map((one) => one.groupVersionKind)).toEqual(
    ["TracePipeline", "MetricPipeline", "LogPipeline"].map((kind) => ({ group: "telemetry.kyma-project.io", version: "v1beta1", kind })),
  );
  const [{ metrics, labelsFromPath } = { metrics: [], labelsFromPath: {} }] = spec.resources;
  expect(labelsFromPath).toEqual({ name: ["metadata", "name"], namespace: ["metadata", "namespace"] });
  const condition = ["status", "conditions", "[type=TelemetryFlowHealthy]"];
  expect(metrics.map(({ name, each }) => [name, each])).toEqual([
    ["resource_generation", { type: "Gauge", gauge: { path: ["metadata", "generation"] } }],
    [
      "condition",
      { type: "StateSet", stateSet: { labelName: "status", path: [...condition, "status"], list: ["True", "False", "Unknown"] } },
    ],
    ["condition_transition_time_seconds", { type: "Gauge", gauge: { path: [...condition, "lastTransitionTime"] } }],
    ["condition_observed_generation", { type: "Gauge", gauge: { path: [...condition, "observedGeneration"] } }],
    [
      "foreign_condition",
      {
        type: "StateSet",
        stateSet: {
          labelName: "status",
          path: ["status", "conditions", "[type=ConfigurationGenerated]", "status"],
          list: ["True", "False", "Unknown"],
        },
      },
    ],
  ]);
});

test("beside a shadow, the condition of its owner is exported as that of another writer", () => {
  const [{ metrics } = { metrics: [] }] = renderStateMetrics([{ profile: kyma, types: ["alertstatus.io/TelemetryFlowHealthy"] }]).spec
    .resources;
  const foreign = metrics.flatMap((one) => ("commonLabels" in one && one.name === "foreign_condition" ? [one.commonLabels.type] : []));
  expect(foreign).toEqual(["ConfigurationGenerated", "TelemetryFlowHealthy"]);
});

test("two profiles of one kind, and two types of one profile, are conditions of one resource", () => {
  const other = { ...kyma, name: "mine", condition: "Mine" };
  const { resources } = renderStateMetrics([
    { profile: kyma, types: ["TelemetryFlowHealthy", "alertstatus.io/TelemetryFlowHealthy"] },
    { profile: other, types: ["Mine"] },
  ]).spec;
  expect(resources).toHaveLength(3);
  for (const { metrics } of resources) {
    const types = metrics.flatMap((one) => ("commonLabels" in one && one.name === "condition" ? [one.commonLabels.type] : []));
    expect(types).toEqual(["TelemetryFlowHealthy", "alertstatus.io/TelemetryFlowHealthy", "Mine"]);
  }
});

test.each(["alertstatus.rules.yml", "dashboard.json"])("%s asks for rendered metrics only", (file) => {
  const { resources } = renderStateMetrics([{ profile: kyma, types: ["TelemetryFlowHealthy"] }]).spec;
  const rendered = new Set(resources.flatMap(({ metricNamePrefix, metrics }) => metrics.map(({ name }) => `${metricNamePrefix}_${name}`)));
  const asked = [...readFileSync(join(FOLDER, file), "utf8").matchAll(/\balertstatus_\w+/g)].map(([name]) => name);
  expect(asked.length).toBeGreaterThan(2);
  expect(asked.filter((name) => !rendered.has(name))).toEqual([]);
});
