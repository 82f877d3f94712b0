// Finds how often the groups of rules behind a profile are evaluated, and at which moment of the interval: a replay does as they do.

import { isObject, valueAt } from "../core/json.ts";
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

/** The shortest interval of the groups that hold some of the rules, in milliseconds; undefined where no group does. */
export function intervalIn(rulesBody: unknown, names: ReadonlySet<string>): number | undefined {
  const groups = valueAt(rulesBody, ["data", "groups"]);
  const own = Array.isArray(groups) ? groups.filter(isObject).filter(({ rules }) => Array.isArray(rules) && rules.some(isNamed)) : [];
  const seconds = own.flatMap(({ interval }) => (typeof interval === "number" && interval > 0 ? [interval] : []));
  return seconds.length === 0 ? undefined : Math.min(...seconds) * 1_000;

  function isNamed(rule: unknown): boolean {
    return isObject(rule) && typeof rule.name === "string" && names.has(rule.name);
  }
}
