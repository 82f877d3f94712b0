// Compares a verdict with what stands: nothing to write, the whole list of conditions to write, or a reason to leave it.

import type { Failure } from "../errors.ts";
import { isRepeated, isSameStatusAndReason, isUpToDate, withCondition } from "../kubernetes/condition.ts";
import { type Condition, findCondition, type Resource } from "../kubernetes/resource.ts";
import { conditionType, type Mode } from "../profile/mode.ts";
import type { Profile } from "../profile/profile.ts";
import { parseTimeMs } from "../time.ts";
import { coversKind } from "./matching.ts";
import { type Claim, claimOf, isContested } from "./ownership.ts";
import { asWritten } from "./pruned.ts";
import { type Judge, judgeWith, type Knowledge, restsOnAlerts, type Skipped, type Verdict } from "./verdict.ts";

/** What one pass would write onto one resource, for all profiles at once. */
export type Plan = {
  readonly resource: Resource;
  readonly judged: readonly Judged[];
  /** The whole list of conditions to write; undefined where there is nothing to. */
  readonly patch?: readonly unknown[];
  /** Whether a status or a reason changes because of alerts, which then have to be newer than the resource. */
  readonly needsNewerAlerts: boolean;
};

type Judged = {
  readonly type: string;
  readonly mode: Mode;
  readonly before?: Condition;
  readonly verdict: Verdict | Skipped;
  /** Whether this profile's own condition is among what there is to write. */
  readonly isChanged: boolean;
  /** Why the condition is left as it stands, whatever the verdict. */
  readonly left?: "young" | "contested";
  /** Why the condition does not turn False yet. */
  readonly held?: Failure;
};
/** `hold` says what keeps a resource from being turned False now. */
type Owner = {
  readonly profiles: readonly Profile[];
  readonly mode: Mode;
  readonly hold?: (profile: Profile, resource: Resource) => Failure | undefined;
};
type Writer = Claim & Pick<Owner, "mode" | "hold"> & { readonly type: string; readonly judge: Judge };

/** What to write onto a resource. */
export type Planner = (resource: Resource) => Plan;

/** Plans for all resources of a cluster by what is known of it. `timestamp`, which a write would carry, is asked for only where there is one. */
export function planWith({ profiles, mode, hold }: Owner, known: Knowledge, timestamp: () => string): Planner {
  const writers = profiles.map((profile) => ({
    ...claimOf(profile, profiles),
    mode,
    hold,
    type: conditionType(profile, mode),
    judge: judgeWith(profile, known),
  }));
  return (resource) => {
    const judged: Judged[] = [];
    let patch: readonly unknown[] | undefined;
    let needsNewerAlerts = false;
    for (const writer of writers) {
      if (!coversKind(writer.profile, resource)) continue;
      const one = judgedBy(writer, resource, timestamp);
      judged.push(one);
      if (!one.isChanged || "skipped" in one.verdict) continue;
      patch = withCondition(patch ?? resource.conditions, one.type, one.verdict, generationOf(one.verdict, resource), timestamp());
      needsNewerAlerts ||= restsOnAlerts(one.verdict) && !isSameStatusAndReason(one.before, one.verdict);
    }
    return { resource, judged, patch, needsNewerAlerts };
  };
}

export function planResource(owner: Owner, resource: Resource, known: Knowledge, timestamp: string): Plan {
  return planWith(owner, known, () => timestamp)(resource);
}

function judgedBy(writer: Writer, resource: Resource, timestamp: () => string): Judged {
  const { type, mode, judge } = writer;
  const standing = findCondition(resource.conditions, type);
  const verdict = judge(resource);
  if ("skipped" in verdict) return { type, mode, before: standing, verdict, isChanged: false };
  const before = standing && asWritten(writer, resource, standing, verdict, sentenceOf(verdict));
  const isSettled = isUpToDate(before, verdict, generationOf(verdict, resource)) && !isRepeated(resource.conditions, type);
  if (isSettled) return { type, mode, before, verdict, isChanged: false };
  const left = before && whyLeft(writer, resource, before, verdict, timestamp());
  const held = left === undefined ? whyHeld(writer, resource, before, verdict) : undefined;
  return { type, mode, before, verdict, isChanged: left === undefined && held === undefined, left, held };
}

// Without the details of the moment.
function sentenceOf({ decidedBy, message }: Verdict): string {
  return decidedBy.by === "row" ? decidedBy.row.message : message;
}

function generationOf({ observedGeneration }: Verdict, { generation }: Resource): number | undefined {
  return observedGeneration ?? generation;
}

function whyLeft(writer: Writer, resource: Resource, before: Condition, verdict: Verdict, timestamp: string): Judged["left"] {
  // What a gate said does not stand once the gate is open; as long as it is closed, it says so itself.
  const isGone = verdict.decidedBy.by !== "gate" && isByGate(writer.profile, before);
  if (verdict.provisional && !isGone) return "young";
  return writer.mode === "own" && isContested(writer, resource, before, verdict, parseTimeMs(timestamp)) ? "contested" : undefined;
}

function whyHeld({ profile, hold }: Writer, resource: Resource, before: Condition | undefined, { status }: Verdict): Failure | undefined {
  return status === "False" && before?.status !== "False" ? hold?.(profile, resource) : undefined;
}

function isByGate({ gates }: Profile, before: Condition): boolean {
  return gates.some(({ says }) => isSameStatusAndReason(before, says));
}
