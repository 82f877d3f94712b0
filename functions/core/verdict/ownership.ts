import type { Told } from "../kubernetes/condition.ts";
import { FIELD_MANAGER, lastConditionsWriter } from "../kubernetes/managed-fields.ts";
import { type Condition, findCondition, type Resource } from "../kubernetes/resource.ts";
import { conditionType } from "../profile/mode.ts";
import type { Profile } from "../profile/profile.ts";
import { parseDurationMs, parseTimeMs } from "../time.ts";
import { isDetailed } from "./details.ts";

const TRUCE_MS = parseDurationMs("5m");

/**
 * Whether somebody else wrote the condition less than five minutes ago and says otherwise: then it is left to him, so that two writers
 * never take turns faster than that. His status is as old as its transition; a reason or a generation as old as his last write.
 */
export function isContested(profile: Profile, resource: Resource, before: Condition, told: Told, nowMs: number): boolean {
  if (isOwnText(profile, before.message)) return false;
  const writer = lastConditionsWriter(resource);
  const written = writer?.manager === FIELD_MANAGER ? undefined : writer?.time;
  const since = before.status === told.status ? written : before.lastTransitionTime;
  return Math.abs(nowMs - parseTimeMs(since)) < TRUCE_MS;
}

/** Whether a message is one of the profile's own sentences, with or without details: what marks a condition as written by us. */
function isOwnText({ gates, flows }: Profile, message: unknown): boolean {
  const sayings = flows.flatMap((flow) => ("always" in flow ? [flow.always] : [...flow.rows, ...flow.unproven, flow.healthy]));
  return [...sayings, ...gates.map(({ says }) => says)].some((says) => isDetailed(message, says.message));
}

/** The conditions that we wrote: the one beside the profile's, and the profile's own where it carries our words. */
export function ownConditions(profiles: readonly Profile[], { conditions }: Resource): readonly Condition[] {
  return profiles.flatMap((profile) => {
    const own = findCondition(conditions, conditionType(profile, "own"));
    const shadow = findCondition(conditions, conditionType(profile, "shadow"));
    return [own !== undefined && isOwnText(profile, own.message) ? own : undefined, shadow].filter((condition) => condition !== undefined);
  });
}
