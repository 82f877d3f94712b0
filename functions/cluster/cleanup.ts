// Removes the conditions of alertstatus from a cluster, so that it can leave the fleet without stale ones.

import { type Failure, failureOf, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { type Resource, resourceId } from "../core/kubernetes/resource.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
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

/** Removes the conditions that alertstatus wrote, in any mode, and nothing else; waits before it for `announce`, which is given their types. */
export async function cleanUpCluster(
  { name, profiles }: ClusterEntry,
  cluster: Cluster,
  dryRun: boolean,
  announce: (types: ReadonlySet<string>) => Promise<void> = async () => {},
): Promise<ClusterCleanup> {
  const lists = await listKinds(cluster, profiles);
  const found = lists.flatMap((list) => list.resources);
  const types = new Set(found.flatMap((resource) => ownConditions(profiles, resource).map(({ type }) => type)));
  if (types.size > 0) await announce(types);
  const resources: Cleaned[] = [];
  for (const resource of found) resources.push(...(await cleanUp(cluster, resource, profiles, dryRun)));
  return { cluster: name, ...reachOf(lists), resources: [...resources, ...refusedItems(lists)] };
}

async function cleanUp(cluster: Cluster, resource: Resource, profiles: readonly Profile[], dryRun: boolean): Promise<readonly Cleaned[]> {
  const types = ownConditions(profiles, resource).map(({ type }) => type);
  if (types.length === 0) return [];
  if (dryRun) return [{ ...resourceId(resource), was: "planned", conditions: types }];
  try {
    await removeConditions(cluster, resource, profiles, MAX_CONFLICTS);
    return [{ ...resourceId(resource), was: "cleaned", conditions: types }];
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return [{ ...resourceId(resource), was: "refused", ...failureOf(error) }];
  }
}

async function removeConditions(cluster: Cluster, resource: Resource, profiles: readonly Profile[], conflictsLeft: number): Promise<void> {
  const own = new Set<unknown>(ownConditions(profiles, resource));
  const foreign = resource.conditions.filter((condition) => !own.has(condition));
  if (own.size === 0) return;
  try {
    await cluster.patch(resource, foreign);
  } catch (error) {
    const isOutdated = error instanceof UpstreamError && OUTDATED.has(error.code) && conflictsLeft > 0;
    if (!isOutdated) throw error;
    const current = await cluster.read(resource);
    if (current !== undefined) await removeConditions(cluster, current, profiles, conflictsLeft - 1);
  }
}
