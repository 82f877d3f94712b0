// Limits how much a run does at one time and how long each part may take, so that a shard finishes within the timeout of its function.

/** Clusters that work at the same time. */
export const CONCURRENCY = 32;
/** Clusters started at the same time: each holds sockets while it waits for an answer, and a function has 1,024 file descriptors. */
export const MAX_STARTED = 96;
/** A cluster that takes this long waits rather than works, and yields its slot to the next one. */
export const YIELD_AFTER_MS = 250;
/** Concurrent patches of one cluster: its API server shares its priority and fairness queues with all other clients. */
export const WRITES_AT_ONCE = 16;
/** Planning yields to the other clusters of the run after this long. */
export const SLICE_MS = 5;
/** Patches of one cluster in one pass: the next pass goes on. */
export const MAX_PATCHES = 500;
/** Bytes of conditions that a process sends to one cluster in a minute, attempts that fail among them: what a pass may write at most. */
export const MAX_SENT_BYTES = 32 * 2 ** 20;
/** Transitions of one cluster that a process publishes one by one in a minute: the others are counted in one event a run. */
export const MAX_TRANSITIONS = 100;
/** The deadline of one cluster. */
export const CLUSTER_MS = 10_000;
/** The deadline of one request, its retry included. */
export const REQUEST_MS = 3_000;
/** The deadline of a probe: a cluster that answers at all does so within it, its handshake included. */
export const PROBE_MS = 1_000;
/** With less time left, no cluster is started: its pass would end before it may write. */
export const MIN_TIME_TO_START_MS = 2_500;
/** With less time left, no patch is sent: the run would end before the answer. */
export const MIN_TIME_TO_WRITE_MS = 2_000;
/** What takes longer to read in a push is left to the next tick: the pushes of all other clusters wait behind it. */
export const PUSH_PATIENCE_MS = 750;
/** The deadline for publishing the transitions of a run. */
export const PUBLISHING_MS = 2_500;
/** The deadline for writing the state of a run. */
export const STATE_MS = 2_000;
/** After this, no further cluster's state is read or written: the marks of the shards are due, which take the rest. */
export const ROWS_MS = 800;
/** The deadline for one call of the table. */
export const STATE_CALL_MS = 600;
/** The reserve at the end of a run: for a shared source, whose request no cluster's deadline limits, for the bus, the state and the report. */
export const CLOSING_MS = REQUEST_MS + PUBLISHING_MS + STATE_MS + 500;

/** How long an invocation takes when no cluster of its shard answers; the function's timeout must exceed it. */
export function worstCaseMs(shardSize: number): number {
  const startMs = Math.ceil(MAX_STARTED / CONCURRENCY) * YIELD_AFTER_MS;
  return Math.ceil(shardSize / MAX_STARTED) * (startMs + CLUSTER_MS + REQUEST_MS) + CLOSING_MS;
}
