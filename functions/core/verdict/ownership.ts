import type { Mode } from "../fleet/fleet.ts";
import { isObject, type JsonObject, valueAt } from "../json.ts";
import { type Condition, findCondition, type Resource } from "../kubernetes/resource.ts";
import type { Profile, Told } from "../profile/profile.ts";
import { durationMs, timeMs } from "../time.ts";
import { isDetailed } from "./details.ts";

/** How the API server knows our writes from those of others. */
export const FIELD_MANAGER = "alertstatus";

const TRUCE_MS = durationMs("5m");

/**
 * Whether somebody else wrote the condition less than five minutes ago and says otherwise: then it is left to him, so that two writers
 * never take turns faster than that. His status is as old as its transition; a reason or a generation as old as his last write.
 */
export function isContested(profile: Profile, resource: Resource, before: Condition, told: Told, nowMs: number): boolean {
  if (isOwnText(profile, before.message)) return false;
  const writer = conditionsWriter(resource);
  const written = writer?.manager === FIELD_MANAGER ? undefined : writer?.time;
  const since = before.status === told.status ? written : before.lastTransitionTime;
  return Math.abs(nowMs - timeMs(since)) < TRUCE_MS;
}

/** Whether a message is one of the profile's own sentences, with or without details: what marks a condition as written by us. */
function isOwnText({ gates, flows }: Profile, message: unknown): boolean {
  const sayings = flows.flatMap((flow) => ("always" in flow ? [flow.always] : [...flow.rows, ...flow.unproven, flow.healthy]));
  return [...sayings, ...gates.map(({ says }) => says)].some((says) => isDetailed(message, says.message));
}

/** The conditions that we wrote: the one beside the profile's, and the profile's own where it carries our words. */
export function ownConditions(profiles: readonly Profile[], { conditions }: Resource): readonly Condition[] {
  return profiles.flatMap((profile) => {
    const own = findCondition(conditions, conditionType(profile, "own"));
    const shadow = findCondition(conditions, conditionType(profile, "shadow"));
    return [own !== undefined && isOwnText(profile, own.message) ? own : undefined, shadow].filter((condition) => condition !== undefined);
  });
}

/** The type of the condition that a profile writes: its own, or in `shadow` mode one that stands beside it. */
export function conditionType({ condition }: Profile, mode: Mode): string {
  return mode === "shadow" ? `alertstatus.io/${condition}` : condition;
}

/** The field manager that wrote the list of conditions last, and when, as `metadata.managedFields` has it. */
export function conditionsWriter({ object }: Resource): { readonly manager: string; readonly time: string } | undefined {
  const entries = valueAt(object, ["metadata", "managedFields"]);
  const writers = (Array.isArray(entries) ? entries : []).filter(isObject).filter(ownsConditions).flatMap(toWriter);
  return writers.toSorted((one, other) => timeMs(one.time) - timeMs(other.time)).at(-1);
}

function ownsConditions(entry: JsonObject): boolean {
  return valueAt(entry, ["fieldsV1", "f:status", "f:conditions"]) !== undefined;
}

function toWriter({ manager, time }: JsonObject): { manager: string; time: string }[] {
  return typeof manager === "string" && typeof time === "string" ? [{ manager, time }] : [];
}
