// A run leaves what it saw: each shard that came to its end, and of each cluster what is new. No verdict reads it.

import pLimit from "p-limit";
import { UpstreamError } from "../core/errors.ts";
import { shardId } from "../core/fleet/shards.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { isObserved, isTransition } from "../core/outcome/transition.ts";
import { within } from "../io/http/timeout.ts";
import { fingerprintOf, NEVER_SEEN } from "./fingerprint.ts";
import { MARKS, type Mark, markItem, readMark, unseen } from "./marks.ts";
import { type Recorded, type Replaced, recordRow, restoreRow } from "./rows.ts";
import type { Change, Labels } from "./state.ts";
import { type Store, valueOrFailure } from "./store.ts";

/** A shard as it was requested: `atMs` is when its tick was dispatched, in milliseconds since the epoch. */
export type Shard = { readonly clusters: readonly string[]; readonly atMs: number };

/** What a run has to leave: it began at `atMs`, in milliseconds since the epoch, and took `ms`. `leftMs` is the time that is left for rows. */
export type Ran = {
  readonly outcomes: ReadonlyMap<string, ClusterOutcome>;
  readonly labels: ReadonlyMap<string, Labels>;
  readonly atMs: number;
  readonly ms: number;
  readonly leftMs: () => number;
};

/**
 * What could not be written, marks of shards and what else; and what changed of conditions that no cluster shows. Of two runs that see the same
 * change, the one that has written the row has it.
 */
export type Left = {
  readonly marks: readonly UpstreamError[];
  readonly others: readonly UpstreamError[];
  readonly observed: readonly Change[];
};

const CONCURRENCY = 32;
const MAX_ATTEMPTS = 4;
// In each tick another part of a shard is compared, whether it seems changed or not: what went wrong is right again within an hour.
const TURNS = 60;
const TURN_MS = 60_000;
const NO_LABELS: Labels = {};

/** Leaves the marks of shards, and what is new of their clusters. A run that lost against a newer one has nothing to leave, and did not fail. */
export async function recordShards(store: Store, ran: Ran, shards: readonly Shard[]): Promise<Left> {
  const all = await Promise.all(shards.map((shard) => recordShard(store, ran, shard)));
  return {
    marks: all.flatMap(({ marks }) => marks),
    others: all.flatMap(({ others }) => others),
    observed: all.flatMap(({ observed }) => observed),
  };
}

/** Leaves the transitions that no tick asked for; what else is new, the next tick leaves. */
export async function recordTransitions(store: Store, ran: Ran): Promise<Left> {
  const changed = [...ran.outcomes.values()].filter(mayBeNews);
  const recorded = await pLimit(CONCURRENCY).map(changed, (outcome) => recordCluster(store, ran, outcome));
  return { marks: [], others: failuresIn(recorded), observed: recorded.flatMap((one) => ("observed" in one ? one.observed : [])) };
}

/** Whether only the state can tell that nothing of it is new. */
export function mayBeNews({ resources }: ClusterOutcome): boolean {
  return resources.some((one) => isTransition(one) || isObserved(one));
}

/** Leaves the outcome of a cluster whose process died, which no run can. What its last mark saw counts no more: the next run that ends looks anew. */
export async function recordDeath(store: Store, outcome: ClusterOutcome, labels: Labels, atMs: number): Promise<readonly UpstreamError[]> {
  const mark = await valueOrFailure(store.read({ partition: MARKS, name: shardId([outcome.cluster]) }));
  const forgotten = mark === undefined || mark instanceof UpstreamError ? mark : await valueOrFailure(store.write(unseen(mark)));
  return failuresIn([forgotten, await valueOrFailure(recordRow(store, outcome, labels, atMs))]);
}

