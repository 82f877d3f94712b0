// Remembers the recent pushes of each cluster, so that repeated alerts and bursts request no needless reconcile.

import { keepNewest } from "../core/bounded-map.ts";
import type { Push, PushedAlert } from "./alerts.ts";

/** The recent pushes of each cluster, in this process only: forgetting one costs a needless reconcile. Times are milliseconds since the epoch. */
export type PushMemory = {
  /** Whether a push names an alert that is not remembered as it is now, or is partial. */
  isNews(cluster: string, push: Push, nowMs: number): boolean;
  /** Spends one of the cluster's tokens; false where none is left. */
  spend(cluster: string, nowMs: number): boolean;
  remember(cluster: string, push: Push, nowMs: number): void;
  /** The number of alerts that are remembered. */
  size(): number;
};

type SeenAlert = Pick<PushedAlert, "state" | "endsMs"> & { readonly seenMs: number };
type ClusterMemory = { readonly alerts: Map<string, SeenAlert>; tokens: number; refilledMs: number };

const MEMORY_MS = 600_000;
const MAX_TOKENS = 60;
const MS_PER_TOKEN = 1_000;
const MAX_CLUSTERS = 10_000;
const MAX_ALERTS = 50_000;

/** `digest` is a collision-free short form of a text: it bounds the memory that a key takes. */
export function openPushMemory(digest: (text: string) => string): PushMemory {
  const clusters = new Map<string, ClusterMemory>();
  // Never less than what is remembered: a push costs no count over all clusters.
  let atMost = 0;
  const keyOf = ({ labels, start }: PushedAlert) => digest(JSON.stringify([start, Object.entries(labels).sort()]));
  const size = () => [...clusters.values()].reduce((sum, { alerts }) => sum + alerts.size, 0);

  function memoryOf(cluster: string, nowMs: number): ClusterMemory {
    const memory = clusters.get(cluster) ?? { alerts: new Map(), tokens: MAX_TOKENS, refilledMs: nowMs };
    keepNewest(clusters, cluster, memory, MAX_CLUSTERS);
    return memory;
  }

  return {
    isNews(cluster, { alerts, isPartial }, nowMs) {
      const memory = memoryOf(cluster, nowMs);
      forgetExpired(memory, nowMs);
      return isPartial || alerts.some((alert) => isNewsAfter(memory.alerts.get(keyOf(alert)), alert));
    },
    spend(cluster, nowMs) {
      const memory = memoryOf(cluster, nowMs);
      memory.tokens = Math.min(MAX_TOKENS, memory.tokens + Math.max(0, nowMs - memory.refilledMs) / MS_PER_TOKEN);
      memory.refilledMs = nowMs;
      const isLeft = memory.tokens >= 1;
      if (isLeft) memory.tokens--;
      return isLeft;
    },
    remember(cluster, { alerts }, nowMs) {
      const memory = memoryOf(cluster, nowMs);
      for (const alert of alerts) {
        const key = keyOf(alert);
        memory.alerts.delete(key);
        memory.alerts.set(key, { state: alert.state, endsMs: alert.endsMs, seenMs: nowMs });
      }
      atMost += alerts.length;
      if (atMost <= MAX_ALERTS) return;
      while (size() > MAX_ALERTS) findLargest(clusters).alerts.clear();
      atMost = size();
    },
    size,
  };
}

// A sender moves the end of a firing alert ahead in each push. An end that moves back, whatever the sender's clock, means that the alert is
// over; where the last push was long ago, the end has passed, and the state itself differs.
function isNewsAfter(last: SeenAlert | undefined, { state, endsMs }: PushedAlert): boolean {
  return last === undefined || last.state !== state || endsMs < last.endsMs;
}

function forgetExpired({ alerts }: ClusterMemory, nowMs: number): void {
  for (const [key, { seenMs }] of alerts) {
    if (nowMs - seenMs < MEMORY_MS) return;
    alerts.delete(key);
  }
}

function findLargest(clusters: ReadonlyMap<string, ClusterMemory>): ClusterMemory {
  return [...clusters.values()].reduce((one, other) => (other.alerts.size > one.alerts.size ? other : one));
}
