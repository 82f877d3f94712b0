// Shortens the waits of rules, so that tests need seconds instead of minutes.

import type { Profile } from "../../functions/core/profile/profile.ts";
import { type Rule, type RuleGroups, renderRules } from "../../functions/rules/render.ts";

/** The rules of a profile in a hurry, but for those about absent targets: Prometheus looks for its targets only five seconds after its start. */
export function hurriedRules(profile: Profile, by?: readonly string[]): RuleGroups {
  return eachRule(renderRules([{ ...profile, name: "hurried" }], { by }), (rule) => [
    rule.alert.endsWith("TargetsAbsent") ? { ...rule, for: "10s" } : rule,
  ]);
}

/** The same rules with waits that no test sees the end of, but short enough for a restart to begin them anew. */
export function unhurried(groups: RuleGroups): RuleGroups {
  return eachRule(groups, (rule) => [{ ...rule, ...(rule.for && { for: "9m" }) }]);
}

/** The same groups, each rule replaced by what `change` makes of it. */
export function eachRule({ groups }: RuleGroups, change: (rule: Rule) => readonly Rule[]): RuleGroups {
  return { groups: groups.map((group) => ({ ...group, rules: group.rules.flatMap(change) })) };
}
