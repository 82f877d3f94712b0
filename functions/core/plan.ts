import type { Reading } from "./alert.ts";
import { isSame, withCondition } from "./condition.ts";
import type { Mode } from "./fleet.ts";
import type { ResourceOutcome } from "./outcome.ts";
import type { Profile } from "./profile.ts";
import { type Condition, findCondition, type Resource } from "./resource.ts";
import { judge, knowsKind, type Skipped, type Verdict } from "./verdict.ts";

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
};
type Owner = { readonly profiles: readonly Profile[]; readonly mode: Mode };

export function planFor({ profiles, mode }: Owner, resource: Resource, reading: Reading, timestamp: string): Plan {
  let { conditions } = resource;
  const concerned = profiles.filter((profile) => knowsKind(profile, resource));
  const judged = concerned.map((profile): Judged => {
    const type = conditionType(profile, mode);
    const before = findCondition(resource.conditions, type);
    const verdict = judge(profile, resource, reading);
    const standing = conditions;
    if ("status" in verdict) conditions = withCondition(conditions, type, verdict, resource.generation, timestamp);
    return { type, before, verdict, isChanged: conditions !== standing };
  });
  const isNews = judged.some(({ before, verdict }) => "status" in verdict && !isSame(before, verdict));
  return { resource, judged, conditions, isNews };
}

export function isQuiet({ resource, conditions }: Plan): boolean {
  return conditions === resource.conditions;
}

/** The type of the condition that a profile writes: its own, or in `shadow` mode one that stands beside it. */
export function conditionType({ condition }: Profile, mode: Mode): string {
  return mode === "shadow" ? `alertstatus.io/${condition}` : condition;
}

/** The plan as an outcome for each profile, once it is known what became of it. */
export function outcomesOf({ resource, judged }: Plan, was: "patched" | "planned" | "unchanged"): readonly ResourceOutcome[] {
  return judged.map(({ type, before, verdict, isChanged }) => {
    if ("skipped" in verdict) return { ...idOf(resource), was: "skipped", why: verdict.skipped };
    const { status, reason, message, because } = verdict;
    const said = before && { status: before.status, reason: before.reason };
    return {
      ...idOf(resource),
      was: isChanged ? was : "unchanged",
      condition: { type, status, reason, message },
      ...(said && { before: said }),
      because,
    };
  });
}

export function idOf({ of, name, namespace }: Resource): {
  kind: string;
  name: string;
  namespace?: string;
} {
  return {
    kind: of.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
  };
}
