// Asks for a long range in parts that a source answers; a part that it refuses is told, and never filled.

import { type Code, UpstreamError } from "../core/errors.ts";
import type { Range, RangeSeries } from "../core/prometheus/range.ts";
import type { RangeQuestion } from "../io/prometheus/range.ts";
import { addMoment, type Grid, indexAt, type Run, timeAt } from "./grid.ts";

/** A source of ranges. */
export type Ask = (question: RangeQuestion) => Promise<Range>;

/** Moments that a source does not answer for, and why. */
export type Refused = { readonly run: Run; readonly why: string };

/** Where an expression has a value, for one set of labels. */
export type Presence = { readonly labels: Readonly<Record<string, string>>; readonly runs: readonly Run[] };

// Prometheus answers with at most 11,000 points, and a part is held in memory as a whole of a series: https://github.com/prometheus/prometheus/blob/main/web/api/v1/api.go
const MAX_POINTS = 5_000;
const MIN_POINTS = 60;
// Alerts about more things than a cluster has resources.
const MAX_SERIES = 20_000;
const SMALLER_FITS = new Set<Code>(["too-large", "timeout"]);
const HALF_MAY_FIT = new Set<Code>(["unavailable", "connection-reset", ...SMALLER_FITS]);

/** Where an expression has a value; a run goes on over the border of two parts. */
export async function fetchPresence(
  ask: Ask,
  query: string,
  grid: Grid,
): Promise<{ series: readonly Presence[]; refused: readonly Refused[] }> {
  const found = new Map<string, { labels: Presence["labels"]; runs: Run[] }>();
  const refused = await fetchParts(ask, query, grid, ({ labels, timesMs }) => {
    const key = JSON.stringify(Object.entries(labels).sort());
    const one = found.get(key) ?? { labels, runs: [] };
    found.set(key, one);
    if (found.size > MAX_SERIES) throw new UpstreamError("too-large", `there are more than ${MAX_SERIES} series of ${query}`);
    for (const ms of timesMs) addMoment(one.runs, indexAt(grid, ms));
  });
  return { series: [...found.values()], refused };
}

/** The values of an expression that has one series; NaN where it has none or several. */
export async function fetchValues(ask: Ask, query: string, grid: Grid): Promise<{ values: Float64Array; refused: readonly Refused[] }> {
  const values = new Float64Array(grid.count).fill(Number.NaN);
  const series = new Uint8Array(grid.count);
  const refused = await fetchParts(ask, query, grid, ({ timesMs, values: some }) => {
    timesMs.forEach((ms, at) => {
      const index = indexAt(grid, ms);
      values[index] = series[index] === 0 ? (some[at] ?? Number.NaN) : Number.NaN;
      series[index] = 1;
    });
  });
  return { values, refused };
}

async function fetchParts(ask: Ask, query: string, grid: Grid, take: (series: RangeSeries) => void): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  for (let from = 0; from < grid.count; from += MAX_POINTS)
    refused.push(...(await fetchPart({ ask, query, grid, take }, [from, Math.min(from + MAX_POINTS, grid.count)], HALF_MAY_FIT)));
  return refused;
}

type Job = { readonly ask: Ask; readonly query: string; readonly grid: Grid; readonly take: (series: RangeSeries) => void };

async function fetchPart(job: Job, run: Run, mayFit: ReadonlySet<Code>): Promise<readonly Refused[]> {
  const [from, to] = run;
  const answer = await askFor(job, run);
  if (!(answer instanceof UpstreamError)) {
    for (const one of answer.series) job.take(one);
    return answer.warnings.map((why) => ({ run, why }));
  }
  if (to - from <= MIN_POINTS || !mayFit.has(answer.code)) return [{ run, why: answer.why }];
  const middle = from + Math.floor((to - from) / 2);
  return [...(await fetchPart(job, [from, middle], SMALLER_FITS)), ...(await fetchPart(job, [middle, to], SMALLER_FITS))];
}

async function askFor({ ask, query, grid }: Job, [from, to]: Run): Promise<Range | UpstreamError> {
  try {
    return await ask({ query, fromMs: timeAt(grid, from), toMs: timeAt(grid, to - 1), stepMs: grid.stepMs });
  } catch (error) {
    if (!(error instanceof UpstreamError) || !HALF_MAY_FIT.has(error.code)) throw error;
    return error;
  }
}
