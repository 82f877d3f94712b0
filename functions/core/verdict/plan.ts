// Compares a verdict with what stands: nothing to write, the whole list of conditions to write, or a reason to leave it.

import type { Failure } from "../errors.ts";
import { isRepeated, isSameStatusAndReason, isUpToDate, withCondition } from "../kubernetes/condition.ts";
import { type Condition, findCondition, type Resource } from "../kubernetes/resource.ts";
import { type ActingProfile, conditionType, isWriting } from "../profile/mode.ts";
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

/** What one profile makes of a resource. */
export type Judged = {
  readonly profile: ActingProfile;
  readonly type: string;
  readonly before?: Condition;
  readonly verdict: Verdict | Skipped;
  /** Whether the verdict is to take the place of what stands. */
  readonly isChanged: boolean;
  /** Why the condition is left as it stands, whatever the verdict. */
  readonly left?: "young" | "contested";
  /** Why the condition does not turn False yet. */
  readonly held?: Failure;
};
/** What keeps a resource from being turned False now. */
type Hold = (profile: Profile, resource: Resource) => Failure | undefined;
type Writer = Claim & { readonly profile: ActingProfile; readonly type: string; readonly judge: Judge; readonly hold: Hold | undefined };

/** What to write onto a resource. */
export type Planner = (resource: Resource) => Plan;

/** Plans for all resources of a cluster by what is known of it. `timestamp`, which a write would carry, is asked for only where there is one. */
export function planWith(profiles: readonly ActingProfile[], known: Knowledge, timestamp: () => string, hold?: Hold): Planner {
  const writers = profiles.map((profile) => ({
    ...claimOf(profile, profiles),
    profile,
    hold,
    type: conditionType(profile, profile.mode),
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
      if (!isToWrite(one) || "skipped" in one.verdict) continue;
      patch = withJudged(patch ?? resource.conditions, one, resource, timestamp());
      needsNewerAlerts ||= restsOnAlerts(one.verdict) && !isSameStatusAndReason(one.before, one.verdict);
    }
    return { resource, judged, patch, needsNewerAlerts };
  };
}

export function planResource(
  profiles: readonly ActingProfile[],
  resource: Resource,
  known: Knowledge,
  timestamp: string,
  hold?: Hold,
): Plan {
  return planWith(profiles, known, () => timestamp, hold)(resource);
}

/** Whether the verdict is among what there is to write; what is observed never is. */
export function isToWrite({ profile, isChanged }: Judged): boolean {
  return isChanged && isWriting(profile);
}

/** The conditions with the verdict among them; the very same where there is none. */
export function withJudged(conditions: readonly unknown[], { type, verdict }: Judged, resource: Resource, timestamp: string) {
  return "skipped" in verdict ? conditions : withCondition(conditions, type, verdict, generationOf(verdict, resource), timestamp);
}

function judgedBy(writer: Writer, resource: Resource, timestamp: () => string): Judged {
  const { profile, type, judge } = writer;
  const standing = findCondition(resource.conditions, type);
  const verdict = judge(resource);
  if ("skipped" in verdict) return { profile, type, before: standing, verdict, isChanged: false };
  const before = standing && asWritten(writer, resource, standing, verdict, sentenceOf(verdict));
  const isSettled = isUpToDate(before, verdict, generationOf(verdict, resource)) && !isRepeated(resource.conditions, type);
  if (isSettled) return { profile, type, before, verdict, isChanged: false };
  const left = before && whyLeft(writer, resource, before, verdict, timestamp());
  const held = left === undefined ? whyHeld(writer, resource, before, verdict) : undefined;
  return { profile, type, before, verdict, isChanged: left === undefined && held === undefined, left, held };
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
  return writer.profile.mode === "own" && isContested(writer, resource, before, verdict, parseTimeMs(timestamp)) ? "contested" : undefined;
}

function whyHeld({ profile, hold }: Writer, resource: Resource, before: Condition | undefined, { status }: Verdict): Failure | undefined {
  return isWriting(profile) && status === "False" && before?.status !== "False" ? hold?.(profile, resource) : undefined;
}

function isByGate({ gates }: Profile, before: Condition): boolean {
  return gates.some(({ says }) => isSameStatusAndReason(before, says));
}
