// Builds pushes as senders write them, and as the receiver reads them.

import { hash } from "node:crypto";
import type { Push, PushedAlert } from "../../functions/receive/alerts.ts";
import { openPushMemory, type PushMemory } from "../../functions/receive/dedup.ts";

export const STARTED = "2026-01-01T00:00:00.000Z";
/** The clock of the tests: a minute after the alerts started. */
export const NOW_MS = Date.parse(STARTED) + 60_000;
const AHEAD = "2026-01-01T00:05:00.000Z";
export const UNSET = "0001-01-01T00:00:00Z";

type WireAlert = { labels?: unknown; startsAt?: unknown; endsAt?: unknown; status?: unknown };

/** An alert as Prometheus sends it; a firing one ends in four minutes. */
export function aPosted(name: string, more: WireAlert = {}) {
  return {
    labels: { alertname: name },
    annotations: {},
    startsAt: STARTED,
    endsAt: AHEAD,
    generatorURL: "http://prometheus/graph",
    ...more,
  };
}

/** A group as the Alertmanager's webhook sends it; alerts of it fire unless they say otherwise. */
export function aGroup(alerts: readonly unknown[], more: object = {}) {
  return {
    receiver: "alertstatus",
    status: "firing",
    alerts,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager",
    version: "4",
    groupKey: "{}:{}",
    truncatedAlerts: 0,
    ...more,
  };
}

export function inGroup(name: string, more: WireAlert = {}) {
  return { status: "firing", ...aPosted(name, { endsAt: UNSET, ...more }), fingerprint: "0123456789abcdef" };
}

/** An alert as the receiver reads it: a firing one that ends in four minutes. */
export function aPushed(name: string, more: Partial<PushedAlert> = {}): PushedAlert {
  return { labels: { alertname: name }, state: "firing", start: STARTED, endsMs: Date.parse(AHEAD), ...more };
}

export function aPush(...alerts: readonly PushedAlert[]): Push {
  return { alerts, isPartial: false };
}

export function aMemory(): PushMemory {
  return openPushMemory((text) => hash("sha256", text, "base64url"));
}
