// A state as the functions would have left it, for the commands that read one.

import { deflateRawSync } from "node:zlib";
import { shardId } from "../../functions/core/fleet/shards.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import type { Item } from "../../functions/io/aws/table.ts";
import { recordShards } from "../../functions/state/record.ts";
import type { Store } from "../../functions/state/store.ts";
import { readLastTick, writeTick } from "../../functions/state/tick.ts";
import type { StateTable } from "../support/state-table.ts";

const MINUTE_MS = 60_000;

/** What a run saw of one cluster. */
export type Saw = { readonly cluster: string; readonly labels?: Readonly<Record<string, string>> } & Partial<
  Omit<ClusterOutcome, "cluster">
>;

/** One judged pipeline: it has had this status for some minutes, unless a run says otherwise. */
export function pipeline(name: string, status: string, reason: string, because: readonly string[] = []): ResourceOutcome {
  const condition = { type: "TelemetryFlowHealthy", status, reason, message: `${reason}.` };
  return { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name, was: "unchanged", condition, because };
}

/** Puts what was written into memory into a table, as io/aws/table.ts would write it. */
export function keepItems(table: StateTable, items: Iterable<Item>): void {
  for (const { partition, name, text, atMs, expiresMs } of items)
    table.put({
      partition: { S: partition },
      name: { S: name },
      text: text.length < 512 ? { S: text } : { B: deflateRawSync(text).toString("base64") },
      atMs: { N: String(atMs) },
      ...(expiresMs !== undefined && { expiresAt: { N: String(Math.ceil(expiresMs / 1_000)) } }),
    });
}

/** Leaves the runs of one shard of a fleet, each some minutes before now, as ticks of a minute would. */
export async function leaveRuns(
  store: Store,
  nowMs: number,
  runs: readonly { readonly minutesAgo: number; readonly saw: readonly Saw[] }[],
): Promise<void> {
  for (const { minutesAgo, saw } of runs) {
    const atMs = nowMs - minutesAgo * MINUTE_MS - 30_000;
    const outcomes = saw.map(
      ({ labels: _, ...one }): ClusterOutcome => ({ was: "reconciled", resources: [], unlisted: [], ms: 1, ...one }),
    );
    const ran = {
      outcomes: new Map(outcomes.map((outcome) => [outcome.cluster, outcome])),
      labels: new Map(saw.map(({ cluster, labels = {} }) => [cluster, labels])),
      atMs,
      ms: 900,
      leftMs: () => MINUTE_MS,
    };
    const clusters = saw.map(({ cluster }) => cluster);
    const { log } = await readLastTick(store, atMs);
    await writeTick(store, { atMs, shards: [shardId(clusters)], apart: [] }, { log, tickMs: MINUTE_MS });
    await recordShards(store, ran, [{ clusters, atMs }]);
  }
}
