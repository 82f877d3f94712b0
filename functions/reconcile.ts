import type { Context, SQSBatchResponse } from "aws-lambda";
import { readConfig } from "./config.ts";
import { selectClusters } from "./core/fleet/selection.ts";
import { CLOSING_MS } from "./core/limits.ts";
import { type ClusterOutcome, type Summary, summarize } from "./core/outcome/outcome.ts";
import { parseDirectRequest } from "./core/request.ts";
import { openReport } from "./io/report.ts";
import { isQueueEvent, openBatches } from "./reconcile/batch.ts";
import { openWorker } from "./reconcile/run.ts";

type Answer = { readonly clusters: readonly ClusterOutcome[]; readonly summary: Summary };

const config = readConfig();
const report = openReport(config.stage);
const worker = openWorker(config, report);
const answerBatch = openBatches(worker, config.tickMs);

/** The `reconcile` function: a batch of either queue, or a person who asks for `{clusters?, selector?, dryRun?}`. */
export async function handler(payload: unknown, context: Context): Promise<SQSBatchResponse | Answer> {
  const deadline = performance.now() + context.getRemainingTimeInMillis() - CLOSING_MS;
  report.begin(context);
  return isQueueEvent(payload) ? answerBatch(payload, deadline) : answerPerson(payload, deadline);
}

async function answerPerson(payload: unknown, deadline: number): Promise<Answer> {
  const { dryRun, ...selection } = parseDirectRequest(payload);
  const { fleet, folder } = await worker.loadFleet();
  const { clusters, crashed } = await worker.run({ fleet: selectClusters(fleet, selection), folder, cause: "manual", deadline, dryRun });
  for (const bug of crashed.values()) throw bug;
  return { clusters, summary: summarize(clusters) };
}
