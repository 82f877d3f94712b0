// A queue that delivers as SQS may: in batches of any size, in any order, some messages twice.

import { setTimeout as sleep } from "node:timers/promises";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { aMessage, type QueueMessage } from "../support/queue-messages.ts";

/** A consumer of batches. */
export type Reader = (event: SQSEvent) => Promise<unknown>;

/** The push queue between the bus and its readers. */
export type StormQueue = {
  put(detail: object): void;
  /** Delivers all messages to the readers, until the queue has ended and is empty. */
  deliver(readers: readonly Reader[]): Promise<void>;
  /** Declares that no more messages come. */
  end(): void;
};

const MAX_BATCH = 10;
const DUPLICATE_EVERY = 4;

/** Delivers every fourth message twice, to several readers at once. `random` is randomBelow 1. */
export function openStormQueue(random: () => number): StormQueue {
  const waiting: QueueMessage[] = [];
  let count = 0;
  let hasEnded = false;
  const randomBelow = (limit: number) => Math.floor(random() * limit);

  function batch(): QueueMessage[] {
    const size = Math.min(waiting.length, 1 + randomBelow(MAX_BATCH));
    return Array.from({ length: size }, () => waiting.splice(randomBelow(waiting.length), 1)).flat();
  }

  async function feed(reader: Reader): Promise<void> {
    while (!hasEnded || waiting.length > 0) {
      const messages = batch();
      if (messages.length > 0) await reader({ Records: messages.map((message) => message as SQSRecord) });
      else await sleep(1);
    }
  }

  return {
    put(detail) {
      const message = aMessage(detail);
      waiting.push(message);
      if (++count % DUPLICATE_EVERY === 0) waiting.push(message);
    },
    deliver: async (readers) => void (await Promise.all(readers.map(feed))),
    end() {
      hasEnded = true;
    },
  };
}

/** The same numbers for the same seed, from 0 to below 1: https://en.wikipedia.org/wiki/Lehmer_random_number_generator */
export function randomFrom(seed: number): () => number {
  let state = seed % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
