// Texts that are wanted at one time are asked for together: a call has its price, and an account has few of them a second.

import { setTimeout as sleep } from "node:timers/promises";
import { type Code, UpstreamError } from "../../core/errors.ts";

/** What keeps texts under names, and may be asked for several of them in one call. */
type Store = {
  /** Names that one call takes. */
  readonly most: number;
  /** The texts by their names, without those that are not shown; an {@link UpstreamError} where none is. */
  readonly askForAll: (names: string[]) => Promise<ReadonlyMap<string, string>>;
  /** An {@link UpstreamError} has the store's word for the failure. */
  readonly askForOne: (name: string) => Promise<string>;
};
type Waiting = { readonly name: string; readonly resolve: (text: Promise<string>) => void };
type Found = { readonly texts: ReadonlyMap<string, string>; readonly failure?: UpstreamError };

/** A store with the names that wait for a call, and when the last calls began, in milliseconds of the monotonic clock. */
export type Queue = Store & { readonly waiting: Waiting[]; readonly begunAtMs: number[] };

// An account has forty calls a second of SSM: thirteen shards may begin with nothing at one time. https://docs.aws.amazon.com/general/latest/gr/ssm.html
const CALLS_A_SECOND = 3;
const SECOND_MS = 1_000;
// One that may not be read makes SSM refuse all that are asked for with it, and some logins may ask for single secrets only.
const ASKED_ALONE = new Set<Code>(["forbidden", "not-found", "secret-unreadable"]);
const NOTHING: Found = { texts: new Map() };

export function openQueue(store: Store): Queue {
  return { ...store, waiting: [], begunAtMs: [] };
}

/** The text under a name, asked for together with the others that are wanted now; what is not shown fails alone, by the word of `askForOne`. */
export function readFrom(queue: Queue, name: string): Promise<string> {
  return new Promise((resolve) => {
    queue.waiting.push({ name, resolve });
    if (queue.waiting.length === 1) setImmediate(sendAll, queue);
  });
}

// What comes while a call has to wait goes with it.
async function sendAll(queue: Queue): Promise<void> {
  while (queue.waiting.length > 0) {
    await takeTurn(queue.begunAtMs);
    const batch = queue.waiting.splice(0, queue.most);
    const found = batch.length === 1 ? Promise.resolve(NOTHING) : findAll(queue, batch);
    for (const { name, resolve } of batch) resolve(textOf(queue, name, found));
  }
}

async function takeTurn(begunAtMs: number[]): Promise<void> {
  const [first = 0] = begunAtMs;
  const pauseMs = begunAtMs.length < CALLS_A_SECOND ? 0 : first + SECOND_MS - performance.now();
  if (pauseMs > 0) await sleep(pauseMs);
  if (begunAtMs.push(performance.now()) > CALLS_A_SECOND) begunAtMs.shift();
}

async function findAll(queue: Queue, batch: readonly Waiting[]): Promise<Found> {
  try {
    return { texts: await queue.askForAll(batch.map(({ name }) => name)) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return ASKED_ALONE.has(error.code) ? NOTHING : { ...NOTHING, failure: error };
  }
}

async function textOf(queue: Queue, name: string, found: Promise<Found>): Promise<string> {
  const { texts, failure } = await found;
  if (failure !== undefined) throw failure;
  return texts.get(name) ?? (await queue.askForOne(name));
}
