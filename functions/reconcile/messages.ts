import { parseReconcileRequest, type ReconcileRequest } from "../core/request.ts";

/** A message of a queue; `queuedAtMs` by the queue's clock, in milliseconds since the epoch. */
export type Message = { readonly id: string; readonly body: string; readonly queuedAtMs: number };

/** What a batch of messages asks for, each cluster once. */
export type Batch = {
  /** Why it was asked, in words. */
  readonly cause: string;
  /** Why a message is not understood, by its id. */
  readonly malformed: ReadonlyMap<string, string>;
  /** Who is to be read now. */
  readonly requested: ReadonlySet<string>;
  /** Who was read after being asked for. */
  readonly answered: ReadonlySet<string>;
  /** Those of them whom the tick named. */
  readonly ofTick: ReadonlySet<string>;
  /** Tick requests that are older than their tick: the next one is on its way. */
  readonly dropped: number;
  /** How long the oldest request has waited. */
  readonly oldestMs: number;
  /** Which messages ask for a cluster. */
  askedFor(by: string): readonly string[];
};

type Clocks = {
  readonly nowMs: number;
  readonly tickMs: number;
  /** When the last read of a cluster began that left no question open; undefined where this process knows of none. */
  readonly readAtMs: (cluster: string) => number | undefined;
};

// The queue's clock and ours differ by less.
const SKEW_MS = 1_000;

export function sortBatch(messages: readonly Message[], { nowMs, tickMs, readAtMs }: Clocks): Batch {
  const parsed = messages.map((message) => ({ ...message, request: parseReconcileRequest(message.body) }));
  const malformed = parsed.flatMap(({ id, request }) => ("malformed" in request ? [[id, request.malformed] as const] : []));
  const sound = parsed.flatMap(({ request, ...message }) => ("malformed" in request ? [] : [{ ...message, ...request }]));
  const current = sound.filter((request) => !isStale(request, nowMs - tickMs));
  const open = current.map(({ id, clusters, queuedAtMs }) => ({
    id,
    clusters: new Set(clusters.filter((name) => (readAtMs(name) ?? 0) <= queuedAtMs + SKEW_MS)),
  }));
  const requested = new Set(open.flatMap(({ clusters }) => [...clusters]));
  return {
    cause: [...new Set(current.map(({ cause }) => cause))].join(" and "),
    malformed: new Map(malformed),
    requested,
    answered: new Set(current.flatMap(({ clusters }) => clusters.filter((name) => !requested.has(name)))),
    ofTick: new Set(current.flatMap(({ cause, clusters }) => (cause === "schedule" ? clusters : []))),
    dropped: sound.length - current.length,
    oldestMs: Math.max(0, ...sound.map(({ atMs }) => nowMs - atMs)),
    askedFor: (id) => [...(open.find((request) => request.id === id)?.clusters ?? [])],
  };
}

function isStale({ cause, atMs }: ReconcileRequest, oldestMs: number): boolean {
  return cause === "schedule" && atMs < oldestMs;
}
