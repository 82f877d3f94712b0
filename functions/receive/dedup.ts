import { keepNewest } from "../core/bounded-map.ts";
import type { Push, PushedAlert } from "./alerts.ts";

/** What a process remembers of the pushes of each cluster: it saves work, and decides nothing. Times are milliseconds since the epoch. */
export type PushMemory = {
  /** Whether a push names anything that was not remembered, or too little to tell. */
  isNews(cluster: string, push: Push, nowMs: number): boolean;
  /** Spends one of the cluster's tokens; false where none is left. */
  spend(cluster: string, nowMs: number): boolean;
  remember(cluster: string, push: Push, nowMs: number): void;
  /** How many alerts are remembered. */
  size(): number;
};

type Seen = Pick<PushedAlert, "state" | "endsMs"> & { readonly seenMs: number };
type Known = { readonly alerts: Map<string, Seen>; tokens: number; refilledMs: number };

const REMEMBERED_MS = 600_000;
const BURST = 60;
const REFILL_MS = 1_000;
const MOST_CLUSTERS = 10_000;
const MOST_ALERTS = 50_000;

/** `digest` makes a short name of a long text. */
export function openPushMemory(digest: (text: string) => string): PushMemory {
  const clusters = new Map<string, Known>();
  const keyOf = ({ labels, start }: PushedAlert) => digest(JSON.stringify([start, Object.entries(labels).sort()]));
  const size = () => [...clusters.values()].reduce((sum, { alerts }) => sum + alerts.size, 0);

  function knownOf(cluster: string, nowMs: number): Known {
    const known = clusters.get(cluster) ?? { alerts: new Map(), tokens: BURST, refilledMs: nowMs };
    keepNewest(clusters, cluster, known, MOST_CLUSTERS);
    return known;
  }

  return {
    isNews(cluster, { alerts, isPartial }, nowMs) {
      const known = knownOf(cluster, nowMs);
      forgetOld(known, nowMs);
      return isPartial || alerts.some((alert) => isNewsAfter(known.alerts.get(keyOf(alert)), alert));
    },
    spend(cluster, nowMs) {
      const known = knownOf(cluster, nowMs);
      known.tokens = Math.min(BURST, known.tokens + Math.max(0, nowMs - known.refilledMs) / REFILL_MS);
      known.refilledMs = nowMs;
      const isLeft = known.tokens >= 1;
      if (isLeft) known.tokens--;
      return isLeft;
    },
    remember(cluster, { alerts }, nowMs) {
      const known = knownOf(cluster, nowMs);
      for (const alert of alerts) {
        const key = keyOf(alert);
        known.alerts.delete(key);
        known.alerts.set(key, { state: alert.state, endsMs: alert.endsMs, seenMs: nowMs });
      }
      while (size() > MOST_ALERTS) largest(clusters).alerts.clear();
    },
    size,
  };
}

// A firing alert's end moves ahead each time it is sent again. When it is over, that end comes nearer, whatever the sender's clock says;
// and where the last word was long ago, it has passed.
function isNewsAfter(seen: Seen | undefined, { state, endsMs }: PushedAlert): boolean {
  return seen === undefined || seen.state !== state || endsMs < seen.endsMs;
}

function forgetOld({ alerts }: Known, nowMs: number): void {
  for (const [key, { seenMs }] of alerts) {
    if (nowMs - seenMs < REMEMBERED_MS) return;
    alerts.delete(key);
  }
}

function largest(clusters: ReadonlyMap<string, Known>): Known {
  return [...clusters.values()].reduce((one, other) => (other.alerts.size > one.alerts.size ? other : one));
}
