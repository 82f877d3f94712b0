// The formats in which rules are printed, by the names that commands take.

import { stringify } from "yaml";
import { toClusterRules, toConfigMap, toPrometheusRule, toVmRule } from "../rules/manifest.ts";
import type { RuleGroups } from "../rules/render.ts";

/** Objects that carry rules into a cluster. */
export const MANIFESTS = {
  configmap: (groups: RuleGroups) => toConfigMap(asYaml(groups)),
  prometheusrule: (groups: RuleGroups) => toPrometheusRule(groups),
  vmrule: toVmRule,
  gmp: toClusterRules,
};

export type ManifestFormat = keyof typeof MANIFESTS;

/** Repeated texts are written out instead of as aliases, so that each rule can be read alone. */
export function asYaml(document: object): string {
  return stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}
