// A mark says of a shard that its last run came to its end, and what that run saw of its clusters, so that the next one finds what is new.

import type { UpstreamError } from "../core/errors.ts";
import { isObject, parseJson } from "../core/json.ts";
import type { Item, Kept } from "../io/aws/table.ts";
import { joinFingerprints, splitFingerprints } from "./fingerprint.ts";
import { type Store, valueOrFailure } from "./store.ts";

/** Times in milliseconds since the epoch: `atMs` of the run, `tickMs` of the tick that asked for it; `ms` is how long it took. */
export type Mark = { readonly atMs: number; readonly tickMs: number; readonly ms: number };
/** With the fingerprints of the clusters by their names. */
type SeenMark = Mark & { readonly seen: ReadonlyMap<string, string> };

/** Where the marks of shards are, by the id of the shard. */
export const MARKS = "shards";
/** How long a tick is of use to the next one, which is a day later at most. */
export const KEPT_MS = 2 * 86_400_000;

/** `clusters` are those of the shard, in alphabetical order. */
export function markItem(shard: string, { atMs, tickMs, ms, seen }: SeenMark, clusters: readonly string[]): Item {
  const text = JSON.stringify({ tickMs, ms, seen: joinFingerprints(clusters, seen) });
  return { partition: MARKS, name: shard, text, atMs, expiresMs: atMs + KEPT_MS };
}

export async function readMark(store: Store, shard: string, clusters: readonly string[]): Promise<SeenMark | UpstreamError | undefined> {
  const item = await valueOrFailure(store.read({ partition: MARKS, name: shard }));
  if (item === undefined || item instanceof Error) return item;
  const { mark, seen } = partsOf(item);
  return { ...mark, seen: splitFingerprints(clusters, seen) };
}

/** The marks that there are, by the ids of their shards, those of a fleet before a change among them. */
export async function listMarks(store: Store): Promise<ReadonlyMap<string, Mark>> {
  return new Map((await listMarkItems(store)).map((item) => [item.name, partsOf(item).mark]));
}

export function listMarkItems(store: Store): Promise<readonly Kept[]> {
  return store.list(MARKS);
}

/** The mark as if nothing had been seen. A run that is at work finds it changed, and looks again. */
export function unseen(item: Kept): Item {
  const { mark } = partsOf(item);
  const atMs = item.atMs + 1;
  return { ...item, text: JSON.stringify({ tickMs: mark.tickMs, ms: mark.ms, seen: "" }), atMs, expiresMs: atMs + KEPT_MS };
}

function partsOf({ text, atMs }: Kept): { readonly mark: Mark; readonly seen: string } {
  const { tickMs, ms, seen } = asObject(parseJson(text));
  return { mark: { atMs, tickMs: Number(tickMs), ms: Number(ms) || 0 }, seen: typeof seen === "string" ? seen : "" };
}

function asObject(value: unknown) {
  return isObject(value) ? value : {};
}
