// A CRD's schema may drop fields of a condition: what it never keeps is nothing that a pass could correct.

import type { Told } from "../kubernetes/condition.ts";
import type { Condition, Resource } from "../kubernetes/resource.ts";
import { isDetailed } from "./details.ts";
import { type Claim, isOwn } from "./ownership.ts";

/**
 * The condition as alertstatus wrote it, with what the schema dropped from it: a field that alertstatus always writes and that its own entry
 * lacks. The sentence stands for a reason that is not kept.
 *
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function asWritten(claim: Claim, resource: Resource, standing: Condition, told: Told, sentence: string): Condition {
  const { reason, observedGeneration, message } = standing;
  if ((reason !== undefined && observedGeneration !== undefined) || !isOwn(claim, resource, standing)) return standing;
  const isSameSentence = message === undefined || isDetailed(message, sentence);
  return {
    ...standing,
    ...(reason === undefined && isSameSentence && { reason: told.reason }),
    ...(observedGeneration === undefined && { observedGeneration: resource.generation }),
  };
}
