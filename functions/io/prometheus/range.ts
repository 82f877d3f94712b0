// What a replay asks a source: the values of an expression over a stretch of the past.

import { parseRange, type Range } from "../../core/prometheus/range.ts";
import { redact, sanitize } from "../../core/text.ts";
import type { Client } from "../http/client.ts";
import { ask } from "./prometheus.ts";

/** An expression at each step from `fromMs` to `toMs`, both included, in milliseconds since the epoch. */
export type RangeQuestion = { readonly query: string; readonly fromMs: number; readonly toMs: number; readonly stepMs: number };

/** Asks for a range; an {@link UpstreamError} where the source does not answer. What a cache of VictoriaMetrics remembers may be older than the data. */
export async function readRange(client: Client, prefix: string, { query, fromMs, toMs, stepMs }: RangeQuestion): Promise<Range> {
  const [start, end, step] = [fromMs, toMs, stepMs].map((ms) => String(ms / 1_000));
  const words = `query=${encodeURIComponent(query.toWellFormed())}&start=${start}&end=${end}&step=${step}&nocache=1`;
  const { body, secrets } = await ask(client, `${prefix}/api/v1/query_range?${words}`);
  const { series, warnings } = parseRange(body);
  return { series, warnings: warnings.map((warning) => sanitize(redact(warning, secrets))) };
}
