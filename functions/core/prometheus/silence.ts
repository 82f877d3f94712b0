// Marks the alerts of a source that its Alertmanager has silenced, or inhibits because of a worse alert.

import { UpstreamError } from "../errors.ts";
import { isObject, isStringRecord } from "../json.ts";
import type { Alert, Alerts } from "./alert.ts";

type Labels = Readonly<Record<string, string>>;
type Suppressed = Alert["suppressed"];
type AlertmanagerAlert = { readonly labels: Labels; readonly suppressed: Suppressed };

/** The suppression of the alerts with one set of label names, by the values of these labels. */
type Index = ReadonlyMap<string, Suppressed>;

/** The alerts of one name; each index is built when the first alert with its label names is looked up. */
type SameName = { readonly alerts: readonly AlertmanagerAlert[]; readonly indexes: Map<string, Index> };

/** The alerts of an Alertmanager by name, for the names with at least one suppressed alert. */
export type Silences = ReadonlyMap<string, SameName>;

// Alerts of one name have few sets of label names. An alert beyond the limit fires as not suppressed, so that the cost stays linear.
const MAX_INDEXES = 64;

/**
 * Parses the body of `GET /api/v2/alerts`; an {@link UpstreamError} `malformed` where it is not one.
 *
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export function parseSilences(body: unknown): Silences {
  if (!Array.isArray(body)) throw malformed("is no list of alerts");
  const byName = Map.groupBy(body.map(parseAlert), ({ labels }) => labels.alertname ?? "");
  const isSuppressed = ({ suppressed }: AlertmanagerAlert) => suppressed !== undefined;
  return new Map([...byName].flatMap(([name, alerts]) => (alerts.some(isSuppressed) ? [[name, { alerts, indexes: new Map() }]] : [])));
}

/**
 * The same alerts, with those marked that the Alertmanager suppresses. Prometheus adds external labels to what it sends there, so an alert
 * matches by its own labels, whatever other labels it has there; where several match, all of them must be suppressed. Only alerts with the
 * labels `within` count.
 */
export function withSilences<A extends Alerts>(alerts: A, silences: Silences, within: Labels = {}): A {
  if (silences.size === 0) return alerts;
  const mark = (alert: Alert) => ({ ...alert, suppressed: suppressionOf(alert, silences.get(alert.name), within) });
  return { ...alerts, firing: new Map([...alerts.firing].map(([name, list]) => [name, list.map(mark)])) };
}

/** Whether all alerts are silenced. An inhibited alert is not: a worse one fires in its place. */
export function isAllSilenced(alerts: readonly Alert[]): boolean {
  return alerts.every(({ suppressed }) => suppressed === "silenced");
}

/** The alert as a verdict names it, with its suppression where all that fire are suppressed. */
export function alertText(name: string, alerts: readonly Alert[]): string {
  if (isAllSilenced(alerts)) return `${name} (silenced)`;
  return alerts.every(({ suppressed }) => suppressed !== undefined) ? `${name} (inhibited)` : name;
}

function suppressionOf({ labels }: Alert, sameName: SameName | undefined, within: Labels): Suppressed {
  if (sameName === undefined || !isCompatible(labels, within)) return undefined;
  const required = { ...labels, ...within };
  const names = Object.keys(required);
  return indexOf(sameName, names)?.get(keyOf(required, names));
}

function isCompatible(labels: Labels, within: Labels): boolean {
  return Object.entries(within).every(([name, value]) => (labels[name] ?? value) === value);
}

function indexOf({ alerts, indexes }: SameName, names: readonly string[]): Index | undefined {
  const key = JSON.stringify(names);
  if (!indexes.has(key) && indexes.size < MAX_INDEXES) indexes.set(key, buildIndex(alerts, names));
  return indexes.get(key);
}

function buildIndex(alerts: readonly AlertmanagerAlert[], names: readonly string[]): Index {
  const index = new Map<string, Suppressed>();
  for (const { labels, suppressed } of alerts) {
    const key = keyOf(labels, names);
    index.set(key, index.has(key) ? weaker(index.get(key), suppressed) : suppressed);
  }
  return index;
}

// Of two matching alerts, one that is not suppressed wins over an inhibited one, and that over a silenced one.
function weaker(one: Suppressed, other: Suppressed): Suppressed {
  if (one === undefined || other === undefined) return undefined;
  return one === other ? one : "inhibited";
}

function keyOf(labels: Labels, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => labels[name]));
}

function parseAlert(item: unknown): AlertmanagerAlert {
  const { labels, status } = isObject(item) ? item : {};
  if (!isStringRecord(labels) || !isObject(status)) throw malformed("holds an alert without labels or status");
  if (status.state !== "suppressed") return { labels, suppressed: undefined };
  return { labels, suppressed: Array.isArray(status.silencedBy) && status.silencedBy.length > 0 ? "silenced" : "inhibited" };
}

function malformed(what: string): UpstreamError {
  return new UpstreamError("malformed", `the answer of the Alertmanager ${what}`);
}
