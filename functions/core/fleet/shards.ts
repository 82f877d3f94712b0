import { isClusterName } from "../names.ts";
import type { ParsedFleet, WrongEntry } from "./fleet.ts";

/** An event of this many of the longest names is a quarter of what the bus and the queues take: 256 KB. */
export const LARGEST_SHARD = 1_000;

// In a small fleet too, whom a sick cluster takes down with it changes from tick to tick.
const LEAST_SHARDS = 8;

/** Names in at least eight groups of at most `most`, mixed, so that who shares a shard with a sick cluster changes from tick to tick. */
export function shardsOf(names: readonly string[], most: number, random: () => number): readonly (readonly string[])[] {
  const size = Math.min(most, Math.ceil(names.length / LEAST_SHARDS));
  const mixed = [...names];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const name = mixed[last] ?? "";
    mixed[last] = mixed[other] ?? "";
    mixed[other] = name;
  }
  return Array.from({ length: Math.ceil(mixed.length / size) }, (_, index) => mixed.slice(index * size, (index + 1) * size));
}

/** Whom a tick asks for. A wrong entry is among them where it has a name that a message can carry: the run reports it. */
export function selectForTick({ clusters, wrong }: ParsedFleet): {
  readonly names: readonly string[];
  readonly paused: number;
  readonly nameless: readonly WrongEntry[];
} {
  const awake = clusters.filter(({ paused }) => !paused);
  const named = wrong.filter(({ name }) => isClusterName(name));
  const names = new Set([...awake, ...named].map(({ name }) => name));
  return { names: [...names], paused: clusters.length - awake.length, nameless: wrong.filter(({ name }) => !isClusterName(name)) };
}
