// Removes the conditions of alertstatus from a cluster, so that it can leave the fleet without stale ones.

import { type Failure, failureOf, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { type Condition, type Resource, resourceId } from "../core/kubernetes/resource.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { conditionType, isWriting } from "../core/profile/mode.ts";
import type { Profile } from "../core/profile/profile.ts";
import { ownConditions } from "../core/verdict/ownership.ts";
import { type Cluster, listKinds, MAX_CONFLICTS, OUTDATED, reachOf, refusedItems } from "./cluster.ts";

type Id = ReturnType<typeof resourceId>;

/** The outcome of one resource that had conditions of alertstatus. */
type Cleaned = Id &
  ({ readonly was: "cleaned" | "planned"; readonly conditions: readonly string[] } | (Failure & { readonly was: "refused" }));

export type ClusterCleanup = Pick<ClusterOutcome, "cluster" | "was" | "code" | "message" | "unlisted"> & {
  readonly resources: readonly Cleaned[];
};

/**
 * Which conditions are removed: all, or only the `unused`, which no profile of the cluster writes any more; `writers` are all profiles of the
 * fleet. What is removed waits for `announce`, which is given its types.
 */
type Extent = {
  readonly unused?: boolean;
  readonly writers?: readonly Profile[];
  readonly announce?: (types: ReadonlySet<string>) => Promise<void>;
};

/** Removes the conditions that alertstatus wrote, in any mode, and nothing else. */
export async function cleanUpCluster(
  { name, profiles }: ClusterEntry,
  cluster: Cluster,
  dryRun: boolean,
  { unused = false, writers = profiles, announce }: Extent = {},
): Promise<ClusterCleanup> {
  const lists = await listKinds(cluster, profiles);
  const used = new Set(unused ? profiles.filter(isWriting).map((one) => conditionType(one, one.mode)) : []);
  const find: Find = (resource) => ownConditions(profiles, resource, writers).filter(({ type }) => !used.has(type));
  const found = lists.flatMap((list) => list.resources);
  const types = new Set(found.flatMap((resource) => find(resource).map(({ type }) => type)));
  if (types.size > 0) await announce?.(types);
  const resources: Cleaned[] = [];
  for (const resource of found) resources.push(...(await cleanUp(cluster, resource, find, dryRun)));
  return { cluster: name, ...reachOf(lists), resources: [...resources, ...refusedItems(lists)] };
}

/** What is to be removed from a resource. */
type Find = (resource: Resource) => readonly Condition[];

async function cleanUp(cluster: Cluster, resource: Resource, find: Find, dryRun: boolean): Promise<readonly Cleaned[]> {
  const types = find(resource).map(({ type }) => type);
  if (types.length === 0) return [];
  if (dryRun) return [{ ...resourceId(resource), was: "planned", conditions: types }];
  try {
    await removeConditions(cluster, resource, find, MAX_CONFLICTS);
    return [{ ...resourceId(resource), was: "cleaned", conditions: types }];
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return [{ ...resourceId(resource), was: "refused", ...failureOf(error) }];
  }
}

async function removeConditions(cluster: Cluster, resource: Resource, find: Find, conflictsLeft: number): Promise<void> {
  const own = new Set<unknown>(find(resource));
  const foreign = resource.conditions.filter((condition) => !own.has(condition));
  if (own.size === 0) return;
  try {
    await cluster.patch(resource, foreign);
  } catch (error) {
    const isOutdated = error instanceof UpstreamError && OUTDATED.has(error.code) && conflictsLeft > 0;
    if (!isOutdated) throw error;
    const current = await cluster.read(resource);
    if (current !== undefined) await removeConditions(cluster, current, find, conflictsLeft - 1);
  }
}
