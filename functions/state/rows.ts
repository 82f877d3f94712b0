// The latest state of each cluster, one row a cluster, and behind it the history: a row is replaced only by a newer run that has read it.

import { hash } from "../core/fleet/shards.ts";
import { isObject, parseJson } from "../core/json.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { isTransition } from "../core/outcome/transition.ts";
import { parseTimeMs, timeText } from "../core/time.ts";
import type { Item, Kept } from "../io/aws/table.ts";
import type { Step } from "./cluster-state.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Change, ClusterState, Labels } from "./state.ts";
import type { Store } from "./store.ts";

/** What stands under a cluster's name: `state` is undefined where the cluster has left the fleet, or what stands is not readable. */
export type Row = { readonly atMs: number; readonly state?: ClusterState };

/** What became of a row: `before` is what it replaced, `observed` what that changed of conditions that no cluster shows. */
export type Recorded = { readonly was: "unchanged" | "overtaken" } | ({ readonly was: "written" } & Replaced);
export type Replaced = { readonly before: Row | undefined; readonly observed: readonly Change[] };

// A fleet-wide outage changes every row at once, and a partition takes a thousand writes a second.
const BUCKETS = 16;
// Changes that wait in a row for their item of the history: a row and eight of them are billed as one unit.
const MAX_WAITING = 8;
const HISTORY_MS = 90 * 86_400_000;
const MAX_ATTEMPTS = 4;
/** How long the name of a cluster that left the fleet is taken: functions may hold the fleet before for a while. */
const LEAVING_MS = 2 * 60_000;

/** Where the rows are; and where the history of one cluster is, by its times. */
export const ROWS: readonly string[] = Array.from({ length: BUCKETS }, (_, bucket) => `latest/${bucket}`);
export function historyOf(cluster: string): string {
  return `history/${cluster}`;
}

function keyOf(cluster: string) {
  return { partition: `latest/${hash(cluster) % BUCKETS}`, name: cluster };
}

export async function readRow(store: Store, cluster: string): Promise<Row | undefined> {
  const item = await store.read(keyOf(cluster));
  return item && rowOf(item);
}

/** Whatever stands there may have been written by another version of this code. */
export function rowOf({ text, atMs }: Kept): Row {
  const value = parseJson(text);
  return isClusterState(value) ? { atMs, state: value } : { atMs };
}

function isClusterState(value: unknown): value is ClusterState {
  return isObject(value) && typeof value.cluster === "string" && Array.isArray(value.resources) && Array.isArray(value.recent);
}

/** Makes an outcome of the run at `atMs` (milliseconds since the epoch) what is known of its cluster, if that is anything new; throws UpstreamErrors. */
export async function recordRow(store: Store, outcome: ClusterOutcome, labels: Labels, atMs: number): Promise<Recorded> {
  const seen = fingerprintOf(outcome, labels);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const before = await readRow(store, outcome.cluster);
    if (before !== undefined && before.atMs >= atMs) return { was: "overtaken" };
    if (before?.state?.seen === seen && !outcome.resources.some(isTransition)) return { was: "unchanged" };
    // A quiet run does not load it.
    const { advance } = await import("./cluster-state.ts");
    const step = advance(before?.state, outcome, labels, timeText(atMs));
    const next = await withRoom(store, step);
    if (await store.write(rowItem(next, atMs), before?.atMs ?? "nothing")) return { was: "written", before, observed: step.observed };
  }
  return { was: "overtaken" };
}

// Where too many changes wait already, they become an item of the history.
async function withRoom(store: Store, { state, changes }: Step): Promise<ClusterState> {
  const isFull = state.recent.length > 0 && state.recent.length + changes.length > MAX_WAITING;
  if (isFull) await store.write(historyItem(state.cluster, state.recent));
  return { ...state, recent: isFull ? changes : [...state.recent, ...changes] };
}

/** Puts back what the run at `fromMs` replaced, because a run at `atMs`, which is newer, saw that it is still so. */
export async function restoreRow(store: Store, state: ClusterState, fromMs: number, atMs: number): Promise<void> {
  await store.write(rowItem(state, atMs), fromMs);
}

/** Takes away the rows of clusters that have left the fleet. Their history stays until it expires. */
export async function forgetRow(store: Store, cluster: string, nowMs: number): Promise<void> {
  const untilMs = nowMs + LEAVING_MS;
  await store.write({ ...keyOf(cluster), text: "", atMs: untilMs, expiresMs: untilMs });
}

/** Gives back the name of a cluster that comes back, where it is still taken: the next run may write its row. */
export async function freeRow(store: Store, cluster: string, nowMs: number): Promise<void> {
  const row = await readRow(store, cluster);
  if (row === undefined || row.atMs <= nowMs) return;
  await store.write({ ...keyOf(cluster), text: "", atMs: nowMs, expiresMs: nowMs }, row.atMs);
}

function rowItem(state: ClusterState, atMs: number): Item {
  return { ...keyOf(state.cluster), text: JSON.stringify(state), atMs };
}

// Written before the row that no longer has them: where that row is not written, a reader finds them twice.
function historyItem(cluster: string, changes: readonly Change[]): Item {
  const [first, last] = [changes[0]?.at ?? "", changes.at(-1)?.at ?? ""];
  const atMs = parseTimeMs(last);
  return { partition: historyOf(cluster), name: `${last}/${first}`, text: JSON.stringify(changes), atMs, expiresMs: atMs + HISTORY_MS };
}
