// The questions in PromQL with which a replay asks what was recorded.

import { durationText } from "../core/time.ts";

type Labels = Readonly<Record<string, string>> | undefined;

/** When the evaluator started, where a Prometheus scrapes itself; where there are several of them, none is believed. */
export const STARTED = "process_start_time_seconds and on (job, instance) prometheus_build_info";

/** When something was scraped last: between two scrapes and after the last one, `up` alone would go on for five minutes. */
export function lastScrape(labels: Labels): string {
  return `max(timestamp(up${selector(labels, [])}))`;
}

/** The alerts of these names as the evaluation of the last interval recorded them: what ended without a mark does not go on. */
export function recorded(names: readonly string[], labels: Labels, intervalMs: number): string {
  const matchers = [`alertname=~${JSON.stringify(anyOf(names))}`, 'alertstate=~"firing|pending"'];
  return `last_over_time(ALERTS${selector(labels, matchers)}[${durationText(intervalMs)}])`;
}

/** Where some group of rules was evaluated in the last interval, by Prometheus' own metrics. */
export function evaluated(intervalMs: number): string {
  return `max(prometheus_rule_group_last_evaluation_timestamp_seconds) > time() - ${(intervalMs * 2) / 1_000}`;
}

/** Where these metrics say that a condition of one of the types has a status. */
export function conditions(labels: Labels, metrics: readonly string[], types: readonly string[]): string {
  const matchers = [`__name__=~${JSON.stringify(anyOf(metrics))}`, `type=~${JSON.stringify(anyOf(types))}`];
  return `${selector(labels, matchers)} == 1`;
}

function anyOf(texts: readonly string[]): string {
  return texts.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
}

function selector(labels: Labels = {}, matchers: readonly string[]): string {
  const all = [...Object.entries(labels).map(([name, value]) => `${nameText(name)}=${JSON.stringify(value)}`), ...matchers];
  return all.length === 0 ? "" : `{${all.join(",")}}`;
}

// Names of other letters stand in quotes: https://prometheus.io/docs/guides/utf8/
function nameText(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : JSON.stringify(name);
}
