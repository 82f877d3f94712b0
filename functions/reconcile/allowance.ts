// What a cluster may publish and be sent is bounded by time and not by passes, for pushes make as many passes as a member likes.
import { keepNewest } from "../core/bounded-map.ts";

/** How much this process has spent on each cluster since a moment, in milliseconds since the epoch. */
export type Allowances = Map<string, { readonly sinceMs: number; readonly spent: number }>;

const WINDOW_MS = 60_000;
const MAX_CLUSTERS = 20_000;

/** Takes up to `wanted` of the `most` that the cluster has in this minute; returns how much it gets. */
export function takeAllowance(allowances: Allowances, cluster: string, wanted: number, most: number, nowMs: number): number {
  const last = allowances.get(cluster);
  const isOver = last === undefined || nowMs - last.sinceMs >= WINDOW_MS;
  const { sinceMs, spent } = isOver ? { sinceMs: nowMs, spent: 0 } : last;
  const taken = Math.min(wanted, most - spent);
  keepNewest(allowances, cluster, { sinceMs, spent: spent + taken }, MAX_CLUSTERS);
  return taken;
}
