// Finds at which moment of its interval each group of rules is evaluated, so that what is computed is computed at the same moments.

import { GROUP_LABEL, WATCHDOG } from "../core/verdict/finding.ts";
import type { Ask } from "./fetch.ts";
import type { Grid } from "./grid.ts";

/** By group, how long before each moment of a grid it was evaluated last, in milliseconds; none that is not recorded. */
export type Offsets = ReadonlyMap<string, number>;

/**
 * A group is evaluated at the same moment of each interval, whenever its evaluator starts: its watchdog bears that moment.
 *
 * https://github.com/prometheus/prometheus/blob/main/rules/group.go
 */
export async function askOffsets(ask: Ask, intervalMs: number, { fromMs, stepMs, count }: Grid): Promise<Offsets> {
  const atMs = fromMs + count * stepMs;
  const { series } = await ask({ query: `timestamp(ALERTS{alertname="${WATCHDOG}"})`, fromMs: atMs, toMs: atMs, stepMs });
  return new Map(
    series.flatMap(({ labels, values }) => {
      const [seconds] = values;
      const group = labels[GROUP_LABEL];
      if (seconds === undefined || group === undefined) return [];
      const sinceMs = (fromMs - Math.round(seconds * 1_000)) % intervalMs;
      return [[group, (sinceMs + intervalMs) % intervalMs] as const];
    }),
  );
}
