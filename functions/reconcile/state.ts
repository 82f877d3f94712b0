// What a run leaves in the table of the state; where the table fails, that is counted and costs the run nothing else.

import { clock } from "../clock.ts";
import type { UpstreamError } from "../core/errors.ts";
import type { Fleet } from "../core/fleet/fleet.ts";
import { ROWS_MS, STATE_CALL_MS, STATE_MS } from "../core/limits.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { mayBeNews, recordShards, recordTransitions, type Shard } from "../state/record.ts";
import type { Change } from "../state/state.ts";
import { openStore } from "../state/store.ts";
import type { Worker } from "./run.ts";

/** `atMs` is when the run began, in milliseconds since the epoch, `ms` how long it took; `deadline` is its own, of the monotonic clock. */
type Ran = {
  readonly outcomes: readonly ClusterOutcome[];
  readonly fleet: Fleet;
  readonly atMs: number;
  readonly ms: number;
  readonly deadline: number;
};

// A process that has just begun opens its connections to the table while it loads and judges.
const MOST_PATIENCE = 3;

/**
 * Leaves what shards of a tick saw, or what was written without a tick, and answers what changed of conditions that no cluster shows. A quiet
 * run of no shard asks nothing of the table.
 */
export async function recordBatch(
  { stateTable, report }: Worker,
  { outcomes, fleet, atMs, ms, deadline }: Ran,
  shards: readonly Shard[],
): Promise<readonly Change[]> {
  if (stateTable === undefined || (shards.length === 0 && !outcomes.some(mayBeNews))) return [];
  const now = clock.monotonicMs();
  const patience = statePatience(shards.length > 0, deadline - now);
  const store = openStore(stateTable, clock.nowMs(), patience * STATE_CALL_MS);
  const until = now + patience * ROWS_MS;
  const ran = {
    outcomes: new Map(outcomes.map((outcome) => [outcome.cluster, outcome])),
    labels: new Map([...fleet.clusters, ...fleet.wrong].map(({ name, labels }) => [name, labels])),
    atMs,
    ms,
    leftMs: () => until - clock.monotonicMs(),
  };
  const { marks, others, observed } = await (shards.length > 0 ? recordShards(store, ran, shards) : recordTransitions(store, ran));
  if (marks.length > 0) report.error("shards are not marked as accounted for", failureOf(marks));
  if (others.length > 0) report.error("the state of clusters is not written", failureOf(others));
  if (marks.length + others.length > 0) report.publish({ StateWritesFailed: marks.length + others.length });
  return observed;
}

/** How many times the time that is reserved for the state it may take: a tick that ends early waits for a slow table, a push keeps others waiting. */
export function statePatience(isTick: boolean, leftMs: number): number {
  return isTick && leftMs >= (MOST_PATIENCE - 1) * STATE_MS ? MOST_PATIENCE : 1;
}

function failureOf(failures: readonly UpstreamError[]): { readonly count: number; readonly why?: string } {
  return { count: failures.length, why: failures[0]?.message };
}
