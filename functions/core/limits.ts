// How much a run does at one time, and how long each part of it may take: the bounds that keep a shard within its function's time.

/** Clusters at work at one time. */
export const CONCURRENCY = 32;
/** Clusters begun at one time: each holds sockets while it waits for an answer, and a function has 1,024 file descriptors. */
export const MAX_STARTED = 96;
/** A cluster that takes this long is waiting, not working: it gives its place at work to the next one. */
export const YIELD_AFTER_MS = 250;
/** Patches of one cluster at one time: the fairness queues of its API server are shared with everything else there. */
export const WRITES_AT_ONCE = 16;
/** What one cluster has from start to finish. */
export const CLUSTER_MS = 10_000;
/** What one request has, a second attempt included. */
export const REQUEST_MS = 3_000;
/** A cluster is not begun with less: the pass would end before it may write. */
export const LEAST_TIME_TO_START_MS = 2_500;
/** A patch is not begun with less: its answer could not be waited for. */
export const LEAST_TIME_TO_WRITE_MS = 2_000;
/** What the bus has to take the transitions of a run. */
export const PUBLISHING_MS = 2_500;
/** What a function keeps back at the end of a run: for a reading that clusters share, which no cluster's time bounds, for the bus and for its report. */
export const CLOSING_MS = REQUEST_MS + PUBLISHING_MS + 500;

/** How long an invocation over a shard takes at most, when no cluster of it answers: what the function's timeout has to be above. */
export function worstCaseMs(shardSize: number): number {
  const toGetToWorkMs = Math.ceil(MAX_STARTED / CONCURRENCY) * YIELD_AFTER_MS;
  return Math.ceil(shardSize / MAX_STARTED) * (toGetToWorkMs + CLUSTER_MS + REQUEST_MS) + CLOSING_MS;
}
