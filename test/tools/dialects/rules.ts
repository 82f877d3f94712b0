// The rules that the dialects are recorded with: those of trace pipelines, as `rules render` prints them, in a hurry.

import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Profile } from "../../../functions/core/profile/profile.ts";
import type { RuleGroups } from "../../../functions/rules/render.ts";
import { eachRule, hurriedRules } from "../../real/hurried-rules.ts";

const hurried: Profile = { ...kymaTelemetry, rules: { for: "5s", window: "5s", keepFiringFor: "5s" } };
const LOSS = "TraceGatewayAllDataDropped";

export const rules = onlyLosses(eachRule(hurriedRules(hurried), (rule) => (/^(Trace|AlertstatusWatchdog)/.test(rule.alert) ? [rule] : [])));

/** The same, but for the one about a total loss. */
export const oneMissing = eachRule(rules, (rule) => (rule.alert === LOSS ? [] : [rule]));

/** The same, and the one about a total loss fails. */
export const oneFailing = eachRule(rules, (rule) => [rule.alert === LOSS ? { ...rule, expr: "up * on () up" } : rule]);

/** The same, and the first evaluation is far away. */
export const unevaluated = { groups: rules.groups.map((group) => ({ ...group, interval: "2h" })) };

function onlyLosses({ groups }: RuleGroups): RuleGroups {
  return { groups: groups.filter((group) => group.rules.some(({ alert }) => alert === LOSS)) };
}
