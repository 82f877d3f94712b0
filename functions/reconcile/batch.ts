// A batch of queue messages becomes one run: what many messages ask of one cluster is done once, and only what is malformed goes back.
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { clock } from "../clock.ts";
import { keepNewest } from "../core/bounded-map.ts";
import { ConfigError } from "../core/errors.ts";
import type { Fleet } from "../core/fleet/fleet.ts";
import { selectNames } from "../core/fleet/selection.ts";
import { isObject } from "../core/json.ts";
import { isAllWell } from "../core/outcome/attention.ts";
import type { Metrics } from "../core/outcome/metrics.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import type { CurrentFleet } from "../io/fleet/source.ts";
import { type Batch, type Message, sortBatch } from "./messages.ts";
import { publishObserved } from "./observed.ts";
import { runFleet, type Worker } from "./run.ts";
import { recordBatch } from "./state.ts";

const MOST_NAMED = 20;
// More than one process meets, however often its fleet changes.
const MAX_CLUSTERS = 20_000;

export function isQueueEvent(payload: unknown): payload is SQSEvent {
  return isObject(payload) && Array.isArray(payload.Records) && payload.Records.every(isRecord);
}

/** Answers a batch of queue messages by one run, over by `deadline` (in milliseconds of the monotonic clock). What becomes of a cluster brings no message back. */
export async function reconcileBatch(worker: Worker, { Records }: SQSEvent, deadline: number): Promise<SQSBatchResponse> {
  const nowMs = clock.nowMs();
  const { tickMs, readAtMs, failedAtMs } = worker;
  const batch = sortBatch(Records.map(toMessage), { nowMs, tickMs, readAtMs, failedAtMs });
  for (const [queueMessage, why] of batch.malformed) worker.report.error("message is malformed", { queueMessage, why });
  const startedAt = clock.monotonicMs();
  const { outcomes, fleet, folder } = await runBatch(worker, batch, deadline);
  for (const outcome of outcomes) {
    const { cluster } = outcome;
    if (isAnswer(outcome)) keepNewest(readAtMs, cluster, nowMs, MAX_CLUSTERS);
    if (isFailure(outcome)) keepNewest(failedAtMs, cluster, nowMs, MAX_CLUSTERS);
    else failedAtMs.delete(cluster);
  }
  const ms = Math.round(clock.monotonicMs() - startedAt);
  const changes = await recordBatch(worker, { outcomes, fleet, atMs: nowMs, ms, deadline }, batch.shards);
  await publishObserved(worker, { outcomes, fleet, folder, deadline }, changes);
  return { batchItemFailures: [...batch.malformed.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
}

type RanBatch = { readonly outcomes: readonly ClusterOutcome[]; readonly fleet: Fleet; readonly folder: string | undefined };
const NOTHING_RAN: RanBatch = { outcomes: [], fleet: { clusters: [], wrong: [] }, folder: undefined };

async function runBatch(worker: Worker, batch: Batch, deadline: number): Promise<RanBatch> {
  const { requested, answered, ofTick, cause } = batch;
  const ofQueue = queueMetrics(batch);
  const ofShard = ofTick.size === 0 ? {} : { ClustersAccounted: ofTick.size };
  if (requested.size === 0) return skipRun(worker, { ...ofQueue, ...ofShard, RunsCompleted: Math.sign(answered.size) });
  const current = await loadUsableFleet(worker);
  if (current === undefined) return skipRun(worker, { ...ofQueue, RunsCompleted: 0, FleetUnusable: 1 });
  const { unknown, ...fleet } = selectNames(current.fleet, requested);
  if (unknown.length > 0)
    worker.report.warn("clusters are not in the fleet", { count: unknown.length, first: unknown.slice(0, MOST_NAMED) });
  const ofFleet = { UnknownClusters: unknown.length, FleetStale: current.stale === undefined ? 0 : 1, FleetUnusable: 0 };
  const run = { fleet, folder: current.folder, cause, deadline, isOfTick: ofTick.size > 0, hurried: batch.ofPush };
  return { fleet, folder: current.folder, outcomes: await runFleet(worker, run, { ...ofQueue, ...ofShard, ...ofFleet }) };
}

function skipRun({ report }: Worker, metrics: Metrics): RanBatch {
  report.info("nothing was read", metrics);
  report.publish(metrics);
  return NOTHING_RAN;
}

// An unusable fleet is no reason to keep messages: what they ask for, the first tick after the repair asks for too.
async function loadUsableFleet({ loadFleet, report }: Worker): Promise<CurrentFleet | undefined> {
  try {
    const current = await loadFleet();
    if (current.stale !== undefined) report.error("the last good fleet is used", { why: current.stale });
    return current;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    report.error("the fleet is not usable", { why: error.message });
    return undefined;
  }
}

function queueMetrics({ malformed, ticksDropped, pushesDropped, answered, resting, oldestMs }: Batch): Metrics {
  return {
    MessagesMalformed: malformed.size,
    TickRequestsDropped: ticksDropped,
    PushRequestsDropped: pushesDropped,
    ClustersAnswered: answered.size,
    ClustersResting: resting.size,
    OldestRequestAge: oldestMs,
  };
}

// What cost time in vain; a refusal or a wrong entry costs none.
function isFailure({ was, code }: ClusterOutcome): boolean {
  return was === "unreachable" || was === "crashed" || (was === "late" && code !== undefined);
}

function isAnswer(outcome: ClusterOutcome): boolean {
  return outcome.was === "reconciled" && isAllWell([outcome]);
}

function toMessage({ messageId, body, attributes }: SQSRecord): Message {
  const queuedAtMs = Number(attributes?.SentTimestamp);
  return { id: messageId, body, queuedAtMs: Number.isNaN(queuedAtMs) ? Number.POSITIVE_INFINITY : queuedAtMs };
}

function isRecord(record: unknown): boolean {
  return isObject(record) && typeof record.messageId === "string" && typeof record.body === "string";
}
