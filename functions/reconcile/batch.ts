import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { ConfigError, UpstreamError } from "../core/errors.ts";
import { selectNames } from "../core/fleet/selection.ts";
import { isObject } from "../core/json.ts";
import { conditionMetrics, type Metrics } from "../core/outcome/metrics.ts";
import { type ClusterOutcome, isAllWell, summarize } from "../core/outcome/outcome.ts";
import type { CurrentFleet } from "../io/fleet/source.ts";
import { type Batch, type Message, sortBatch } from "./messages.ts";
import type { Ran, Worker } from "./run.ts";

const MOST_NAMED = 20;

export function isQueueEvent(payload: unknown): payload is SQSEvent {
  return isObject(payload) && Array.isArray(payload.Records) && payload.Records.every(isRecord);
}

/**
 * Answers each batch of queue messages by one run. Only a message that is malformed, or whose cluster ran into a bug, goes back to its
 * queue: what another system did not do is an outcome, and the next tick asks again.
 */
export function openBatches(worker: Worker, tickMs: number): (event: SQSEvent, deadline: number) => Promise<SQSBatchResponse> {
  // When the last read of each cluster began that left no question open.
  const reads = new Map<string, number>();
  return async (event, deadline) => {
    const nowMs = Date.now();
    const batch = sortBatch(event.Records.map(toMessage), { nowMs, tickMs, readAtMs: (cluster) => reads.get(cluster) });
    for (const [message, why] of batch.malformed) worker.report.error("message is malformed", { queueMessage: message, why });
    const { clusters, crashed } = await answer(batch, worker, deadline);
    for (const outcome of clusters) if (wasRead(outcome)) reads.set(outcome.cluster, nowMs);
    const settle = ({ messageId }: SQSRecord) => {
      const why = batch.malformed.get(messageId);
      if (why !== undefined) throw new UpstreamError("malformed", why);
      for (const name of batch.askedFor(messageId)) if (crashed.has(name)) throw crashed.get(name);
    };
    return processPartialResponse(event, settle, new BatchProcessor(EventType.SQS), { throwOnFullBatchFailure: false });
  };
}

const NOTHING: Ran = { clusters: [], crashed: new Map() };

async function answer(batch: Batch, worker: Worker, deadline: number): Promise<Ran> {
  if (batch.requested.size === 0)
    return withoutRun(worker, { ...batchMetrics(batch, NOTHING), RunsCompleted: Math.sign(batch.answered.size) });
  const loaded = await load(worker);
  if (loaded === undefined) return withoutRun(worker, { ...batchMetrics(batch), RunsCompleted: 0, FleetUnusable: 1 });
  const { unknown, ...fleet } = selectNames(loaded.fleet, batch.requested);
  if (unknown.length > 0)
    worker.report.warn("clusters are not in the fleet", { count: unknown.length, first: unknown.slice(0, MOST_NAMED) });
  const ofFleet = { UnknownClusters: unknown.length, FleetStale: loaded.stale === undefined ? 0 : 1, FleetUnusable: 0 };
  const part = { fleet, folder: loaded.folder, cause: batch.cause, deadline };
  return worker.run(part, (ran) => ({ ...batchMetrics(batch, ran), ...ofFleet }));
}

function withoutRun({ report }: Worker, metrics: Metrics): Ran {
  report.info("nothing was read", metrics);
  report.publish(metrics);
  return NOTHING;
}

// A fleet that nobody can use is no reason to keep messages: what they ask for, the first tick after the repair asks for too.
async function load({ loadFleet, report }: Worker): Promise<CurrentFleet | undefined> {
  try {
    const loaded = await loadFleet();
    if (loaded.stale !== undefined) report.error("the last good fleet is used", { why: loaded.stale });
    return loaded;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    report.error("the fleet is not usable", { why: error.message });
    return undefined;
  }
}

function batchMetrics({ malformed, dropped, answered, oldestMs, ofTick }: Batch, ran?: Ran): Metrics {
  const ofQueue = {
    MessagesMalformed: malformed.size,
    TickRequestsDropped: dropped,
    ClustersAnswered: answered.size,
    OldestRequestAge: oldestMs,
  };
  if (ofTick.size === 0 || ran === undefined) return ofQueue;
  const accounted = [...ofTick].filter((name) => !ran.crashed.has(name)).length;
  return { ...ofQueue, ClustersAccounted: accounted, ...conditionMetrics(ran.clusters) };
}

function wasRead(outcome: ClusterOutcome): boolean {
  return outcome.was === "reconciled" && isAllWell(summarize([outcome]));
}

function toMessage({ messageId, body, attributes }: SQSRecord): Message {
  const queuedAtMs = Number(attributes?.SentTimestamp);
  return { id: messageId, body, queuedAtMs: Number.isNaN(queuedAtMs) ? Number.POSITIVE_INFINITY : queuedAtMs };
}

function isRecord(record: unknown): boolean {
  return isObject(record) && typeof record.messageId === "string" && typeof record.body === "string";
}
