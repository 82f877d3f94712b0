import type { RuleGroups } from "./rules.ts";

const NAME = "alertstatus-rules";

/** The file in a ConfigMap made of rules. */
export const RULES_FILE = "alertstatus.rules.yml";

/** The rules as a ConfigMap, for a Prometheus that mounts its rule files. @param text the rules as the text of a rules file */
export function toConfigMap(text: string) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: NAME }, data: { [RULES_FILE]: text } } as const;
}

/**
 * The rules as a PrometheusRule, for a cluster with prometheus-operator.
 *
 * https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
 */
export function toPrometheusRule({ groups }: RuleGroups) {
  return { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", metadata: { name: NAME }, spec: { groups } } as const;
}
