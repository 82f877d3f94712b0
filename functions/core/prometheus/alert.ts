// Parses the Alerts API of every Prometheus dialect, and never takes another body for "no alerts".

import { type Failure, type FailureDetails, UpstreamError } from "../errors.ts";
import { isObject, isStringRecord } from "../json.ts";
import { sanitize } from "../text.ts";
import type { Evidence } from "./rule-health.ts";

type Labels = Readonly<Record<string, string>>;

/** One alert of the Alerts API. `value` is a string there (`"1e+00"`, `"+Inf"`), `activeAt` RFC 3339. */
export type Alert = {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly activeAt?: string;
  readonly value?: string;
  /** What the Alertmanager does about it, where the source has one: a silence mutes it, or a worse alert inhibits it. */
  readonly suppressed?: "silenced" | "inhibited";
};

type ByName = ReadonlyMap<string, readonly Alert[]>;

/** The answer of one source. With `warnings` it is partial: the alerts in it fire, and others may fire too. */
export type Reading =
  | (Alerts & {
      readonly was: "read";
      readonly evidence: Evidence;
      /** Whether the source serves other clusters too, whose alerts are left out here. */
      readonly isShared: boolean;
      /** Why the Alertmanager could not be read: then no alert counts as silenced. */
      readonly silencesUnreadable?: Failure;
    })
  | (FailureDetails & { readonly was: "unreadable" });

export type Alerts = { readonly firing: ByName; readonly pending: ByName; readonly warnings: readonly string[] };

/**
 * Parses the body of `GET /api/v1/alerts` as Prometheus, Thanos Query (`alerts: null`), Thanos Ruler (`Alerts`), Mimir and Amazon Managed
 * Prometheus write it. Anything else is an {@link UpstreamError} `malformed`, never "no alerts".
 *
 * https://prometheus.io/docs/prometheus/latest/querying/api/#alerts
 */
export function parseAlerts(body: unknown): Alerts {
  const firing = new Map<string, Alert[]>();
  const pending = new Map<string, Alert[]>();
  for (const item of alertList(body)) {
    const [state, alert] = parseAlert(item);
    const list = state === "firing" ? firing : pending;
    const sameName = list.get(alert.name);
    if (sameName === undefined) list.set(alert.name, [alert]);
    else sameName.push(alert);
  }
  return { firing, pending, warnings: parseWarnings(body) };
}

/** The number of alerts of several sources together: an alert that both of an HA pair return counts once. */
export function countAlerts(lists: readonly ByName[]): number {
  const [first, ...others] = lists.map((alerts) => [...alerts.values()].flat());
  if (others.length === 0) return first?.length ?? 0;
  return new Set([first ?? [], ...others].flat().map(({ labels }) => JSON.stringify(Object.entries(labels).sort()))).size;
}

/** Indexes the alerts by the values of the labels `names`, so that a source that many clusters share is traversed once, not once a cluster. */
export function splitByLabels({ firing, pending, warnings }: Alerts, names: readonly string[]): (values: readonly string[]) => Alerts {
  const firingParts = splitAlerts(firing, names);
  const pendingParts = splitAlerts(pending, names);
  return (values) => {
    const key = JSON.stringify(values);
    return { firing: firingParts.get(key) ?? new Map(), pending: pendingParts.get(key) ?? new Map(), warnings };
  };
}

function splitAlerts(alerts: ByName, names: readonly string[]): Map<string, Map<string, Alert[]>> {
  const parts = new Map<string, Map<string, Alert[]>>();
  for (const alert of [...alerts.values()].flat()) {
    const key = JSON.stringify(names.map((name) => alert.labels[name]));
    const part = parts.get(key) ?? new Map<string, Alert[]>();
    const sameName = part.get(alert.name) ?? [];
    sameName.push(alert);
    parts.set(key, part.set(alert.name, sameName));
  }
  return parts;
}

function alertList(body: unknown): readonly unknown[] {
  const data = isObject(body) && body.status === "success" && isObject(body.data) ? body.data : {};
  const list = "alerts" in data ? data.alerts : data.Alerts;
  if (Array.isArray(list)) return list;
  if (list === null) return [];
  throw malformed("holds no list of alerts", body);
}

function parseAlert(item: unknown): ["firing" | "pending", Alert] {
  if (!isObject(item) || !isStringRecord(item.labels)) throw malformed("holds an alert without labels", item);
  const { state, labels, annotations } = item;
  const name = labels.alertname;
  if (name === undefined) throw malformed("holds an alert without the label alertname", item);
  if (state !== "firing" && state !== "pending") throw malformed("holds an alert that is neither firing nor pending", item);
  return [
    state,
    { name, labels, annotations: isStringRecord(annotations) ? annotations : {}, activeAt: text(item.activeAt), value: text(item.value) },
  ];
}

// Every resource that the warnings leave unproven repeats them all.
const MAX_WARNINGS = 10;

function parseWarnings(body: unknown): readonly string[] {
  const warnings = isObject(body) ? [body.warnings ?? []].flat() : [];
  const first = warnings.slice(0, MAX_WARNINGS).map((warning) => (typeof warning === "string" ? sanitize(warning) : "not a string"));
  return warnings.length > first.length ? [...first, `${warnings.length - first.length} more`] : first;
}

function malformed(what: string, body: unknown): UpstreamError {
  return new UpstreamError("malformed", `the answer of the Alerts API ${what}: ${describeShape(body)}`);
}

function describeShape(value: unknown): string {
  if (!isObject(value)) return value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return `an object with ${sanitize(Object.keys(value).join(", "), 80) || "no keys"}`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
