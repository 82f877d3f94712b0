// Warns of another controller that writes the same conditions, before the two take turns.

import type { ClusterEntry } from "../../core/fleet/fleet.ts";
import { lastConditionsWriter } from "../../core/kubernetes/managed-fields.ts";
import { findCondition, type Resource } from "../../core/kubernetes/resource.ts";
import { coversKind } from "../../core/verdict/matching.ts";
import { type Claim, claimOf, isOwn } from "../../core/verdict/ownership.ts";
import { type Check, ok, warning } from "./check.ts";

const CHECK = "other writer";

/** Checks whether another writer set the conditions that the profiles of this cluster own. */
export function writerCheck({ profiles }: Pick<ClusterEntry, "profiles">, resources: readonly Resource[]): Check {
  const found = profiles.flatMap((profile) =>
    resources
      .filter((resource) => coversKind(profile, resource) && isForeign(claimOf(profile, profiles), resource))
      .map((resource) => ({ condition: profile.condition, mode: profile.mode, resource })),
  );
  const writing = found.filter(({ mode }) => mode === "own");
  const foreign = writing.length > 0 ? writing : found;
  const [first] = foreign;
  if (first === undefined) return ok(CHECK, "no other writer set the profiles' conditions");
  const writers = new Set(foreign.map(({ resource }) => lastConditionsWriter(resource)?.manager ?? "an unknown writer"));
  const { mode } = first;
  const { kind } = first.resource.of;
  const message = `${[...writers].join(", ")} wrote ${first.condition} of ${foreign.length} resource${foreign.length === 1 ? "" : "s"}, such as ${kind.toLowerCase()}/${first.resource.name}`;
  if (mode !== "own") return ok(CHECK, `${message}: mode ${mode} leaves the condition to it`);
  return warning(CHECK, message, "compare first, with `mode: shadow`: see infra/cluster/README.md, *Living beside telemetry-manager*");
}

function isForeign(claim: Claim, resource: Resource): boolean {
  const condition = findCondition(resource.conditions, claim.profile.condition);
  return condition !== undefined && !isOwn(claim, resource, condition);
}
