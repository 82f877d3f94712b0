// What an Alertmanager does about the alerts of a source: silenced by a person, or inhibited by a worse alert.
import { UpstreamError } from "../errors.ts";
import { isObject, isStringRecord } from "../json.ts";
import type { Alert, Alerts } from "./alert.ts";

type Labels = Readonly<Record<string, string>>;
type Suppressed = Alert["suppressed"];
type Known = { readonly labels: Labels; readonly suppressed: Suppressed };

/** What becomes of the alerts with one set of label names, by the values of these labels. */
type Index = ReadonlyMap<string, Suppressed>;

/** The alerts of one name; an index is built when an alert with its label names is first asked about. */
type SameName = { readonly known: readonly Known[]; readonly indexes: Map<string, Index> };

/** The alerts of an Alertmanager by name, as far as some alert of that name is suppressed. */
export type Silences = ReadonlyMap<string, SameName>;

// Alerts of one name have the same few sets of labels. Beyond this, an alert counts as not suppressed: the cost stays linear, and it fires.
const MAX_INDEXES = 64;

/**
 * Reads the body of `GET /api/v2/alerts`; an {@link UpstreamError} `malformed` where it is none.
 *
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export function parseSilences(body: unknown): Silences {
  if (!Array.isArray(body)) throw malformed("is no list of alerts");
  const byName = Map.groupBy(body.map(parseKnown), ({ labels }) => labels.alertname ?? "");
  const isSuppressed = ({ suppressed }: Known) => suppressed !== undefined;
  return new Map([...byName].flatMap(([name, known]) => (known.some(isSuppressed) ? [[name, { known, indexes: new Map() }]] : [])));
}

/**
 * The same alerts, each marked that an Alertmanager knows as suppressed. Prometheus adds external labels on the way there, so an alert is
 * known by its own labels, whatever stands beside them; where several fit, all of them have to be suppressed. Only what carries the labels
 * `within` counts.
 */
export function withSilences<A extends Alerts>(alerts: A, silences: Silences, within: Labels = {}): A {
  if (silences.size === 0) return alerts;
  const mark = (alert: Alert) => withSuppression(alert, suppressionOf(alert, silences.get(alert.name), within));
  return { ...alerts, firing: new Map([...alerts.firing].map(([name, list]) => [name, list.map(mark)])) };
}

/** Whether all of these are silenced. What is only inhibited is not: something worse fires, and that is no reason to look away. */
export function isAllSilenced(alerts: readonly Alert[]): boolean {
  return alerts.every(({ suppressed }) => suppressed === "silenced");
}

/** The alert as a verdict names it: with what becomes of it, where that is so of all that fire. */
export function alertText(name: string, alerts: readonly Alert[]): string {
  if (isAllSilenced(alerts)) return `${name} (silenced)`;
  return alerts.every(({ suppressed }) => suppressed !== undefined) ? `${name} (inhibited)` : name;
}

function withSuppression(alert: Alert, suppressed: Suppressed): Alert {
  return suppressed === undefined ? alert : { ...alert, suppressed };
}

function suppressionOf({ labels }: Alert, sameName: SameName | undefined, within: Labels): Suppressed {
  if (sameName === undefined || !isCompatible(labels, within)) return undefined;
  const carried = { ...labels, ...within };
  const names = Object.keys(carried).sort();
  return indexOf(sameName, names)?.get(keyOf(carried, names));
}

function isCompatible(labels: Labels, within: Labels): boolean {
  return Object.entries(within).every(([name, value]) => (labels[name] ?? value) === value);
}

function indexOf({ known, indexes }: SameName, names: readonly string[]): Index | undefined {
  const key = JSON.stringify(names);
  const index = indexes.get(key) ?? (indexes.size < MAX_INDEXES ? buildIndex(known, names) : undefined);
  if (index !== undefined) indexes.set(key, index);
  return index;
}

function buildIndex(known: readonly Known[], names: readonly string[]): Index {
  const index = new Map<string, Suppressed>();
  for (const { labels, suppressed } of known) {
    if (!names.every((name) => labels[name] !== undefined)) continue;
    const key = keyOf(labels, names);
    index.set(key, index.has(key) ? lesser(index.get(key), suppressed) : suppressed);
  }
  return index;
}

// Of two alerts that fit: not suppressed wins, then inhibited, then silenced.
function lesser(one: Suppressed, other: Suppressed): Suppressed {
  if (one === undefined || other === undefined) return undefined;
  return one === other ? one : "inhibited";
}

function keyOf(labels: Labels, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => labels[name]));
}

function parseKnown(item: unknown): Known {
  const { labels, status } = isObject(item) ? item : {};
  if (!isStringRecord(labels) || !isObject(status)) throw malformed("holds an alert without labels or status");
  if (status.state !== "suppressed") return { labels, suppressed: undefined };
  return { labels, suppressed: Array.isArray(status.silencedBy) && status.silencedBy.length > 0 ? "silenced" : "inhibited" };
}

function malformed(what: string): UpstreamError {
  return new UpstreamError("malformed", `the answer of the Alertmanager ${what}`);
}
