// Many messages ask for many clusters, some of them twice, too late or in vain: a batch is sorted before anything is read.
import { parseReconcileRequest, type ReconcileRequest } from "../core/request.ts";

/** A message of a queue; `queuedAtMs` by the queue's clock, in milliseconds since the epoch. */
export type Message = { readonly id: string; readonly body: string; readonly queuedAtMs: number };

/** What a batch of messages asks for, each cluster once. */
export type Batch = {
  /** Why the clusters are read, in words. */
  readonly cause: string;
  /** Why a message is not understood, by its id. */
  readonly malformed: ReadonlyMap<string, string>;
  /** Clusters to read now. */
  readonly requested: ReadonlySet<string>;
  /** Clusters that were read after the request for them. */
  readonly answered: ReadonlySet<string>;
  /** Those of both that a tick names. */
  readonly ofTick: ReadonlySet<string>;
  /** Tick requests that are older than their tick: the next one is on its way. */
  readonly dropped: number;
  /** How long the oldest request has waited. */
  readonly oldestMs: number;
};

type Times = {
  readonly nowMs: number;
  readonly tickMs: number;
  /** When the last read of a cluster began that left no question open, in milliseconds since the epoch. */
  readonly readAtMs: ReadonlyMap<string, number>;
};

// The clocks of the queue and of this process differ by less.
const SKEW_MS = 1_000;

export function sortBatch(messages: readonly Message[], { nowMs, tickMs, readAtMs }: Times): Batch {
  const parsed = messages.map((message) => ({ ...message, request: parseReconcileRequest(message.body) }));
  const malformed = parsed.flatMap(({ id, request }) => ("malformed" in request ? [[id, request.malformed] as const] : []));
  const requests = parsed.flatMap(({ request, queuedAtMs }) => ("malformed" in request ? [] : [{ queuedAtMs, ...request }]));
  const current = requests.filter((request) => !isStale(request, nowMs - tickMs));
  const requested = new Set(
    current.flatMap(({ clusters, queuedAtMs }) => clusters.filter((name) => (readAtMs.get(name) ?? 0) <= queuedAtMs + SKEW_MS)),
  );
  return {
    cause: [...new Set(current.map(({ cause }) => cause))].join(" and "),
    malformed: new Map(malformed),
    requested,
    answered: new Set(current.flatMap(({ clusters }) => clusters.filter((name) => !requested.has(name)))),
    ofTick: new Set(current.flatMap(({ cause, clusters }) => (cause === "schedule" ? clusters : []))),
    dropped: requests.length - current.length,
    oldestMs: Math.max(0, ...requests.map(({ atMs }) => nowMs - atMs)),
  };
}

function isStale({ cause, atMs }: ReconcileRequest, oldestMs: number): boolean {
  return cause === "schedule" && atMs < oldestMs;
}
