// Splits the fleet of a tick into shards, each of which one invocation reconciles.

import { isClusterName } from "../names.ts";
import type { ParsedFleet, WrongEntry } from "./fleet.ts";

/** With names of full length, the event of such a shard takes a quarter of the 256 KB that the bus and the queues accept. */
export const MAX_SHARD_SIZE = 1_000;

// Several shards also in a small fleet: which clusters share a shard with a failing one changes from tick to tick.
const MIN_SHARDS = 8;

/** The names, shuffled, in at least eight shards of at most `max`, where the names suffice for eight. */
export function shardsOf(names: readonly string[], max: number, random: () => number): readonly (readonly string[])[] {
  const size = Math.min(max, Math.ceil(names.length / MIN_SHARDS));
  const shuffled = [...names];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const name = shuffled[last] ?? "";
    shuffled[last] = shuffled[other] ?? "";
    shuffled[other] = name;
  }
  return Array.from({ length: Math.ceil(shuffled.length / size) }, (_, index) => shuffled.slice(index * size, (index + 1) * size));
}

/** The clusters of a tick. A wrong entry with a valid name is one of them: the run that gets it reports it. */
export function selectForTick({ clusters, wrong }: ParsedFleet): {
  readonly names: readonly string[];
  readonly paused: number;
  readonly nameless: readonly WrongEntry[];
} {
  const active = clusters.filter(({ paused }) => !paused);
  const reportable = wrong.filter(({ name }) => isClusterName(name));
  const names = new Set([...active, ...reportable].map(({ name }) => name));
  return { names: [...names], paused: clusters.length - active.length, nameless: wrong.filter(({ name }) => !isClusterName(name)) };
}
