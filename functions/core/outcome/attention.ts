// What a person has to look at, and whether all is well: decided here for log, terminal, exit code and metrics alike.

import type { Code, Failure } from "../errors.ts";
import { sanitize } from "../text.ts";
import type { Unmatched } from "../verdict/unmatched.ts";
import type { Crash } from "./crash.ts";
import {
  becauseOf,
  type ClusterOutcome,
  isContested,
  isOutOfReach,
  judgedCondition,
  type ResourceOutcome,
  resourceName,
} from "./outcome.ts";

/** One thing of a cluster that a person has to look at. */
export type Attention =
  | {
      readonly about: "cluster";
      readonly was: ClusterOutcome["was"];
      readonly code?: Code;
      readonly message?: string;
      readonly crash?: Crash;
    }
  | (Failure & { readonly about: "alerts" })
  | (Failure & { readonly about: "silences" })
  | (Failure & { readonly about: "heartbeat" })
  /** An alert that fires and counts for no resource. */
  | { readonly about: "unmatched"; readonly alert: string; readonly message: string }
  /** `isCause`: what keeps the kind from being listed is what the cluster's own entry names already. */
  | (Failure & { readonly about: "kind"; readonly kind: string; readonly isCause: boolean })
  | (Failure & { readonly about: "resource"; readonly resource: string })
  | (Failure & { readonly about: "event"; readonly resource: string })
  | Unknown
  | { readonly about: "contested"; readonly resource: string };

/** Conditions that are Unknown for one cause, although the alerts can be read: how many, the first of them, and since when at least one is. */
export type Unknown = {
  readonly about: "unknown";
  readonly resource: string;
  readonly count: number;
  readonly because: string;
  readonly since?: string;
};

const MAX_NAME = 100;
const FINE: ReadonlySet<ClusterOutcome["was"]> = new Set<ClusterOutcome["was"]>(["reconciled", "paused"]);
// Worth a line, and no failure: every condition is as it should be, or is for its other writer to settle.
const MINOR: ReadonlySet<Attention["about"]> = new Set<Attention["about"]>([
  "silences",
  "heartbeat",
  "event",
  "contested",
  "unmatched",
  "unknown",
]);

/** All that a person has to look at in one cluster, causes first. */
export function attentionOf(outcome: ClusterOutcome): readonly Attention[] {
  const { was, code, message, crash, resources } = outcome;
  return [
    ...(FINE.has(was) ? [] : [{ about: "cluster", was, code, message, crash } as const]),
    // What cannot be read of a cluster that is out of reach has one cause, which its own entry names.
    ...(isOutOfReach(outcome) ? [] : [...alertsAttention(outcome), ...kindAttention(outcome)]),
    ...silencesAttention(outcome),
    ...(outcome.heartbeatRefused ? [{ about: "heartbeat", ...outcome.heartbeatRefused } as const] : []),
    ...unmatchedAttention(outcome),
    ...unknownAttention(outcome),
    ...resources.flatMap(resourceAttention),
  ];
}

/** Whether everything was reached, read and accepted. */
export function isAllWell(outcomes: readonly ClusterOutcome[]): boolean {
  return outcomes.every((outcome) => attentionOf(outcome).every(({ about }) => MINOR.has(about)));
}

function alertsAttention({ alerts }: ClusterOutcome): readonly Attention[] {
  return alerts?.was === "unreadable" ? [{ about: "alerts", code: alerts.code, message: alerts.message }] : [];
}

function silencesAttention({ alerts }: ClusterOutcome): readonly Attention[] {
  return alerts?.was === "read" && alerts.silencesUnreadable ? [{ about: "silences", ...alerts.silencesUnreadable }] : [];
}

function unmatchedAttention({ alerts }: ClusterOutcome): readonly Attention[] {
  const unmatched = alerts?.was === "read" ? (alerts.unmatched ?? []) : [];
  return unmatched.map((one) => ({ about: "unmatched", alert: one.alert, message: unmatchedText(one) }));
}

/** Why an alert counts for no resource, in words. */
export function unmatchedText({ alert, label, value, wanted, resource }: Unmatched): string {
  const name = resource && sanitize(resourceName(resource), MAX_NAME);
  if (label === undefined) return `${alert} counts for no resource: its row does not apply to ${name}`;
  const said = value === undefined ? `has no label ${label}` : `says ${label}="${sanitize(value, MAX_NAME)}"`;
  if (name === undefined) return `${alert} counts for no resource: it ${said}`;
  const has = wanted === undefined ? "none" : `"${sanitize(wanted, MAX_NAME)}"`;
  return `${alert} counts for no resource: it ${said}, and the nearest, ${name}, has ${has}`;
}

// Where no alerts can be read, that is the one cause of all.
function unknownAttention({ alerts, resources }: ClusterOutcome): readonly Unknown[] {
  if (alerts?.was !== "read") return [];
  const unknown = resources.flatMap((outcome) => {
    const condition = judgedCondition(outcome);
    if (condition?.status !== "Unknown") return [];
    return [{ resource: resourceName(outcome), because: becauseOf(outcome).join("; "), since: condition.since }];
  });
  return [...Map.groupBy(unknown, ({ because }) => because)].map(([because, group]) => {
    const [first] = group.map(({ resource }) => resource);
    const [since] = group.flatMap((one) => one.since ?? []).sort();
    return { about: "unknown", resource: first ?? "", count: group.length, because, since };
  });
}

function kindAttention({ was, code, unlisted }: ClusterOutcome): readonly Attention[] {
  const cause = FINE.has(was) ? undefined : unlisted.find((list) => list.code === code);
  return unlisted.map((list) => ({ about: "kind", ...list, isCause: list === cause }));
}

const NONE: readonly Attention[] = [];

function resourceAttention(outcome: ResourceOutcome): readonly Attention[] {
  if (outcome.was === "refused")
    return [{ about: "resource", resource: resourceName(outcome), code: outcome.code, message: outcome.message }];
  if (outcome.was === "patched" && outcome.eventRefused)
    return [{ about: "event", resource: resourceName(outcome), ...outcome.eventRefused }];
  return isContested(outcome) ? [{ about: "contested", resource: resourceName(outcome) }] : NONE;
}
