// Finds how often the groups of rules behind a profile are evaluated, and at which moment of the interval: a replay does as they do.

import { isObject, type JsonObject, valueAt } from "../core/json.ts";
import type { NamedProfile } from "../core/profile/profile.ts";
import type { Evidence, RuleState } from "../core/prometheus/rule-health.ts";
import { GROUP_LABEL, WATCHDOG } from "../core/verdict/finding.ts";
import type { Ask } from "./fetch.ts";
import type { Grid } from "./grid.ts";
import type { Waits } from "./waits.ts";

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

/** How rules are evaluated: the shortest interval of the groups that hold them, in milliseconds, and the waits of each by its name. */
export type Evaluations = { readonly intervalMs?: number; readonly waits: ReadonlyMap<string, Waits> };

/** @param body of `GET /api/v1/rules` */
export function evaluationsIn(body: unknown, names: ReadonlySet<string>): Evaluations {
  const groups = listIn(valueAt(body, ["data", "groups"])).map((group) => ({ group, rules: listIn(group.rules).filter(isNamed) }));
  const own = groups.filter(({ rules }) => rules.length > 0);
  const seconds = own.flatMap(({ group: { interval } }) => (typeof interval === "number" && interval > 0 ? [interval] : []));
  const waits = new Map(own.flatMap(({ rules }) => rules.map((rule) => [String(rule.name), waitsOf(rule)] as const)));
  return { ...(seconds.length > 0 && { intervalMs: Math.min(...seconds) * 1_000 }), waits };

  function isNamed({ name }: JsonObject): boolean {
    return typeof name === "string" && names.has(name);
  }
}

// Prometheus writes keepFiringFor, vmalert keep_firing_for.
function waitsOf({ duration, keepFiringFor, keep_firing_for }: JsonObject): Waits {
  return { forMs: milliseconds(duration), keepFiringForMs: milliseconds(keepFiringFor ?? keep_firing_for) };
}

function milliseconds(seconds: unknown): number {
  return typeof seconds === "number" ? seconds * 1_000 : 0;
}

function listIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The label of the group in which a profile's own rules are computed. */
export const OWN_GROUP = { [GROUP_LABEL]: "replay" };

/** The group of a rule as its watchdog names it. */
export function groupIn(evidence: Evidence, name: string): string | undefined {
  const group = evidence.was === "asked" ? evidence.groups.find(({ rules }) => rules.has(name) && rules.has(WATCHDOG)) : undefined;
  return group?.rules.get(WATCHDOG)?.[0]?.labels[GROUP_LABEL];
}

const WORKING: RuleState = { health: "ok", labels: {} };

/** The rules of the profile as if they were loaded, in a group with a watchdog of its own; those of others as they are. */
export function ownEvidence(profile: NamedProfile, names: ReadonlySet<string>, now: Evidence): Evidence {
  if (now.was === "waived") return now;
  const others =
    now.was === "asked" ? now.groups.flatMap(({ rules }) => [...rules]).filter(([name]) => !names.has(name) && name !== WATCHDOG) : [];
  const own = [...names].map((name) => [name, [WORKING]] as const);
  const watchdog = [WATCHDOG, [{ ...WORKING, labels: OWN_GROUP }]] as const;
  const group = { name: profile.name, file: "replay", rules: new Map([...others, ...own, watchdog]) };
  return { was: "asked", groups: [group], ageMs: 0, skewMs: 0 };
}
