// The table of the state as this room sees it: a few calls, whose client is loaded with the first of them.

import { UpstreamError } from "../core/errors.ts";
import type { Item, Kept, Key, Range } from "../io/aws/table.ts";

/** Every call may throw an UpstreamError. */
export type Store = {
  read(key: Key): Promise<Kept | undefined>;
  /** Whether the item is there now: it is not where a newer one is or, with `basedOn`, where another one is than that of this time. */
  write(item: Item, basedOn?: number | "nothing"): Promise<boolean>;
  /** By their names. */
  list(partition: string, range?: Range): Promise<readonly Kept[]>;
};

// Names are texts of printable ASCII.
const EVERYTHING: Range = { from: " ", to: "~" };

/** Each call has `withinMs` for its answer; what has expired at `nowMs` (milliseconds since the epoch) is not there. */
export function openStore(table: string, nowMs: number, withinMs: number): Store {
  const client = () => import("../io/aws/table.ts");
  const moment = { nowMs, withinMs };
  return {
    read: async (key) => (await client()).readItem(table, key, moment),
    write: async (item, basedOn) => (await client()).putItem(table, item, withinMs, basedOn),
    list: async (partition, range = EVERYTHING) => (await client()).listItems(table, partition, range, moment),
  };
}

/** What a call answers, or why it does not. */
export async function valueOrFailure<T>(call: Promise<T>): Promise<T | UpstreamError> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return error;
  }
}
