// A warm process of `reconcile` that reads the batches of a storm.

import { reconcileBatch } from "../../functions/reconcile/batch.ts";
import { openWorker } from "../../functions/reconcile/run.ts";
import type { Reader } from "./storm-queue.ts";

const MINUTE_MS = 60_000;
const PATIENCE_MS = 10_000;

/** Reads batches for the fleet of a file; a message that would come back to the queue is an error. */
export function openReader(fleet: string, tickMs = MINUTE_MS): Reader {
  const silent = () => {};
  const report = { begin: silent, info: silent, warn: silent, error: silent, publish: silent };
  const worker = openWorker({ fleet: `file:${fleet}`, tickMs, pushPatienceMs: PATIENCE_MS, shardSize: 200 }, report);
  return async (event) => {
    const { batchItemFailures } = await reconcileBatch(worker, event, performance.now() + MINUTE_MS);
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} messages came back`);
  };
}
