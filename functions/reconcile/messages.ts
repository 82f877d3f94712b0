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
  /** Clusters that a push asks for, and that failed a moment ago: the next tick reads them. */
  readonly resting: ReadonlySet<string>;
  /** Those of all three that a tick names. */
  readonly ofTick: ReadonlySet<string>;
  /** Those to read now that nothing but a push asks for. */
  readonly ofPush: ReadonlySet<string>;
  /** The shards of a tick, each as its message names it. */
  readonly shards: readonly Pick<ReconcileRequest, "clusters" | "atMs">[];
  /** Requests of ticks and of pushes that are older than a tick: the next one is on its way. */
  readonly ticksDropped: number;
  readonly pushesDropped: number;
  /** How long the oldest request has waited. */
  readonly oldestMs: number;
};

type Times = {
  readonly nowMs: number;
  readonly tickMs: number;
  /** When the last read of a cluster began that left no question open, in milliseconds since the epoch. */
  readonly readAtMs: ReadonlyMap<string, number>;
  /** When a cluster last failed, in milliseconds since the epoch; none that has not failed since. */
  readonly failedAtMs: ReadonlyMap<string, number>;
};

type Queued = ReconcileRequest & { readonly queuedAtMs: number };

// The clocks of the queue and of this process differ by less.
const SKEW_MS = 1_000;
// However seldom ticks are.
const MAX_REST_MS = 60_000;

export function sortBatch(messages: readonly Message[], times: Times): Batch {
  const { nowMs, tickMs } = times;
  const parsed = messages.map((message) => ({ ...message, request: parseReconcileRequest(message.body) }));
  const malformed = parsed.flatMap(({ id, request }) => ("malformed" in request ? [[id, request.malformed] as const] : []));
  const requests = parsed.flatMap(({ request, queuedAtMs }) => ("malformed" in request ? [] : [{ queuedAtMs, ...request }]));
  const stale = requests.filter(({ cause, atMs }) => cause !== "manual" && atMs < nowMs - tickMs);
  const current = requests.filter((request) => !stale.includes(request));
  const requested = new Set(current.flatMap((request) => request.clusters.filter((name) => isNeeded(name, request, times))));
  const unneeded = namesOf(current).filter((name) => !requested.has(name));
  const others = new Set(namesOf(current.filter(({ cause }) => cause !== "push")));
  const shards = current.filter(({ cause }) => cause === "schedule");
  return {
    cause: [...new Set(current.map(({ cause }) => cause))].join(" and "),
    malformed: new Map(malformed),
    requested,
    answered: new Set(unneeded.filter((name) => !isResting(name, times))),
    resting: new Set(unneeded.filter((name) => isResting(name, times))),
    ofTick: new Set(namesOf(shards)),
    shards,
    ofPush: new Set([...requested].filter((name) => !others.has(name))),
    ticksDropped: stale.filter(({ cause }) => cause === "schedule").length,
    pushesDropped: stale.filter(({ cause }) => cause === "push").length,
    oldestMs: Math.max(0, ...requests.map(({ atMs }) => nowMs - atMs)),
  };
}

function isNeeded(name: string, { cause, queuedAtMs }: Queued, times: Times): boolean {
  if ((times.readAtMs.get(name) ?? 0) > queuedAtMs + SKEW_MS) return false;
  return cause !== "push" || !isResting(name, times);
}

// One that fails slowly would keep the pushes of all others waiting, push after push.
function isResting(name: string, { nowMs, tickMs, failedAtMs }: Times): boolean {
  const failedAt = failedAtMs.get(name);
  return failedAt !== undefined && nowMs - failedAt < Math.min(tickMs, MAX_REST_MS);
}

function namesOf(requests: readonly ReconcileRequest[]): readonly string[] {
  return requests.flatMap(({ clusters }) => clusters);
}
