import { isObject, isStringRecord, type JsonObject, parseJson } from "../core/json.ts";
import { parseTimeMs } from "../core/time.ts";

/** One alert that a sender names. It carries no truth: it only tells whether there is news. */
export type PushedAlert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "firing" | "resolved";
  /** When it began, as the sender writes it; empty where it does not say. */
  readonly start: string;
  /** When it ends or ended, in milliseconds since the epoch; Infinity where the sender does not say. */
  readonly endsMs: number;
};

/** `isPartial` where the sender names fewer alerts than it means, or none that can be read. */
export type Push = { readonly alerts: readonly PushedAlert[]; readonly isPartial: boolean };

export type WrongPush = "malformed" | "too-large";

// Prometheus sends 256 alerts at a time; a group of the Alertmanager may hold more, its `max_alerts` bounds it.
const MAX_ALERTS = 4_096;
// An alert has about twenty labels. Each of them is hashed, so what one push may cost is bounded here.
const MAX_LABELS_OF_ALERT = 256;
const MAX_LABELS = 32_768;
const DEEPEST = 16;

/**
 * Reads what Prometheus, and whoever speaks like it, sends to an Alertmanager: a list of alerts, where a firing one ends some minutes ahead.
 *
 * https://github.com/prometheus/alertmanager/blob/v0.28.1/api/v2/openapi.yaml
 */
export function parsePostedAlerts(text: string, nowMs: number): Push | WrongPush {
  const alerts = parsePushedAlerts(parseShallowJson(text), (item) => {
    const endsMs = endMs(item.endsAt);
    return { endsMs, state: endsMs <= nowMs ? "resolved" : "firing" };
  });
  return typeof alerts === "string" ? alerts : { alerts, isPartial: false };
}

/**
 * Reads an Alertmanager's webhook: a group of alerts, each with its state.
 *
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export function parseWebhook(text: string): Push | WrongPush {
  const group = parseShallowJson(text);
  if (!isObject(group)) return "malformed";
  const alerts = parsePushedAlerts(group.alerts, ({ status, endsAt }) =>
    status === "resolved" ? { state: status, endsMs: endMs(endsAt) } : { state: "firing", endsMs: Number.POSITIVE_INFINITY },
  );
  if (typeof alerts === "string") return alerts;
  return { alerts, isPartial: typeof group.truncatedAlerts === "number" && group.truncatedAlerts > 0 };
}

type Ending = Pick<PushedAlert, "state" | "endsMs">;

function parsePushedAlerts(list: unknown, endingOf: (item: JsonObject) => Ending): readonly PushedAlert[] | WrongPush {
  if (!Array.isArray(list)) return "malformed";
  if (list.length > MAX_ALERTS) return "too-large";
  let labelCount = 0;
  const alerts: PushedAlert[] = [];
  for (const item of list) {
    if (!isObject(item) || !isStringRecord(item.labels)) return "malformed";
    const { labels, startsAt } = item;
    const count = Object.keys(labels).length;
    labelCount += count;
    if (count > MAX_LABELS_OF_ALERT || labelCount > MAX_LABELS) return "too-large";
    alerts.push({ labels, start: typeof startsAt === "string" ? startsAt : "", ...endingOf(item) });
  }
  return alerts;
}

// Go writes a time that is not set as the first second of the year 1.
function endMs(text: unknown): number {
  const ms = parseTimeMs(text);
  return ms > 0 ? ms : Number.POSITIVE_INFINITY;
}

function parseShallowJson(text: string): unknown {
  return isTooDeep(text) ? undefined : parseJson(text);
}

const STEPS: Readonly<Record<string, number>> = { "[": 1, "{": 1, "]": -1, "}": -1 };

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length && depth <= DEEPEST; at++) {
    const character = text.charAt(at);
    if (character === '"') isText = !isText;
    else if (!isText) depth += STEPS[character] ?? 0;
    else if (character === "\\") at++;
  }
  return depth > DEEPEST;
}
