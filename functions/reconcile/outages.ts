// A cluster that stays unreachable is asked one short question in most ticks, and is tried in full ever more seldom, so that it costs its shard little.

import type { Cluster } from "../cluster/cluster.ts";
import { keepNewest } from "../core/bounded-map.ts";
import { type Code, failureOf, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import type { PassResult } from "./cluster.ts";

/** What a process remembers of clusters that cannot be reached. It only saves work: whatever a probe hears that is new makes a full pass. */
export type Outages = {
  /**
   * The result of a cluster of which a probe hears the same failure as its last pass; undefined where the cluster has to be tried in full:
   * it answers, it fails in another way, or its next attempt is due.
   */
  probe(entry: ClusterEntry, cluster: Cluster, nowMs: number): Promise<PassResult | undefined>;
  /** Remembers the result of a pass that ended now, or forgets the outage that is over. */
  note(entry: ClusterEntry, result: PassResult, nowMs: number): void;
  /** When the first of the failures was that nothing has interrupted since, in milliseconds since the epoch. */
  sinceMs(cluster: string): number | undefined;
};

type Outage = {
  /** As the fleet had it then: one that was changed is tried in full. */
  readonly entry: ClusterEntry;
  readonly sinceMs: number;
  /** Passes in vain. */
  readonly attempts: number;
  /** When the next one is due. */
  readonly dueMs: number;
  readonly result: PassResult;
};

// No answer came. Where one came, a person is asked for, and the repair is seen in the next tick.
const SILENT: ReadonlySet<Code> = new Set<Code>([
  "timeout",
  "connection-refused",
  "connection-reset",
  "name-unknown",
  "proxy-failed",
  "tls",
]);
// A server that restarts is back before.
const MIN_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 2 * 60_000;
const MAX_PAUSE_MS = 5 * 60_000;
// More than one process meets, however often its fleet changes.
const MAX_CLUSTERS = 20_000;

/** No outages yet; `random` is from 0 to 1. */
export function openOutages(random: () => number = Math.random): Outages {
  const outages = new Map<string, Outage>();
  return {
    async probe(entry, cluster, nowMs) {
      const outage = outages.get(entry.name);
      if (outage === undefined || outage.entry !== entry || outage.attempts < MIN_ATTEMPTS || nowMs >= outage.dueMs) return undefined;
      const failure = await failureOfProbe(cluster);
      return failure?.code === outage.result.code ? { ...outage.result, ...failure, isProbed: true } : undefined;
    },
    note(entry, result, nowMs) {
      if (result.was === "late" || result.isProbed) return;
      if (!isSilent(result)) return void outages.delete(entry.name);
      const before = outages.get(entry.name);
      const attempts = (before?.attempts ?? 0) + 1;
      const outage = {
        entry,
        sinceMs: before?.sinceMs ?? nowMs,
        attempts,
        dueMs: nowMs + pauseMs(attempts, random()),
        result: keptOf(result),
      };
      keepNewest(outages, entry.name, outage, MAX_CLUSTERS);
    },
    sinceMs: (cluster) => outages.get(cluster)?.sinceMs,
  };
}

async function failureOfProbe({ probe }: Cluster) {
  try {
    await probe?.();
    return undefined;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return failureOf(error);
  }
}

function isSilent({ was, code }: PassResult): boolean {
  return was === "unreachable" && code !== undefined && SILENT.has(code);
}

// What another source has said of its alerts is of that moment; that they cannot be read is a part of the outage.
function keptOf({ alerts, ...result }: PassResult): PassResult {
  return alerts?.was === "unreadable" ? { ...result, alerts } : result;
}

// Twice as long each time, and up to half of it less: clusters that one network has cut off together are not tried together.
function pauseMs(attempts: number, luck: number): number {
  const wholeMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - MIN_ATTEMPTS));
  return wholeMs * (1 - luck / 2);
}
