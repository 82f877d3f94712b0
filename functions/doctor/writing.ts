// Tries a write without making it: a dry run finds what a schema drops, what it requires, and what an admission webhook denies.

import { UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { type Told, withCondition } from "../core/kubernetes/condition.ts";
import { findCondition, type ObjectKind, type Resource } from "../core/kubernetes/resource.ts";
import { conditionType } from "../core/profile/mode.ts";
import { isJudged, type Profile } from "../core/profile/profile.ts";
import { timeText } from "../core/time.ts";
import { coversKind } from "../core/verdict/matching.ts";
import type { Client } from "../io/http/client.ts";
import { patchConditions } from "../io/kubernetes/resources.ts";
import { type Check, failedBy, skipped } from "./checks/check.ts";
import { keptFieldsCheck } from "./checks/kept-fields.ts";

/** Whether the API server would take a condition on one of these resources, which are of one kind. */
export async function checkWriting(
  { profiles, mode }: ClusterEntry,
  of: ObjectKind,
  resources: readonly Resource[],
  api: Client,
): Promise<Check> {
  const resource = resources.find(({ deleting }) => !deleting);
  const check = `writing ${of.kind}`;
  const profile = resource && profiles.find((one) => coversKind(one, resource));
  if (resource === undefined || profile === undefined) return skipped(check, "not tried: there is no object to try it on");
  const type = conditionType(profile, mode);
  const conditions = withCondition(resource.conditions, type, triedOn(profile, resource), resource.generation, timeText(api.clock.nowMs()));
  const written = findCondition(conditions, type) ?? { type };
  try {
    const { conditions: kept } = await patchConditions(api, resource, conditions, { dryRun: true });
    return keptFieldsCheck(check, written, findCondition(kept, type));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    if (error.code === "conflict" || error.code === "not-found") return skipped(check, "not known: the object was changed meanwhile");
    return failedBy(check, error);
  }
}

// Any sentence of the profile serves, for nothing is written.
function triedOn({ flows }: Profile, { of }: Resource): Told {
  const flow = flows.find((one) => one.of.kind === of.kind);
  if (flow === undefined) throw new Error(`no flow of the profile is about ${of.kind}`);
  const { reason, message } = isJudged(flow) ? flow.healthy : flow.always;
  return { status: "Unknown", reason, message };
}
