// Parses the Alerts API of every Prometheus dialect, and never takes another body for "no alerts".

import { type Failure, type FailureDetails, UpstreamError } from "../errors.ts";
import { isObject, isStringRecord, valueAt } from "../json.ts";
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

/** An entry that is no alert in a known state; without a readable name it may be about any alert. */
export type OddEntry = {
  readonly name?: string;
  /** Its state, where that is what is not known. */
  readonly state?: string;
  /** Its labels, as far as they are text; undefined where none can be read. */
  readonly labels?: Labels;
  /** Whether some label is no text. */
  readonly isMutilated?: true;
};

/** The alerts of the names asked for, the entries with such a name that cannot be read, and the number of all other entries. */
export type Alerts = {
  readonly firing: ByName;
  readonly pending: ByName;
  readonly odd: readonly OddEntry[];
  readonly others: number;
  readonly warnings: readonly string[];
};

type State = "firing" | "pending";
type Entry = (OddEntry & { readonly was: "odd" }) | { readonly was: State; readonly alert: Alert };

// An entry beyond it is told without its name, so that it concerns every alert.
const MAX_ODD = 50;

/**
 * Parses the body of `GET /api/v1/alerts` as Prometheus, Thanos Query (`alerts: null`), Thanos Ruler (`Alerts`), Mimir and Amazon Managed
 * Prometheus write it. Anything else is an {@link UpstreamError} `malformed`, never "no alerts".
 *
 * https://prometheus.io/docs/prometheus/latest/querying/api/#alerts
 *
 * @param wanted the names of the alerts to keep; all where there is none
 */
export function parseAlerts(body: unknown, wanted?: ReadonlySet<string>): Alerts {
  const lists = { firing: new Map<string, Alert[]>(), pending: new Map<string, Alert[]>() };
  const odd: OddEntry[] = [];
  let others = 0;
  for (const item of alertList(body)) {
    const name = nameOf(item);
    if (name !== undefined && wanted?.has(name) === false) {
      others++;
      continue;
    }
    const entry = parseEntry(item, name);
    if (entry.was === "odd") addOdd(odd, entry);
    else addAlert(lists[entry.was], entry.alert);
  }
  return { ...lists, odd, others, warnings: parseWarnings(body) };
}

/** The number of alerts of several sources together: an alert that both of an HA pair return counts once. */
export function countAlerts(lists: readonly ByName[]): number {
  const alerts = lists.flatMap((list) => [...list.values()].flat());
  if (lists.length < 2) return alerts.length;
  return new Set(alerts.map(({ labels }) => JSON.stringify(Object.entries(labels).sort()))).size;
}

/** Indexes the alerts by the values of the labels `names`, so that a source that many clusters share is traversed once, not once a cluster. */
export function splitByLabels({ firing, pending, odd, ...rest }: Alerts, names: readonly string[]): (values: readonly string[]) => Alerts {
  const firingParts = splitAlerts(firing, names);
  const pendingParts = splitAlerts(pending, names);
  return (values) => {
    const key = JSON.stringify(values);
    return {
      ...rest,
      firing: firingParts.get(key) ?? new Map(),
      pending: pendingParts.get(key) ?? new Map(),
      odd: odd.filter((entry) => names.every((name, index) => mayCarry(entry, name, values[index]))),
    };
  };
}

// What of its labels cannot be read may be anything.
function mayCarry({ labels, isMutilated }: OddEntry, name: string, value: string | undefined): boolean {
  if (labels === undefined || (isMutilated && labels[name] === undefined)) return true;
  return labels[name] === value;
}

function splitAlerts(alerts: ByName, names: readonly string[]): Map<string, Map<string, Alert[]>> {
  const parts = new Map<string, Map<string, Alert[]>>();
  for (const alert of [...alerts.values()].flat()) {
    const key = JSON.stringify(names.map((name) => alert.labels[name]));
    const part = parts.get(key) ?? new Map<string, Alert[]>();
    addAlert(part, alert);
    parts.set(key, part);
  }
  return parts;
}

function addAlert(byName: Map<string, Alert[]>, alert: Alert): void {
  const sameName = byName.get(alert.name);
  if (sameName === undefined) byName.set(alert.name, [alert]);
  else sameName.push(alert);
}

function addOdd(odd: OddEntry[], { was: _, ...entry }: OddEntry & { readonly was: "odd" }): void {
  if (odd.length < MAX_ODD) odd.push(entry);
  else odd[MAX_ODD] = {};
}

function alertList(body: unknown): readonly unknown[] {
  const data = isObject(body) && body.status === "success" && isObject(body.data) ? body.data : {};
  const list = "alerts" in data ? data.alerts : data.Alerts;
  if (Array.isArray(list)) return list;
  if (list === null) return [];
  throw malformed("holds no list of alerts", body);
}

function nameOf(item: unknown): string | undefined {
  return isObject(item) && isObject(item.labels) ? text(item.labels.alertname) : undefined;
}

function parseEntry(item: unknown, name: string | undefined): Entry {
  const { state, labels, annotations, activeAt, value } = isObject(item) ? item : {};
  if (name === undefined) return { was: "odd", labels: textsOf(labels) };
  if (!isStringRecord(labels)) return { was: "odd", name, labels: textsOf(labels), isMutilated: true };
  if (state !== "firing" && state !== "pending") return { was: "odd", name, labels, state: stateText(state) };
  const alert = { name, labels, annotations: isStringRecord(annotations) ? annotations : {}, activeAt: text(activeAt), value: text(value) };
  return { was: state, alert };
}

function textsOf(labels: unknown): Labels | undefined {
  if (!isObject(labels)) return undefined;
  return Object.fromEntries(Object.entries(labels).filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

const MAX_STATE = 40;

// A longer one is not cut: of a secret, what is left would be shown.
function stateText(state: unknown): string {
  return typeof state === "string" && state.length <= MAX_STATE ? sanitize(state) : `of type ${typeof state}`;
}

// Every resource that the warnings leave unproven repeats them all.
const MAX_WARNINGS = 10;

function parseWarnings(body: unknown): readonly string[] {
  const warnings = [valueAt(body, ["warnings"]) ?? []].flat();
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
