// Parses what Prometheus remembers: the answer of a range query, as numbers.

import { UpstreamError } from "../errors.ts";
import { isObject, isStringRecord } from "../json.ts";

/** One series of a range: its labels, and beside each time, in milliseconds since the epoch, its value. */
export type RangeSeries = {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
};

/** The series of a range; with `warnings`, which are as the server wrote them, some may be missing. */
export type Range = { readonly series: readonly RangeSeries[]; readonly warnings: readonly string[] };

/**
 * Parses the body of `GET /api/v1/query_range`; anything else is an {@link UpstreamError} `malformed`, never "no series".
 *
 * https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
 */
export function parseRange(body: unknown): Range {
  const data = isObject(body) && body.status === "success" && isObject(body.data) ? body.data : {};
  if (data.resultType !== "matrix" || !Array.isArray(data.result)) throw malformed("holds no series");
  const warnings = isObject(body) && Array.isArray(body.warnings) ? body.warnings.map(String) : [];
  return { series: data.result.map(parseSeries), warnings: warnings.filter(isOfServers) };
}

// What the query language itself remarks on is no sign of an answer with parts missing.
function isOfServers(warning: string): boolean {
  return !warning.startsWith("PromQL");
}

function parseSeries(item: unknown): RangeSeries {
  const { metric, values } = isObject(item) ? item : {};
  if (!isStringRecord(metric) || !Array.isArray(values)) throw malformed("holds a series without labels or values");
  const series = { labels: metric, timesMs: new Float64Array(values.length), values: new Float64Array(values.length) };
  values.forEach((pair: unknown, at) => {
    const [seconds, value] = Array.isArray(pair) ? pair : [];
    if (typeof seconds !== "number" || typeof value !== "string") throw malformed("holds a sample that is none");
    series.timesMs[at] = Math.round(seconds * 1_000);
    series.values[at] = Number(value);
  });
  return series;
}

function malformed(what: string): UpstreamError {
  return new UpstreamError("malformed", `the answer of the query API ${what}`);
}
