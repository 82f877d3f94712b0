// What a push of the fleet leaves in the state: an entry of the history, nothing of clusters that leave, and room for those that come back.

import pLimit from "p-limit";
import { isObject, parseJson } from "../core/json.ts";
import { timeText } from "../core/time.ts";
import { listMarkItems, unseen } from "./marks.ts";
import { forgetRow, freeRow } from "./rows.ts";
import type { Store } from "./store.ts";

/** One change of the fleet, as it was written: lists of names are cut, `counts` are whole. */
export type Push = {
  /** RFC 3339. */
  readonly at: string;
  /** Who, as AWS knows the caller. */
  readonly by: string;
  readonly did: "push" | "pause" | "resume" | "promote" | "rollback";
  readonly version?: string;
  /** The version that it replaced. */
  readonly before?: string;
  readonly why?: string;
  readonly counts: { readonly clusters: number; readonly added: number; readonly removed: number; readonly changed: number };
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
};

const PUSHES = "fleet";
const MAX_NAMES = 100;
const CONCURRENCY = 32;
const HISTORY_MS = 400 * 86_400_000;

/** Leaves an entry for a push at `atMs`, in milliseconds since the epoch. */
export async function recordPush(store: Store, push: Push, atMs: number): Promise<void> {
  const [added, removed, changed] = [push.added, push.removed, push.changed].map((names) => names.slice(0, MAX_NAMES));
  const text = JSON.stringify({ ...push, added, removed, changed });
  await store.write({ partition: PUSHES, name: `${push.at}/${push.version ?? ""}`, text, atMs, expiresMs: atMs + HISTORY_MS });
}

/** The pushes since then (milliseconds since the epoch), oldest first. */
export async function listPushes(store: Store, sinceMs: number): Promise<readonly Push[]> {
  const items = await store.list(PUSHES, { from: timeText(sinceMs), to: "9" });
  // Their names tell seconds only.
  const inOrder = items.toSorted((one, other) => one.atMs - other.atMs);
  return inOrder.map(({ text }) => parseJson(text)).filter(isPush);
}

function isPush(value: unknown): value is Push {
  return isObject(value) && typeof value.at === "string" && typeof value.by === "string" && isObject(value.counts);
}

/**
 * Takes away the rows of clusters that leave the fleet, whose history stays until it expires, and lets those that come back have theirs at once.
 * The next tick compares every cluster with its row: one that comes back was seen before, but has no row.
 */
export async function keepMembers(store: Store, { added, removed }: Pick<Push, "added" | "removed">, nowMs: number): Promise<void> {
  await pLimit(CONCURRENCY).map(removed, (cluster) => forgetRow(store, cluster, nowMs));
  await pLimit(CONCURRENCY).map(added, (cluster) => freeRow(store, cluster, nowMs));
  await pLimit(CONCURRENCY).map(await listMarkItems(store), (item) => store.write(unseen(item), item.atMs));
}
