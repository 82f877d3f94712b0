// What one source remembers, as the alerts that it would have named at each step of a replay.

import type { Alert, Reading } from "../core/prometheus/alert.ts";
import type { Evidence, RuleGroup, RuleHealth } from "../core/prometheus/rule-health.ts";
import { WATCHDOG } from "../core/verdict/finding.ts";
import { type Era, erasOf, livesOf, MAX_MISSED_INTERVALS, type Signs, signsAt } from "./eras.ts";
import { addMoment, type Grid, gridAt, joined, marksOf, type Phase, type Run, runsAt, timeAt } from "./grid.ts";
import { holdsOf, type States, type Waits, waitFor } from "./waits.ts";

/** One alert: recorded where it was pending and firing, or computed from where its expression holds. */
export type PastAlert = {
  readonly alert: Alert;
  readonly waits: Waits;
} /** `group`: by its watchdog, the group of the rule behind it. */ & (
  | ({ readonly was: "recorded"; readonly group?: string } & States)
  | { readonly was: "computed"; readonly holds: readonly Run[] }
);

/** All that is asked of a source, on a grid of half steps. */
export type Recording = {
  readonly grid: Grid;
  readonly signs: Signs;
  /** By its watchdog, where each group was evaluated. */
  readonly evaluatedBy: ReadonlyMap<string, readonly Run[]>;
  /** The distance between two scrapes. */
  readonly everyMs: number | undefined;
  readonly alerts: readonly PastAlert[];
  /** Its rules; a start time in it says that the evaluator tells its own. */
  readonly evidence: Evidence;
  readonly isShared: boolean;
};

type State = "firing" | "pending";
export type Track = { readonly alert: Alert; readonly state: State; readonly runs: readonly Run[] };

/** What a source would have said on a grid of whole steps. */
export type Past = Pick<Recording, "evidence" | "isShared"> & {
  readonly grid: Grid;
  readonly eras: readonly Era[];
  readonly tracks: readonly Track[];
};

/** @param changed waits that take the place of those of every alert */
export function pastAt(recording: Recording, phase: Phase, changed: Partial<Waits> = {}): Past {
  const { everyMs, alerts, evidence, evaluatedBy, isShared } = recording;
  const grid = gridAt(recording.grid, phase);
  const signs = signsAt(recording.signs, phase);
  const eras = erasOf(grid, signs, everyMs);
  const stillMax = Math.ceil((MAX_MISSED_INTERVALS * signs.intervalMs) / grid.stepMs);
  const missedBy = (evaluated: readonly Run[]) => missedIn(grid, eras, evaluated, stillMax);
  const missed = {
    all: missedBy(signs.evaluated),
    byGroup: new Map([...evaluatedBy].map(([group, runs]) => [group, missedBy(runsAt(runs, phase))] as const)),
  };
  const tracks = alerts.flatMap((one): Track[] => {
    const { pending, firing } = statesOf(one, { grid, phase, eras, missed, changed });
    return [
      { alert: one.alert, state: "pending", runs: pending },
      { alert: one.alert, state: "firing", runs: firing },
    ];
  });
  return { grid, eras, tracks: tracks.filter(({ runs }) => runs.length > 0), evidence, isShared };
}

/** How far what was said goes on, by the moment at which evaluations begin to be missed. */
type Missed = ReadonlyMap<number, number>;
type Seen = {
  readonly grid: Grid;
  readonly phase: Phase;
  readonly eras: readonly Era[];
  readonly missed: { readonly all: Missed; readonly byGroup: ReadonlyMap<string, Missed> };
  readonly changed: Partial<Waits>;
};

function statesOf(one: PastAlert, { grid, phase, eras, missed, changed }: Seen): States {
  const isWatchdog = one.alert.name === WATCHDOG;
  const waits = isWatchdog ? one.waits : { ...one.waits, ...changed };
  if (one.was === "computed") return waitFor(runsAt(one.holds, phase), livesOf(eras), waits, grid.stepMs);
  const holes = missed.byGroup.get(one.group ?? "") ?? missed.all;
  const states = { pending: carriedOver(runsAt(one.pending, phase), holes), firing: carriedOver(runsAt(one.firing, phase), holes) };
  if (isWatchdog || Object.keys(changed).length === 0) return states;
  return waitFor(holdsOf(states, one.waits, grid.stepMs), livesOf(eras), waits, grid.stepMs);
}

// Evaluations that came late or not at all: what was said before stands for a while, as the Alerts API has it.
function missedIn({ count }: Grid, eras: readonly Era[], evaluated: readonly Run[], stillMax: number): Missed {
  const marks = marksOf(evaluated, count);
  const missed: Run[] = [];
  for (const { was, run } of eras)
    for (let index = run[0]; was === "evaluated" && index < run[1]; index++) if (marks[index] === 0) addMoment(missed, index);
  return new Map(missed.map(([from, to]) => [from, Math.min(to, from + stillMax)]));
}

function carriedOver(runs: readonly Run[], holes: Missed): readonly Run[] {
  return joined(runs.map(([from, to]) => [from, holes.get(to) ?? to] as const));
}

type Moment = { readonly era: Era; readonly index: number; readonly alerts: Pick<Read, State> };
type Read = Extract<Reading, { was: "read" }>;

const UNREADABLE: Reading = { was: "unreadable", code: "unavailable", message: "nothing is recorded", why: "nothing is recorded" };

// Any age that is long enough for every profile: one and the same, so that what follows from it is found out once.
const SETTLED_MS = 3_600_000;

/** What the source would have said at a moment. @param oldMs an age that raises no question */
export function readingAt({ grid, evidence, isShared }: Past, { era, index, alerts }: Moment, oldMs: number): Reading {
  if (era.was === "gap") return UNREADABLE;
  const ageMs = timeAt(grid, index) - era.startedMs;
  return {
    was: "read",
    ...alerts,
    odd: [],
    others: 0,
    warnings: [],
    evidence: evidenceAt(evidence, era, ageMs < oldMs ? ageMs : SETTLED_MS),
    isShared,
  };
}

const known = new WeakMap<Evidence, Map<string, Evidence>>();

// The same object for the same facts: what follows from it is found out once.
function evidenceAt(evidence: Evidence, { was }: Era, ageMs: number): Evidence {
  if (evidence.was !== "asked") return evidence;
  const byFacts = known.get(evidence) ?? new Map<string, Evidence>();
  known.set(evidence, byFacts);
  const key = `${was} ${ageMs}`;
  const found = byFacts.get(key) ?? {
    was: "asked",
    groups: evidence.groups.map((group) => withHealth(group, was)),
    skewMs: 0,
    ...(evidence.ageMs !== undefined && { ageMs }),
  };
  byFacts.set(key, found);
  return found;
}

// A rule that fails now is not known to have worked before.
function withHealth(group: RuleGroup, was: Era["was"]): RuleGroup {
  const healthThen = (now: RuleHealth): RuleHealth => {
    if (was === "stalled" || was === "not evaluated yet") return was;
    return now === "failing" || now === "of unknown health" ? now : "ok";
  };
  const rules = [...group.rules].map(([name, all]) => [name, all.map((rule) => ({ ...rule, health: healthThen(rule.health) }))] as const);
  return { ...group, rules: new Map(rules) };
}
