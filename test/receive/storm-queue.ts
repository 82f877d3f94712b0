import type { SQSEvent, SQSRecord } from "aws-lambda";
import { aMessage, type QueueMessage } from "../support/queue-messages.ts";

/** Whoever reads batches of a queue. */
export type Reader = (event: SQSEvent) => Promise<unknown>;

/** The push queue between the bus and its readers. */
export type StormQueue = {
  put(detail: object): void;
  /** Hands out what is there and what comes, until the storm is over and nothing is left. */
  handOut(readers: readonly Reader[]): Promise<void>;
  /** Nothing more is put. */
  end(): void;
};

const LARGEST_BATCH = 10;
const TWICE_EVERY = 4;

/** It hands out as SQS may: batches of any size, to several readers at once, in no order, and every fourth message twice. `random` is below 1. */
export function openStormQueue(random: () => number): StormQueue {
  const waiting: QueueMessage[] = [];
  let count = 0;
  let isOver = false;
  const below = (limit: number) => Math.floor(random() * limit);

  function batch(): QueueMessage[] {
    const size = Math.min(waiting.length, 1 + below(LARGEST_BATCH));
    return Array.from({ length: size }, () => waiting.splice(below(waiting.length), 1)).flat();
  }

  async function feed(reader: Reader): Promise<void> {
    while (!isOver || waiting.length > 0) {
      const messages = batch();
      if (messages.length > 0) await reader({ Records: messages.map((message) => message as SQSRecord) });
      else await new Promise(setImmediate);
    }
  }

  return {
    put(detail) {
      const message = aMessage(detail);
      waiting.push(message);
      if (++count % TWICE_EVERY === 0) waiting.push(message);
    },
    handOut: async (readers) => void (await Promise.all(readers.map(feed))),
    end() {
      isOver = true;
    },
  };
}
