// What the fleet said last, and what changed, in a table for people and for the next tick: no verdict reads it.

import { UpstreamError } from "../core/errors.ts";
import { shardId } from "../core/fleet/shards.ts";
import type { Item } from "../io/aws/table.ts";

/** A shard as it was requested: `atMs` is when its tick was dispatched, in milliseconds since the epoch. */
export type Shard = { readonly clusters: readonly string[]; readonly atMs: number };

/** Where the marks of shards are, by the time of their tick and their id. */
export const MARKS = "shards";
/** How long a tick is of use to the next one, which is a day later at most. */
export const KEPT_MS = 2 * 86_400_000;

export function markName(atMs: number, id: string): string {
  return `${atMs}/${id}`;
}

/** Marks shards whose run came to its end, whatever became of their clusters; the failures of those marks that are not written within `withinMs`. */
export async function markShards(table: string, shards: readonly Shard[], withinMs: number): Promise<readonly UpstreamError[]> {
  const marks = shards.map(({ clusters, atMs }): Item => {
    return { partition: MARKS, name: markName(atMs, shardId(clusters)), text: "", atMs, expiresMs: atMs + KEPT_MS };
  });
  const failures = await Promise.all(marks.map((mark) => failureOfWriting(table, mark, withinMs)));
  return failures.filter((failure) => failure !== undefined);
}

/** What kept an item from being written; undefined where it is written. */
export async function failureOfWriting(table: string, item: Item, withinMs: number): Promise<UpstreamError | undefined> {
  const { putItem } = await import("../io/aws/table.ts");
  try {
    await putItem(table, item, withinMs);
    return undefined;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return error;
  }
}
