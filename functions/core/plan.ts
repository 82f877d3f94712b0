import { isSame, withCondition } from "./condition.ts";
import { conditionsWriter, conditionType, isContested } from "./contest.ts";
import type { Mode } from "./fleet.ts";
import type { ResourceOutcome } from "./outcome.ts";
import type { Profile, Told } from "./profile.ts";
import { type Condition, findCondition, type Resource } from "./resource.ts";
import { timeMs } from "./time.ts";
import { judge, type Knowledge, knowsKind, type Skipped, type Verdict } from "./verdict.ts";

/** What one pass would write onto one resource, for all profiles at once. */
export type Plan = {
  readonly resource: Resource;
  readonly judged: readonly Judged[];
  /** The resource's own list where there is nothing to write. */
  readonly conditions: readonly unknown[];
  /** Whether a status or a reason changes, and not only the observed generation. */
  readonly isNews: boolean;
};

type Judged = {
  readonly type: string;
  readonly before?: Condition;
  readonly verdict: Verdict | Skipped;
  /** Whether this profile's own condition is among what there is to write. */
  readonly isChanged: boolean;
  /** Why the condition is left as it stands, whatever the verdict. */
  readonly left?: "young" | "contested";
};
type Owner = { readonly profiles: readonly Profile[]; readonly mode: Mode };

export function planFor({ profiles, mode }: Owner, resource: Resource, known: Knowledge, timestamp: string): Plan {
  let { conditions } = resource;
  const concerned = profiles.filter((profile) => knowsKind(profile, resource));
  const judged = concerned.map((profile): Judged => {
    const type = conditionType(profile, mode);
    const before = findCondition(resource.conditions, type);
    const verdict = judge(profile, resource, known);
    if ("skipped" in verdict) return { type, before, verdict, isChanged: false };
    const after = withCondition(conditions, type, verdict, resource.generation, timestamp);
    if (after === conditions) return { type, before, verdict, isChanged: false };
    const left = whyLeft(profile, resource, before, verdict, mode, timestamp);
    if (left !== undefined) return { type, before, verdict, isChanged: false, left };
    conditions = after;
    return { type, before, verdict, isChanged: true };
  });
  const isNews = judged.some(({ before, verdict, isChanged }) => isChanged && "status" in verdict && !isSame(before, verdict));
  return { resource, judged, conditions, isNews };
}

function whyLeft(
  profile: Profile,
  resource: Resource,
  before: Condition | undefined,
  verdict: Verdict,
  mode: Mode,
  timestamp: string,
): Judged["left"] {
  if (before === undefined) return undefined;
  if (verdict.provisional && !isGateTalking(profile, before)) return "young";
  return mode === "own" && isContested(profile, resource, before, verdict, timeMs(timestamp)) ? "contested" : undefined;
}

// What a gate said does not stand once the gate is open.
function isGateTalking({ gates }: Profile, { reason }: Condition): boolean {
  return gates.some(({ says }) => says.reason === reason);
}

export function isQuiet({ resource, conditions }: Plan): boolean {
  return conditions === resource.conditions;
}

/** The plan as an outcome for each profile, once it is known what became of it. */
export function outcomesOf({ resource, judged }: Plan, was: "patched" | "planned" | "unchanged"): readonly ResourceOutcome[] {
  const id = idOf(resource);
  return judged.map(({ type, before, verdict, isChanged, left }) => {
    if ("skipped" in verdict) return { ...id, was: "skipped", why: verdict.skipped };
    if (left === "contested") return { ...id, was: "skipped", why: "contested", by: conditionsWriter(resource)?.manager };
    const now = left === "young" && before !== undefined ? before : verdict;
    const { because } = verdict;
    return { ...id, was: isChanged ? was : "unchanged", condition: shown(type, now), before: before && said(before), because };
  });
}

function said({ status, reason }: Told | Condition): { status: string; reason: string } {
  return { status, reason };
}

function shown(
  type: string,
  { status, reason, message }: Told | Condition,
): { type: string; status: string; reason: string; message: string } {
  return { type, status, reason, message: typeof message === "string" ? message : "" };
}

export function idOf({ of, name, namespace }: Resource): { kind: string; name: string; namespace?: string } {
  return { kind: of.kind, name, namespace };
}
