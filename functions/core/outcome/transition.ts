import { isSameStatusAndReason } from "../kubernetes/condition.ts";
import type { ClusterOutcome, Observed, Patched, ResourceOutcome } from "./outcome.ts";

/** What the bus is told of a condition whose status or reason has changed. */
export type ConditionChanged = {
  readonly cluster: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly resource: { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly namespace?: string };
  /** The profile whose verdict it is. */
  readonly profile?: string;
  readonly condition: {
    readonly type: string;
    readonly from: { readonly status: string; readonly reason: string } | null;
    readonly to: { readonly status: string; readonly reason: string; readonly message: string };
  };
  readonly because: readonly string[];
  readonly at: string;
};

/** The transitions that were written: none for what was only planned, nor where another generation was observed and nothing else is new. */
export function transitionsOf(
  { cluster, resources }: ClusterOutcome,
  labels: Readonly<Record<string, string>>,
  at: string,
): readonly ConditionChanged[] {
  return resources.flatMap((outcome) => {
    if (!isTransition(outcome)) return [];
    const { apiVersion, kind, name, namespace, profile, before = null, because } = outcome;
    const { type, since: _, ...to } = outcome.condition;
    return [
      { cluster, labels, resource: { apiVersion, kind, name, namespace }, profile, condition: { type, from: before, to }, because, at },
    ];
  });
}

/** Whether a status or a reason was written that did not stand there before. */
export function isTransition(outcome: ResourceOutcome): outcome is Patched {
  return outcome.was === "patched" && !isSameStatusAndReason(outcome.before, outcome.condition);
}

/** Whether it says what no cluster shows, so that only the state can tell whether it is new. */
export function isObserved(outcome: ResourceOutcome): outcome is Observed {
  return (outcome.was === "planned" || outcome.was === "unchanged") && outcome.isObserved === true;
}
