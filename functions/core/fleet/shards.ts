// Splits the fleet of a tick into shards, each of which one invocation reconciles: the same cluster meets the same shard from tick to tick.

import { isClusterName } from "../names.ts";
import type { ParsedFleet, WrongEntry } from "./fleet.ts";

/** With names of full length, the event of such a shard takes a quarter of the 256 KB that the bus and the queues accept. */
export const MAX_SHARD_SIZE = 1_000;

/**
 * The names in as few shards of at most `max` as hold them. Each name goes to the shard that it has the highest weight for, or where that
 * one is full to the next: another name more or less, or one more shard, moves few. https://en.wikipedia.org/wiki/Rendezvous_hashing
 */
export function shardsOf(names: readonly string[], max: number): readonly (readonly string[])[] {
  const shards = Array.from({ length: Math.ceil(names.length / max) }, (): string[] => []);
  const hashed = names.map((name) => ({ name, hash: hash(name) }));
  // What is full is decided by the names too, not by the order in which the fleet has them.
  hashed.sort((one, other) => one.hash - other.hash || (one.name < other.name ? -1 : 1));
  for (const { name, hash } of hashed) bestShard(shards, hash, max)?.push(name);
  return shards.map((shard) => shard.sort());
}

/** A name for the clusters of one shard, whatever their order. */
export function shardId(clusters: readonly string[]): string {
  const text = clusters.toSorted().join(" ");
  return [FNV_BASIS, 0].map((seed) => hash(text, seed).toString(36)).join("-");
}

/** The clusters of a tick, paused ones too: a pass over such a one says so. A wrong entry with a valid name is one of them: the run that gets it reports it. */
export function selectForTick({ clusters, wrong }: ParsedFleet): {
  readonly names: readonly string[];
  readonly nameless: readonly WrongEntry[];
} {
  const reportable = wrong.filter(({ name }) => isClusterName(name));
  const names = new Set([...clusters, ...reportable].map(({ name }) => name));
  return { names: [...names], nameless: wrong.filter(({ name }) => !isClusterName(name)) };
}

function bestShard(shards: readonly string[][], hash: number, max: number): string[] | undefined {
  let best: string[] | undefined;
  let highest = -1;
  let place = 0;
  for (const shard of shards) {
    place = (place + GOLDEN) | 0;
    if (shard.length >= max) continue;
    const weight = scramble(hash ^ place);
    if (weight <= highest) continue;
    highest = weight;
    best = shard;
  }
  return best;
}

// http://www.isthe.com/chongo/tech/comp/fnv/
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const GOLDEN = 0x9e3779b9;

/** 32 bits of a text, each of which depends on all of it; no secret and no proof. */
export function hash(text: string, seed = FNV_BASIS): number {
  let state = seed;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), FNV_PRIME);
  return scramble(state);
}

// Each bit of the result depends on each bit of the number: the finalizer of MurmurHash3.
function scramble(bits: number): number {
  let state = bits;
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
