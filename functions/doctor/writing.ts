// Tries a write without making it: a dry run finds what a schema drops, what it requires, and what an admission webhook denies.

import { UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { type Told, withCondition } from "../core/kubernetes/condition.ts";
import { findCondition, type ObjectKind, type Resource } from "../core/kubernetes/resource.ts";
import { conditionType, isWriting } from "../core/profile/mode.ts";
import { isJudged, type Profile } from "../core/profile/profile.ts";
import { timeText } from "../core/time.ts";
import { coversKind } from "../core/verdict/matching.ts";
import type { Client } from "../io/http/client.ts";
import { patchConditions } from "../io/kubernetes/resources.ts";
import { type Check, failedBy, ok, skipped } from "./checks/check.ts";
import { KEPT, keptFieldsCheck } from "./checks/kept-fields.ts";

/** Whether the API server would take the conditions of a pass on one of these resources, which are of one kind. */
export async function checkWriting(
  { profiles }: ClusterEntry,
  of: ObjectKind,
  resources: readonly Resource[],
  api: Client,
): Promise<Check> {
  const resource = resources.find(({ deleting }) => !deleting);
  const check = `writing ${of.kind}`;
  if (resource === undefined) return skipped(check, "not tried: there is no object to try it on");
  const writing = profiles.filter((one) => isWriting(one) && coversKind(one, resource));
  const now = timeText(api.clock.nowMs());
  const conditions = writing.reduce(
    (all, one) => withCondition(all, conditionType(one, one.mode), triedOn(one, resource), resource.generation, now),
    resource.conditions,
  );
  try {
    const { conditions: kept } = await patchConditions(api, resource, conditions, { dryRun: true });
    const checks = writing.map((one) => {
      const type = conditionType(one, one.mode);
      return keptFieldsCheck(check, findCondition(conditions, type) ?? { type }, findCondition(kept, type));
    });
    return checks.find(({ was }) => was === "failed") ?? checks.find(({ was }) => was === "warning") ?? ok(check, KEPT);
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
