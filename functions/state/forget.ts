// What a push of the fleet makes the state forget: clusters that leave, and what was seen of all others before.

import { listMarkItems, unseen } from "./marks.ts";
import { forgetRow } from "./rows.ts";
import type { Store } from "./store.ts";

/**
 * Takes away the rows of clusters that leave the fleet, whose history stays until it expires. The next tick compares every cluster with its row:
 * one that comes back was seen before, but has no row.
 */
export async function forgetClusters(store: Store, clusters: readonly string[], nowMs: number): Promise<void> {
  for (const cluster of clusters) await forgetRow(store, cluster, nowMs);
  for (const item of await listMarkItems(store)) await store.write(unseen(item), item.atMs);
}
