// Replays one profile over the recordings of a cluster's sources, and tells how far its answers can be trusted.

import type { Resource } from "../core/kubernetes/resource.ts";
import type { NamedProfile } from "../core/profile/profile.ts";
import { isJudged } from "../core/profile/profile.ts";
import { parseDurationMs } from "../core/time.ts";

import { type Against, askConditions, atPhase, conditionsIn, knownIn, type PastConditions, storedOf, typesOf } from "./conditions.ts";
import { type Disagreement, disagreementsOf, type Figures, figuresOf, transitionsIn, within } from "./figures.ts";
import { clipped, type Grid, indexAt, joined, type Phase, type Run, timeAt } from "./grid.ts";
import { type Past, pastAt, type Recording } from "./past.ts";
import { KEEP_FIRING_FOR, type Proposal, proposalsFor } from "./proposals.ts";
import { type Origin, type PastSource, recordSource } from "./record.ts";
import { type Span, type Stand, type Timeline, timelinesOf } from "./timeline.ts";
import type { Waits } from "./waits.ts";

/** What a replay covers, in milliseconds since the epoch. */
export type Stretch = { readonly sinceMs: number; readonly untilMs: number; readonly stepMs: number };

/** What would have been said of one resource. */
export type ResourceReplay = Figures & {
  readonly resource: Resource;
  /** What stood when the stretch began. */
  readonly standing?: Span;
  readonly spans: readonly Span[];
  readonly skipped?: Timeline["skipped"];
  /** Where the other profile would have said something else, or what stood said it. */
  readonly against?: readonly Disagreement[];
  /** For how long it is known what stood, in milliseconds. */
  readonly storedMs?: number;
  /** For how long it is known how its gates were, in milliseconds; undefined where there are none. */
  readonly gatesMs?: number;
  /** Where what is computed is not what was recorded. */
  readonly error?: readonly Disagreement[];
};

type Gap = { readonly fromMs: number; readonly ms: number; readonly why: string };

export type ProfileReplay = {
  readonly profile: NamedProfile;
  readonly grid: Grid;
  /** How long the replay ran before its stretch, so that what waits had begun to. */
  readonly warmUpMs: number;
  /** Since when the source remembers anything; undefined where it remembers the whole stretch. */
  readonly remembersFromMs?: number;
  readonly gaps: readonly Gap[];
  readonly unanswered: readonly string[];
  /** Whether some evaluation left a trace. */
  readonly isEvaluated: boolean;
  readonly resources: readonly ResourceReplay[];
  readonly proposals: readonly Proposal[];
  /** How much of the stretch can be held against what was recorded, in milliseconds. */
  readonly comparableMs?: number;
};

export type ProfileQuestion = {
  readonly profile: NamedProfile;
  readonly against: Against | undefined;
  /** All of the cluster, as they are now. */
  readonly resources: readonly Resource[];
  readonly isReplayed: (resource: Resource) => boolean;
  readonly sources: readonly PastSource[];
  readonly origin: Origin;
  readonly stretch: Stretch;
};

export async function replayProfile(asked: ProfileQuestion): Promise<ProfileReplay> {
  const { profile, against, sources, origin, stretch } = asked;
  const warmUpMs = Math.ceil(waitOf(profile) / stretch.stepMs) * stretch.stepMs;
  const grid = halfStepsOf(stretch, warmUpMs);
  const record = (one: NamedProfile, from: Origin) => Promise.all(sources.map((source) => recordSource(source, one, grid, from)));
  const { conditions, unanswered } = await askConditions(sources, typesOf(profile, against), grid);
  const question: Question = { ...asked, conditions };
  const recordings = await record(profile, origin);
  const own = viewOf(question, profile, recordings, 0);
  const whole: Run = [indexAt(own.grid, stretch.sinceMs), own.grid.count];
  const recorded = origin === "expr" ? viewOf(question, profile, await record(profile, "alerts"), 0) : undefined;
  const views: Views = {
    whole,
    own,
    shifted: viewOf(question, profile, recordings, 1),
    against: against && "flows" in against ? viewOf(question, against, await record(against, origin), 0) : undefined,
    stored: against && "stored" in against ? storedOf(profile, [conditionsIn(against.stored, grid), question.conditions]) : undefined,
    gates: profile.gates.map(({ condition }) => condition),
    gatesOf: atPhase(question.conditions, 0),
    recorded,
    evaluated: evaluatedIn(own.pasts, whole),
    comparable: recorded ? evaluatedIn(recorded.pasts, whole) : [],
  };
  const replay = (changed: Partial<Waits>) => viewOf(question, profile, recordings, 0, changed).timelines;
  return {
    profile,
    grid: own.grid,
    warmUpMs,
    ...retentionOf(own, whole),
    gaps: gapsIn(own, whole),
    unanswered,
    isEvaluated: views.evaluated.length > 0,
    resources: own.timelines.map((timeline) => resourceReplay(views, timeline)),
    proposals: proposalsFor({ profile, origin, grid: own.grid, whole, timelines: own.timelines, replay }),
    ...(recorded && { comparableMs: lengthOf(views.comparable) * stretch.stepMs }),
  };
}

