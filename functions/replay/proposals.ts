// Tries other waits on the same past, and proposes those that make a condition calmer, with what they cost.

import type { NamedProfile } from "../core/profile/profile.ts";
import { durationText, parseDurationMs } from "../core/time.ts";
import { transitionsIn, within } from "./figures.ts";
import type { Grid, Run } from "./grid.ts";
import type { Origin } from "./record.ts";
import type { Timeline } from "./timeline.ts";
import type { Waits } from "./waits.ts";

/** Another wait for all rules of a profile, and its effect on all resources together: transitions, and milliseconds that are `False`. */
export type Proposal = {
  readonly field: "for" | "keepFiringFor";
  readonly value: string;
  readonly transitions: { readonly before: number; readonly after: number };
  readonly falseMs: { readonly before: number; readonly after: number };
};

type Trial = {
  readonly profile: NamedProfile;
  readonly origin: Origin;
  readonly grid: Grid;
  readonly whole: Run;
  readonly timelines: readonly Timeline[];
  readonly replay: (changed: Partial<Waits>) => readonly Timeline[];
};

const VALUES = ["5m", "10m", "30m"];
/** What a rule keeps firing for where its profile does not say. */
export const KEEP_FIRING_FOR = "2m";
// Fewer are no noise.
const MIN_TRANSITIONS = 4;
const WORTH_IT = 0.7;

/** For each wait the smallest value that takes half of the transitions away, or else the best that takes a third. */
export function proposalsFor({ profile, origin, grid, whole, timelines, replay }: Trial): readonly Proposal[] {
  const before = effectOf(grid, whole, timelines);
  if (before.transitions < MIN_TRANSITIONS) return [];
  const { keepFiringFor = KEEP_FIRING_FOR, for: wait } = profile.rules;
  const knobs = [
    { field: "keepFiringFor", key: "keepFiringForMs", now: keepFiringFor },
    // What was pending for a shorter time than before left its trace; whether it would have lasted longer is known from the expression alone.
    ...(origin === "expr" ? ([{ field: "for", key: "forMs", now: wait }] as const) : []),
  ] as const;
  return knobs.flatMap(({ field, key, now }) => {
    const values = VALUES.filter((value) => parseDurationMs(value) > parseDurationMs(now));
    const best = bestOf(values, (value) => effectOf(grid, whole, replay({ [key]: parseDurationMs(value) })), before.transitions);
    if (best === undefined) return [];
    const { value, after } = best;
    return [
      {
        field,
        value: durationText(parseDurationMs(value)),
        transitions: { before: before.transitions, after: after.transitions },
        falseMs: { before: before.falseMs, after: after.falseMs },
      },
    ];
  });
}

type Effect = { readonly transitions: number; readonly falseMs: number };
type Tried = { readonly value: string; readonly after: Effect };

function bestOf(values: readonly string[], effect: (value: string) => Effect, before: number): Tried | undefined {
  let calmest: Tried | undefined;
  for (const value of values) {
    const tried = { value, after: effect(value) };
    if (tried.after.transitions <= before / 2) return tried;
    if (tried.after.transitions < (calmest?.after.transitions ?? before * WORTH_IT)) calmest = tried;
  }
  return calmest;
}

function effectOf(grid: Grid, whole: Run, timelines: readonly Timeline[]): Effect {
  const all = timelines.map(({ spans }) => within(spans, whole));
  const falseMs = all.flat().reduce((sum, { status, run: [from, to] }) => sum + (status === "False" ? (to - from) * grid.stepMs : 0), 0);
  return { transitions: all.reduce((sum, spans) => sum + transitionsIn(grid, spans).length, 0), falseMs };
}
