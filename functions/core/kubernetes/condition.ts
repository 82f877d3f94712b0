// Sets one condition in the list of a status so that applying it twice gives the same list.

import { isObject } from "../json.ts";
import { type Condition, findCondition } from "./resource.ts";

/** The content that a condition should have. */
export type Told = { readonly status: "True" | "False" | "Unknown"; readonly reason: string; readonly message: string };

/**
 * The list with this condition set, or the very same array where status, reason and observed generation already agree: a new message
 * alone changes nothing. Every foreign entry keeps its content and place, further entries of the same type are taken out;
 * `lastTransitionTime` changes with the status only.
 *
 * https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/1623-standardize-conditions
 *
 * @param now RFC 3339 with seconds, as the API server writes it
 */
export function withCondition(
  conditions: readonly unknown[],
  type: string,
  desired: Told,
  generation: number | undefined,
  now: string,
): readonly unknown[] {
  const before = findCondition(conditions, type);
  if (isUpToDate(before, desired, generation) && !isRepeated(conditions, type)) return conditions;
  const after = {
    type,
    status: desired.status,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastTransitionTime: before?.status === desired.status ? (before.lastTransitionTime ?? now) : now,
    reason: desired.reason,
    message: desired.message,
  };
  const at = conditions.findIndex((condition) => isOfType(condition, type));
  if (at === -1) return [...conditions, after];
  return conditions.filter((condition, index) => index === at || !isOfType(condition, type)).with(at, after);
}

/** Whether the list has more than one entry of the type: clients read the first, and the others go stale. */
export function isRepeated(conditions: readonly unknown[], type: string): boolean {
  let count = 0;
  for (const condition of conditions) if (isOfType(condition, type)) count++;
  return count > 1;
}

function isOfType(condition: unknown, type: string): boolean {
  return isObject(condition) && condition.type === type;
}

/** Whether a condition already has this status and reason, for this generation. */
export function isUpToDate(before: Condition | undefined, desired: Told, generation: number | undefined): boolean {
  return isSameStatusAndReason(before, desired) && before?.observedGeneration === generation;
}

type StatusAndReason = { readonly status: string; readonly reason?: string };

/** Whether two conditions agree in status and reason, the parts that clients wait for. */
export function isSameStatusAndReason(one: StatusAndReason | undefined, other: StatusAndReason): boolean {
  return one?.status === other.status && one.reason === other.reason;
}
