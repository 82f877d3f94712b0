// Renders what kube-state-metrics needs to export the conditions of profiles, for dashboards and alerts inside a cluster.

import type { ObjectKind } from "../core/kubernetes/resource.ts";
import { kindsOf, type NamedProfile } from "../core/profile/profile.ts";

/** The conditions that are exported: those of a profile, by the types that are written of it. */
export type ExportedConditions = { readonly profile: NamedProfile; readonly types: readonly string[] };

const PREFIX = "alertstatus";
const [OWN, OTHER] = ["condition", "foreign_condition"] as const;
/** The metrics that tell the statuses: of what is written, and of what others write that a replay looks at. */
export const EXPORTED = `${PREFIX}_${OWN}`;
export const FOREIGN = `${PREFIX}_${OTHER}`;
// A resource without the condition yet is no error: https://pkg.go.dev/github.com/go-logr/logr#Logger.V
const QUIETLY = 5;

/**
 * The configuration of `--custom-resource-state-config-file`: one entry for each kind, since kube-state-metrics takes no second one of a kind.
 *
 * https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/extend/customresourcestate-metrics.md
 */
export function renderStateMetrics(conditions: readonly ExportedConditions[]) {
  const kinds = kindsOf(conditions.map(({ profile }) => profile));
  return { kind: "CustomResourceStateMetrics", spec: { resources: kinds.map((of) => resourceOf(of, conditions)) } };
}

function resourceOf(of: ObjectKind, conditions: readonly ExportedConditions[]) {
  const { group, version, kind } = of;
  const ofKind = conditions.filter(({ profile }) => kindsOf([profile]).some((one) => one.plural === of.plural && one.group === group));
  const types = [...new Set(ofKind.flatMap((one) => one.types))];
  // Gates, and the condition beside which a shadow stands.
  const others = new Set(ofKind.flatMap(({ profile }) => [...profile.gates.map(({ condition }) => condition), profile.condition]));
  const foreign = [...others].filter((type) => !types.includes(type));
  return {
    groupVersionKind: { group, version, kind },
    metricNamePrefix: PREFIX,
    errorLogV: QUIETLY,
    labelsFromPath: { name: ["metadata", "name"], namespace: ["metadata", "namespace"] },
    metrics: [
      gauge("resource_generation", "The generation of the resource.", ["metadata", "generation"]),
      ...types.flatMap(metricsOf),
      ...foreign.map((type) => statusOf(OTHER, type)),
    ],
  };
}

function metricsOf(type: string) {
  const condition = ["status", "conditions", `[type=${type}]`];
  const commonLabels = { type };
  return [
    statusOf(OWN, type),
    {
      ...gauge("condition_transition_time_seconds", "When the condition took its status.", [...condition, "lastTransitionTime"]),
      commonLabels,
    },
    {
      ...gauge("condition_observed_generation", "The generation that the condition is about.", [...condition, "observedGeneration"]),
      commonLabels,
    },
  ];
}

function statusOf(name: string, type: string) {
  const path = ["status", "conditions", `[type=${type}]`, "status"];
  const stateSet = { labelName: "status", path, list: ["True", "False", "Unknown"] };
  return { name, help: "Whether the condition has the status.", commonLabels: { type }, each: { type: "StateSet", stateSet } };
}

function gauge(name: string, help: string, path: readonly string[]) {
  return { name, help, each: { type: "Gauge", gauge: { path } } };
}
