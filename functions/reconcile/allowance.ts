// What a cluster may publish is bounded by time and not by passes, for pushes make as many passes as a member likes.
import { keepNewest } from "../core/bounded-map.ts";
import { MAX_TRANSITIONS } from "../core/limits.ts";

/** How many transitions of a cluster this process has published since a moment, in milliseconds since the epoch. */
export type Allowances = Map<string, { readonly sinceMs: number; readonly spent: number }>;

const WINDOW_MS = 60_000;
const MAX_CLUSTERS = 20_000;

/** Takes up to `wanted` from what the cluster may publish in this minute; returns how many it gets. */
export function takeAllowance(allowances: Allowances, cluster: string, wanted: number, nowMs: number): number {
  const last = allowances.get(cluster);
  const isOver = last === undefined || nowMs - last.sinceMs >= WINDOW_MS;
  const { sinceMs, spent } = isOver ? { sinceMs: nowMs, spent: 0 } : last;
  const taken = Math.min(wanted, MAX_TRANSITIONS - spent);
  keepNewest(allowances, cluster, { sinceMs, spent: spent + taken }, MAX_CLUSTERS);
  return taken;
}
