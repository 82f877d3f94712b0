// Sets one condition in the list of a status so that applying it twice gives the same list.

import { isObject } from "../json.ts";
import { type Condition, findCondition } from "./resource.ts";

/** The content that a condition should have. */
export type Told = { readonly status: "True" | "False" | "Unknown"; readonly reason: string; readonly message: string };

/**
 * The list with this condition set, or the very same array where status, reason and observed generation already agree: a new message
 * alone changes nothing. Every foreign entry keeps its content and place; `lastTransitionTime` changes with the status only.
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
  if (isUpToDate(before, desired, generation)) return conditions;
  const after = {
    type,
    status: desired.status,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastTransitionTime: before?.status === desired.status ? (before.lastTransitionTime ?? now) : now,
    reason: desired.reason,
    message: desired.message,
  };
  const at = conditions.findIndex((condition) => isObject(condition) && condition.type === type);
  return at === -1 ? [...conditions, after] : conditions.with(at, after);
}

/** Whether a condition already has this status and reason, for this generation. */
export function isUpToDate(before: Condition | undefined, desired: Told, generation: number | undefined): boolean {
  return isSameStatusAndReason(before, desired) && before?.observedGeneration === generation;
}

type StatusAndReason = { readonly status: string; readonly reason: string };

/** Whether two conditions agree in status and reason, the parts that clients wait for. */
export function isSameStatusAndReason(one: StatusAndReason | undefined, other: StatusAndReason): boolean {
  return one?.status === other.status && one.reason === other.reason;
}
