// Parses what senders push, within bounds: the alerts that Prometheus posts, and the webhook of an Alertmanager.

import { isObject, isStringRecord, type JsonObject, parseJson } from "../core/json.ts";
import { parseTimeMs } from "../core/time.ts";

/** One alert of a push. No verdict depends on it: it only decides whether the push is news. */
export type PushedAlert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "firing" | "resolved";
  /** When it began, as the sender writes it; empty where the sender omits it. */
  readonly start: string;
  /** When it ends or ended, in milliseconds since the epoch; Infinity where the sender omits it. */
  readonly endsMs: number;
};

/** `isPartial`: there are more alerts than the push names, or its alerts cannot be parsed. */
export type Push = { readonly alerts: readonly PushedAlert[]; readonly isPartial: boolean };

export type InvalidPush = "malformed" | "too-large";

// Prometheus posts at most 256 alerts at a time. A group of the Alertmanager may hold more, up to the `max_alerts` of its receiver.
const MAX_ALERTS = 4_096;
// An alert has about twenty labels. Each label is hashed, so these limits bound the CPU that one push costs.
const MAX_LABELS_PER_ALERT = 256;
const MAX_LABELS = 32_768;
const MAX_DEPTH = 16;

/**
 * Parses the list of alerts that Prometheus, or a compatible evaluator, posts to an Alertmanager: a firing alert ends some minutes ahead.
 *
 * https://github.com/prometheus/alertmanager/blob/v0.28.1/api/v2/openapi.yaml
 */
export function parsePostedAlerts(text: string, nowMs: number): Push | InvalidPush {
  const alerts = parsePushedAlerts(parseShallowJson(text), (item) => {
    const endsMs = endMs(item.endsAt);
    return { endsMs, state: endsMs <= nowMs ? "resolved" : "firing" };
  });
  return typeof alerts === "string" ? alerts : { alerts, isPartial: false };
}

/**
 * Parses the webhook of an Alertmanager: a group of alerts, each with its state.
 *
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export function parseWebhook(text: string): Push | InvalidPush {
  const group = parseShallowJson(text);
  if (!isObject(group)) return "malformed";
  const alerts = parsePushedAlerts(group.alerts, ({ status, endsAt }) =>
    status === "resolved" ? { state: status, endsMs: endMs(endsAt) } : { state: "firing", endsMs: Number.POSITIVE_INFINITY },
  );
  if (typeof alerts === "string") return alerts;
  return { alerts, isPartial: typeof group.truncatedAlerts === "number" && group.truncatedAlerts > 0 };
}

type Ending = Pick<PushedAlert, "state" | "endsMs">;

function parsePushedAlerts(list: unknown, toEnding: (item: JsonObject) => Ending): readonly PushedAlert[] | InvalidPush {
  if (!Array.isArray(list)) return "malformed";
  if (list.length > MAX_ALERTS) return "too-large";
  let labelCount = 0;
  const alerts: PushedAlert[] = [];
  for (const item of list) {
    if (!isObject(item) || !isStringRecord(item.labels)) return "malformed";
    const { labels, startsAt } = item;
    const count = Object.keys(labels).length;
    labelCount += count;
    if (count > MAX_LABELS_PER_ALERT || labelCount > MAX_LABELS) return "too-large";
    alerts.push({ labels, start: typeof startsAt === "string" ? startsAt : "", ...toEnding(item) });
  }
  return alerts;
}

// Go writes an unset time as the first second of the year 1.
function endMs(text: unknown): number {
  const ms = parseTimeMs(text);
  return ms > 0 ? ms : Number.POSITIVE_INFINITY;
}

function parseShallowJson(text: string): unknown {
  return isTooDeep(text) ? undefined : parseJson(text);
}

const DEPTH_CHANGES: Readonly<Record<string, number>> = { "[": 1, "{": 1, "]": -1, "}": -1 };

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length && depth <= MAX_DEPTH; at++) {
    const character = text.charAt(at);
    if (character === '"') isInString = !isInString;
    else if (!isInString) depth += DEPTH_CHANGES[character] ?? 0;
    else if (character === "\\") at++;
  }
  return depth > MAX_DEPTH;
}
