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

/** What a person wrote into an object: without all that the API server keeps of it. */
export function withoutServerFields(object: unknown): unknown {
  if (!isObject(object) || !isObject(object.metadata)) return object;
  const { name, namespace, labels, annotations } = object.metadata;
  const { status: _, ...rest } = object;
  const metadata = { name, namespace, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
  return { ...rest, metadata };
}
