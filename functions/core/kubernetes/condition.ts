import { isObject } from "../json.ts";
import { type Condition, findCondition } from "./resource.ts";

/** What a condition shall say. */
export type Told = { readonly status: "True" | "False" | "Unknown"; readonly reason: string; readonly message: string };

/**
 * The list with this verdict in it, or the very same array where status, reason and observed generation already say so: other wording
 * alone is no change. Every foreign entry stays as it is, where it is; `lastTransitionTime` moves only with the status.
 *
 * https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/1623-standardize-conditions
 *
 * @param now RFC 3339 with seconds, as the API server writes it
 */
export function withCondition(
  conditions: readonly unknown[],
  type: string,
  told: Told,
  generation: number | undefined,
  now: string,
): readonly unknown[] {
  const before = findCondition(conditions, type);
  if (isUpToDate(before, told, generation)) return conditions;
  const after = {
    type,
    status: told.status,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastTransitionTime: before?.status === told.status ? (before.lastTransitionTime ?? now) : now,
    reason: told.reason,
    message: told.message,
  };
  const at = conditions.findIndex((condition) => isObject(condition) && condition.type === type);
  return at === -1 ? [...conditions, after] : conditions.with(at, after);
}

/** Whether a condition already says so, and of this generation. */
export function isUpToDate(before: Condition | undefined, told: Told, generation: number | undefined): boolean {
  return isSameStatusAndReason(before, told) && before?.observedGeneration === generation;
}

type StatusAndReason = { readonly status: string; readonly reason: string };

/** Whether two conditions say the same to whoever waits for one: status and reason. */
export function isSameStatusAndReason(one: StatusAndReason | undefined, other: StatusAndReason): boolean {
  return one?.status === other.status && one.reason === other.reason;
}
