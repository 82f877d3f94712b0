// Finds the clusters in which conditions stay Unknown: what lasts for an hour needs a person.

import { parseDurationMs, parseTimeMs } from "../time.ts";
import { becauseOf, type ClusterOutcome, judgedCondition, resourceName } from "./outcome.ts";

/** A cluster in which some conditions have been Unknown for an hour or more: how many, and the first of them with its cause. */
export type LongUnknown = {
  readonly cluster: string;
  readonly conditions: number;
  readonly resource: string;
  readonly since: string;
  readonly because: readonly string[];
};

const LONG_MS = parseDurationMs("60m");

export function longUnknown(outcomes: readonly ClusterOutcome[], nowMs: number): readonly LongUnknown[] {
  return outcomes.flatMap((outcome) => {
    const [first, ...others] = longUnknownOf(outcome, nowMs);
    return first === undefined ? [] : [{ cluster: outcome.cluster, conditions: others.length + 1, ...first }];
  });
}

function longUnknownOf({ resources }: ClusterOutcome, nowMs: number): readonly Omit<LongUnknown, "cluster" | "conditions">[] {
  return resources.flatMap((outcome) => {
    const { status, since } = judgedCondition(outcome) ?? {};
    if (status !== "Unknown" || since === undefined || !(nowMs - parseTimeMs(since) >= LONG_MS)) return [];
    return [{ resource: resourceName(outcome), since, because: becauseOf(outcome) }];
  });
}
