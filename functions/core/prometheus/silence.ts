import { UpstreamError } from "../errors.ts";
import { isObject, isStringRecord } from "../json.ts";
import type { Alert, Alerts } from "./alert.ts";

type Labels = Readonly<Record<string, string>>;
type Known = { readonly labels: Labels; readonly suppressed?: Alert["suppressed"] };

/** The alerts of an Alertmanager by name, as far as some alert of that name is suppressed. */
export type Silences = ReadonlyMap<string, readonly Known[]>;

/**
 * Reads the body of `GET /api/v2/alerts`; an {@link UpstreamError} `malformed` where it is none.
 *
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export function parseSilences(body: unknown): Silences {
  if (!Array.isArray(body)) throw malformed("is no list of alerts");
  const alerts = body.map(parseKnown);
  const suppressed = new Set(alerts.filter((alert) => alert.suppressed !== undefined).map(({ labels }) => nameIn(labels)));
  return Map.groupBy(
    alerts.filter(({ labels }) => suppressed.has(nameIn(labels))),
    ({ labels }) => nameIn(labels),
  );
}

/**
 * The same alerts, each marked that an Alertmanager knows as suppressed. Prometheus adds external labels on the way there, so an alert is
 * known by its own labels, whatever stands beside them; where several fit, all of them have to be suppressed. Only what carries the labels
 * `within` counts.
 */
export function withSilences<A extends Alerts>(alerts: A, silences: Silences, within: Labels = {}): A {
  if (silences.size === 0) return alerts;
  const mark = (alert: Alert) => marked(alert, silences.get(alert.name) ?? [], within);
  return { ...alerts, firing: new Map([...alerts.firing].map(([name, list]) => [name, list.map(mark)])) };
}

/** Whether somebody has silenced all of these. What is only inhibited is not: something worse fires, and that is no reason to look away. */
export function isAllSilenced(alerts: readonly Alert[]): boolean {
  return alerts.every(({ suppressed }) => suppressed === "silenced");
}

/** The alert as a verdict names it: with what becomes of it, where that is so of all that fire. */
export function alertText(name: string, alerts: readonly Alert[]): string {
  if (isAllSilenced(alerts)) return `${name} (silenced)`;
  return alerts.every(({ suppressed }) => suppressed !== undefined) ? `${name} (inhibited)` : name;
}

function marked(alert: Alert, sameName: readonly Known[], within: Labels): Alert {
  const fitting = sameName.filter(({ labels }) => carries(labels, alert.labels) && carries(labels, within));
  const isSuppressed = fitting.length > 0 && fitting.every(({ suppressed }) => suppressed !== undefined);
  if (!isSuppressed) return alert;
  return { ...alert, suppressed: isAllSilenced(fitting.map(({ suppressed }) => ({ ...alert, suppressed }))) ? "silenced" : "inhibited" };
}

function carries(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

function parseKnown(item: unknown): Known {
  const { labels, status } = isObject(item) ? item : {};
  if (!isStringRecord(labels) || !isObject(status)) throw malformed("holds an alert without labels or status");
  if (status.state !== "suppressed") return { labels };
  return { labels, suppressed: Array.isArray(status.silencedBy) && status.silencedBy.length > 0 ? "silenced" : "inhibited" };
}

function nameIn({ alertname = "" }: Labels): string {
  return alertname;
}

function malformed(what: string): UpstreamError {
  return new UpstreamError("malformed", `the answer of the Alertmanager ${what}`);
}
