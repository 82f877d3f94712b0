// A warm process of `reconcile` of `npm run bench:push -- --storm`, which reads the batches that it is sent.

import type { SQSEvent } from "aws-lambda";
import type { Reader } from "../../receive/storm-queue.ts";
import { openReader } from "../../receive/storm-reader.ts";

/** What the process is told: the fleet's file, then batches. */
export type ReaderOrder = { readonly fleet: string } | SQSEvent;

/** What it has cost so far. */
export type ReaderCost = { readonly cpuMs: number; readonly rssMb: number };

let read: Reader = () => Promise.reject(new Error("there is no fleet yet"));

process.on("message", async (order: ReaderOrder) => {
  if ("fleet" in order) read = openReader(order.fleet);
  else await read(order);
  process.send?.(costSoFar());
});
process.once("disconnect", () => process.exit());

/** Of this process. */
export function costSoFar(): ReaderCost {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, rssMb: process.resourceUsage().maxRSS / 1_024 };
}
