// The entry of the `reconcile` function: wires a warm process once, and answers each invocation.
import type { Context, SQSBatchResponse } from "aws-lambda";
import { clock } from "./clock.ts";
import { readConfig } from "./config.ts";
import { CLOSING_MS } from "./core/limits.ts";
import { openReport } from "./io/report.ts";
import { isQueueEvent, reconcileBatch } from "./reconcile/batch.ts";
import { type Answer, reconcileDirect } from "./reconcile/direct.ts";
import { openWorker } from "./reconcile/run.ts";

const config = readConfig();
const report = openReport(config.stage);
const worker = openWorker(config, report);

/** Takes a batch of either queue, or a direct payload `{clusters?, selector?, dryRun?}`. */
export async function handler(payload: unknown, context: Context): Promise<SQSBatchResponse | Answer> {
  const deadline = clock.monotonicMs() + context.getRemainingTimeInMillis() - CLOSING_MS;
  report.begin(context);
  return isQueueEvent(payload) ? reconcileBatch(worker, payload, deadline) : reconcileDirect(worker, payload, deadline);
}
