// Whose a condition is: what another controller wrote is left to it for a while, and never taken away.

import type { Told } from "../kubernetes/condition.ts";
import { FIELD_MANAGER, hasWritten, lastConditionsWriter } from "../kubernetes/managed-fields.ts";
import { type Condition, conditionsOf, findCondition, type Resource } from "../kubernetes/resource.ts";
import { conditionType } from "../profile/mode.ts";
import { messagesOf, type Profile } from "../profile/profile.ts";
import { parseDurationMs, parseTimeMs } from "../time.ts";
import { isDetailed } from "./details.ts";

const TRUCE_MS = parseDurationMs("5m");

/** A profile, those of the cluster with the same condition, and the types of all other conditions that alertstatus may write beside it. */
export type Claim = { readonly profile: Profile; readonly alike: readonly Profile[]; readonly others: readonly string[] };

/** @param profiles all those of the cluster */
export function claimOf(profile: Profile, profiles: readonly Profile[]): Claim {
  const types = profiles.flatMap((one) => [conditionType(one, "own"), conditionType(one, "shadow")]);
  return { profile, alike: alikeTo(profile, profiles), others: types.filter((type) => type !== profile.condition) };
}

// What one profile has written, another one that takes its place goes on with.
function alikeTo({ condition }: Profile, profiles: readonly Profile[]): readonly Profile[] {
  return profiles.filter((one) => one.condition === condition);
}

/**
 * Whether another writer wrote the condition less than five minutes ago and says otherwise: then it is left alone, so that two writers never
 * take turns faster than that. A foreign status is as old as its transition; a reason or a generation as old as the last foreign write.
 */
export function isContested(claim: Claim, resource: Resource, before: Condition, told: Told, nowMs: number): boolean {
  if (isOwn(claim, resource, before)) return false;
  const writer = lastConditionsWriter(resource);
  const written = writer?.manager === FIELD_MANAGER ? undefined : writer?.time;
  const since = before.status === told.status ? written : before.lastTransitionTime;
  return Math.abs(nowMs - parseTimeMs(since)) < TRUCE_MS;
}

/**
 * Whether alertstatus wrote the condition of a profile: by its text, by the field manager of its message, or by the last writer of a list
 * that holds nothing else from alertstatus.
 */
export function isOwn({ alike, others }: Claim, resource: Resource, condition: Condition): boolean {
  if (isProvenOwn(alike, resource, condition)) return true;
  const isLast = hasWritten(resource, condition.type) === undefined && lastConditionsWriter(resource)?.manager === FIELD_MANAGER;
  return isLast && others.every((type) => findCondition(resource.conditions, type) === undefined);
}

/**
 * The conditions that alertstatus wrote beyond doubt: the one beside the profile's, and the profile's own by its text or the field manager
 * of its message. The last writer of a whole list may have left this entry as it was: too little to take it away.
 *
 * @param writers all profiles that may have written there
 */
export function ownConditions(
  profiles: readonly Profile[],
  resource: Resource,
  writers: readonly Profile[] = profiles,
): readonly Condition[] {
  const all = profiles.flatMap((profile) => {
    const own = conditionsOf(resource.conditions, conditionType(profile, "own"));
    const shadow = conditionsOf(resource.conditions, conditionType(profile, "shadow"));
    return [...own.filter((condition) => isProvenOwn(alikeTo(profile, writers), resource, condition)), ...shadow];
  });
  return [...new Set(all)];
}

function isProvenOwn(alike: readonly Profile[], resource: Resource, { type, message }: Condition): boolean {
  return alike.flatMap(messagesOf).some((sentence) => isDetailed(message, sentence)) || hasWritten(resource, type) === true;
}