type Question = ProfileQuestion & { readonly conditions: PastConditions };

function lengthOf(runs: readonly Run[]): number {
  return runs.reduce((sum, [from, to]) => sum + (to - from), 0);
}

/** One replay of all resources. */
type View = { readonly grid: Grid; readonly pasts: readonly Past[]; readonly timelines: readonly Timeline[] };
type Views = {
  /** The stretch itself. */
  readonly whole: Run;
  readonly own: View;
  readonly shifted: View;
  readonly against?: View | undefined;
  readonly recorded?: View | undefined;
  /** What stood in the condition of a resource. */
  readonly stored?: ((resource: Resource) => readonly Stand[]) | undefined;
  readonly gates: readonly string[];
  readonly gatesOf: PastConditions;
  /** Where something was evaluated at all, and where it was recorded. */
  readonly evaluated: readonly Run[];
  readonly comparable: readonly Run[];
};

function viewOf(
  { resources, isReplayed, conditions }: Question,
  profile: NamedProfile,
  recordings: readonly Recording[],
  phase: Phase,
  changed?: Partial<Waits>,
): View {
  const pasts = recordings.map((recording) => pastAt(recording, phase, changed));
  const [past] = pasts;
  if (past === undefined) throw new Error("a cluster without a source of alerts");
  return { grid: past.grid, pasts, timelines: timelinesOf(profile, { resources, isReplayed, gatesOf: atPhase(conditions, phase) }, pasts) };
}

function resourceReplay(views: Views, timeline: Timeline): ResourceReplay {
  const { own, shifted, against, stored, recorded, evaluated, comparable, whole, gates, gatesOf } = views;
  const { resource, spans, skipped } = timeline;
  const { grid } = own;
  const [standing] = within(spans, whole);
  const disagreements = (other: readonly Stand[], runs: readonly Run[]) => disagreementsOf(grid, spans, other, runs);
  const stood = stored?.(resource);
  const gateMs = gates.map((type) => knownIn(gatesOf(resource, type), [whole]) * grid.stepMs);
  return {
    resource,
    ...(standing && { standing }),
    spans: within(spans, whole),
    ...(skipped && { skipped }),
    ...figuresOf(grid, spans, whole[0], transitionsIn(shifted.grid, spansOf(shifted, resource))),
    ...(gates.length > 0 && { gatesMs: Math.min(...gateMs) }),
    ...(against && { against: disagreements(spansOf(against, resource), [whole]) }),
    ...(stood && { against: disagreements(stood, evaluated), storedMs: knownIn(stood, evaluated) * grid.stepMs }),
    ...(recorded && { error: disagreements(spansOf(recorded, resource), comparable) }),
  };
}

function spansOf({ timelines }: View, resource: Resource): readonly Span[] {
  return timelines.find((timeline) => timeline.resource === resource)?.spans ?? [];
}

/** The longest that a row waits, keeps firing and looks back, in milliseconds. */
function waitOf({ rules, flows }: NamedProfile): number {
  const waits = flows.filter(isJudged).flatMap(({ rows }) => rows.map((row) => parseDurationMs(row.for ?? rules.for)));
  return (
    Math.max(parseDurationMs(rules.for), ...waits) + parseDurationMs(rules.keepFiringFor ?? KEEP_FIRING_FOR) + parseDurationMs(rules.window)
  );
}

function halfStepsOf({ sinceMs, untilMs, stepMs }: Stretch, warmUpMs: number): Grid {
  const fromMs = sinceMs - warmUpMs;
  return { fromMs, stepMs: stepMs / 2, count: ((untilMs - fromMs) / stepMs) * 2 };
}

// Where every source was evaluated, or some source that is enough.
function evaluatedIn(pasts: readonly Past[], whole: Run): readonly Run[] {
  const runs = pasts.flatMap(({ eras }) => eras.flatMap(({ was, run }) => (was === "evaluated" ? [run] : [])));
  return clipped(joined(runs), whole);
}

// Where no source remembers anything.
function gapsIn({ grid, pasts }: View, whole: Run): readonly Gap[] {
  const [first, ...others] = pasts.map(({ eras }) => eras.filter(({ was }) => was === "gap"));
  return (first ?? []).flatMap(({ run, why = "" }) => {
    const shared = others.reduce<readonly Run[]>((runs, eras) => eras.flatMap((era) => clipped(runs, era.run)), clipped([run], whole));
    return shared.map(([from, to]) => ({ fromMs: timeAt(grid, from), ms: (to - from) * grid.stepMs, why }));
  });
}

// A source whose first memory is younger than the stretch has forgotten the rest.
function retentionOf({ grid, pasts }: View, [first]: Run): Pick<ProfileReplay, "remembersFromMs"> {
  const beginnings = pasts.map(({ eras }) => eras.find(({ was }) => was !== "gap")?.run[0] ?? grid.count);
  const index = Math.min(...beginnings);
  return index > first ? { remembersFromMs: timeAt(grid, index) } : {};
}