async function recordShard(store: Store, ran: Ran, shard: Shard): Promise<Left> {
  const names = shard.clusters.toSorted();
  const id = shardId(names);
  const mark: Mark = { atMs: ran.atMs, tickMs: shard.atMs, ms: ran.ms };
  const replaced = new Map<string, Replaced>();
  let others: readonly UpstreamError[] = [];
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const last = await readMark(store, id, names);
    if (last instanceof UpstreamError) {
      const marked = await valueOrFailure(store.write(markItem(id, { ...mark, seen: new Map() }, names)));
      return { marks: failuresIn([marked]), others: [last], observed: [] };
    }
    if (last !== undefined && last.atMs >= ran.atMs) return giveWay(store, ran, replaced, last);
    const { seen, failures } = await recordClusters(store, ran, names, last?.seen, replaced);
    others = failures;
    const marked = await valueOrFailure(store.write(markItem(id, { ...mark, seen }, names), last?.atMs ?? "nothing"));
    if (marked !== false) return { marks: failuresIn([marked]), others, observed: observedIn([...replaced.values()]) };
  }
  return { marks: [], others, observed: observedIn([...replaced.values()]) };
}

function observedIn(replaced: readonly Replaced[]): readonly Change[] {
  return replaced.flatMap(({ observed }) => observed);
}

type Seen = ReadonlyMap<string, string>;

/** What the mark may say was seen: of a cluster whose row is not written, what the last mark said, so that the next tick tries again. */
async function recordClusters(store: Store, ran: Ran, names: readonly string[], last: Seen | undefined, replaced: Map<string, Replaced>) {
  const turn = Math.floor(ran.atMs / TURN_MS) % TURNS;
  const recorded = await pLimit(CONCURRENCY).map(names, async (name, place) => {
    const known = last?.get(name) ?? NEVER_SEEN;
    const outcome = ran.outcomes.get(name);
    if (outcome === undefined) return { seen: known };
    const seen = fingerprintOf(outcome, labelsOf(ran, name));
    const isDue = seen !== known || place % TURNS === turn || hasTransition(outcome);
    if (!isDue || replaced.has(name)) return { seen };
    const result = await recordCluster(store, ran, outcome);
    if ("was" in result && result.was === "written") replaced.set(name, result);
    return { seen: isCurrent(result) ? seen : known, result };
  });
  const seen = new Map(names.map((name, place) => [name, recorded[place]?.seen ?? NEVER_SEEN]));
  return { seen, failures: failuresIn(recorded.map(({ result }) => result)) };
}

function isCurrent(result: Recorded | UpstreamError): boolean {
  return "was" in result && result.was !== "overtaken";
}

function labelsOf({ labels }: Ran, cluster: string): Labels {
  return labels.get(cluster) ?? NO_LABELS;
}

async function recordCluster(store: Store, ran: Ran, outcome: ClusterOutcome): Promise<Recorded | UpstreamError> {
  const leftMs = ran.leftMs();
  const outOfTime = new UpstreamError("out-of-time", "the time for writing the state is over");
  if (leftMs <= 0) return outOfTime;
  return within(leftMs, valueOrFailure(recordRow(store, outcome, labelsOf(ran, outcome.cluster), ran.atMs)), outOfTime);
}

// A newer run that saw nothing new has written no row: what stood before this run stands.
async function giveWay(
  store: Store,
  ran: Ran,
  replaced: ReadonlyMap<string, Replaced>,
  newer: Mark & { readonly seen: Seen },
): Promise<Left> {
  const stood = [...replaced.values()].flatMap(({ before }) => before?.state ?? []);
  const wrong = new Map(stood.filter(({ cluster, seen }) => newer.seen.get(cluster) === seen).map((state) => [state.cluster, state]));
  const restored = [...wrong.values()].map((state) => valueOrFailure(restoreRow(store, state, ran.atMs, newer.atMs)));
  const others = failuresIn(await Promise.all(restored));
  return { marks: [], others, observed: observedIn([...replaced].flatMap(([name, row]) => (wrong.has(name) ? [] : [row]))) };
}

function hasTransition(outcome: ClusterOutcome | undefined): boolean {
  return outcome?.resources.some(isTransition) ?? false;
}

function failuresIn(values: readonly unknown[]): readonly UpstreamError[] {
  return values.filter((value) => value instanceof UpstreamError);
}
