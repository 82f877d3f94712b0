// Tells from what servers stored whether a busy machine kept them from scraping or evaluating: then what a trial saw says nothing of the judge.

import type { Evaluator } from "./fault-matrix-servers.ts";

type Series = { readonly metric: { readonly __name__: string }; readonly values: readonly (readonly [atSeconds: number, value: string])[] };

// Scrapes are a second apart and end after one, evaluations are two apart: what waits three times as long counts as stalled.
const SCRAPES_S = 3;
const EVALUATIONS_S = 6;
const SCRAPE_TIMEOUT_S = 0.9;
const RAW = '{__name__=~"up|scrape_duration_seconds|ALERTS"}[2m]';

/** Whether each of these that answers has scraped and evaluated in time since then, in milliseconds since the epoch. */
export async function keptPace(evaluators: readonly Evaluator[], sinceMs: number): Promise<boolean> {
  const all = await Promise.all(evaluators.map((evaluator) => samplesOf(evaluator, sinceMs / 1_000)));
  return all.every((series) => !hasGap(series));
}

async function samplesOf({ url, headers = {}, samples = { url, headers } }: Evaluator, since: number): Promise<readonly Series[]> {
  try {
    const response = await fetch(`${samples.url}/api/v1/query?query=${encodeURIComponent(RAW)}`, { headers: samples.headers });
    const found: readonly Series[] = response.ok ? JSON.parse(await response.text()).data.result : [];
    return found.map(({ metric, values }) => ({ metric, values: values.filter(([at]) => at >= since) }));
  } catch {
    // One that was ended, as many situations ask for.
    return [];
  }
}

function hasGap(series: readonly Series[]): boolean {
  const named = (name: string) => series.filter(({ metric }) => metric.__name__ === name).map(({ values }) => values);
  // Alerts come and go: an evaluation is seen where there is any.
  const evaluated = named("ALERTS")
    .flat()
    .toSorted(([a], [b]) => a - b);
  return (
    named("up").some((values) => longestGap(values) > SCRAPES_S) ||
    longestGap(evaluated) > EVALUATIONS_S ||
    named("scrape_duration_seconds").some((values) => values.some(([, took]) => Number(took) > SCRAPE_TIMEOUT_S))
  );
}

function longestGap(values: Series["values"]): number {
  return Math.max(0, ...values.slice(1).map(([at], index) => at - values[index]![0]));
}
