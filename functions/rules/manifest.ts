import { isObject } from "../core/json.ts";
import type { Manifest, Metadata } from "../core/kubernetes/manifest.ts";
import type { RuleGroups } from "./render.ts";

const NAME = "alertstatus-rules";

/** The file in a ConfigMap made of rules. */
const RULES_FILE = "alertstatus.rules.yml";

/** The rules as a ConfigMap, for a Prometheus that mounts its rule files. @param text the rules as the text of a rules file */
export function toConfigMap(text: string, metadata: Metadata = {}): Manifest & { data: object } {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: NAME, ...metadata }, data: { [RULES_FILE]: text } };
}

/**
 * The rules as a PrometheusRule, for a cluster with prometheus-operator.
 *
 * https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
 */
export function toPrometheusRule({ groups }: RuleGroups, metadata: Metadata = {}): Manifest & { spec: RuleGroups } {
  return { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", metadata: { name: NAME, ...metadata }, spec: { groups } };
}

/**
 * The rules as a VMRule, for a cluster with the VictoriaMetrics operator.
 *
 * https://docs.victoriametrics.com/operator/resources/vmrule/
 */
export function toVmRule({ groups }: RuleGroups) {
  return { apiVersion: "operator.victoriametrics.com/v1beta1", kind: "VMRule", metadata: { name: NAME }, spec: { groups } };
}

/**
 * The rules as the ClusterRules of Google's managed Prometheus: its Rules see the metrics of their own namespace alone. It has no
 * `keep_firing_for`.
 *
 * https://github.com/GoogleCloudPlatform/prometheus-engine/blob/main/doc/api.md#clusterrules
 */
export function toClusterRules({ groups }: RuleGroups) {
  const spec = { groups: groups.map(({ name, rules }) => ({ name, rules: rules.map(({ keep_firing_for: _, ...rule }) => rule) })) };
  return { apiVersion: "monitoring.googleapis.com/v1", kind: "ClusterRules", metadata: { name: NAME }, spec };
}

/** What a person wrote into an object: without all that the API server keeps of it. */
export function withoutServerFields(object: unknown): unknown {
  if (!isObject(object) || !isObject(object.metadata)) return object;
  const { name, namespace, labels, annotations } = object.metadata;
  const { status: _, ...rest } = object;
  const metadata = { name, namespace, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
  return { ...rest, metadata };
}
