// Counts what a timeline tells: transitions, time per status, flaps, the longest of each status, what decided, and where another disagrees.

import { type Grid, type Run, timeAt } from "./grid.ts";
import type { Span, Stand, Status } from "./timeline.ts";

/** A change of status or reason, as an event would have told it; `at` in milliseconds since the epoch. */
export type Transition = {
  readonly atMs: number;
  readonly status: Status;
  readonly reason: string;
  readonly because: readonly string[];
  /** Whether the same replay half a step later does not have it. */
  readonly dependsOnPhase?: true;
};

export type Figures = {
  readonly transitions: readonly Transition[];
  readonly ms: Readonly<Record<Status, number>>;
  readonly flaps: number;
  /** Returns to the same status for which a gap or a start of the source is to blame. */
  readonly interruptions: number;
  readonly longest: Readonly<Partial<Record<Status, { readonly fromMs: number; readonly ms: number }>>>;
  /** What decided for how long, the longest first. */
  readonly decided: readonly Decided[];
};

type Decided = { readonly by: Span["by"]; readonly what: string; readonly ms: number };

/** A status that lasts shorter, between two others that are the same, is a flap. */
const FLAP_MS = 600_000;

/** The figures of the part of a timeline that begins at `first`; what stands there is no transition. @param shifted the same timeline half a step later */
export function figuresOf(grid: Grid, spans: readonly Span[], first: number, shifted: readonly Transition[]): Figures {
  const own = within(spans, [first, grid.count]);
  const stretches = stretchesOf(own);
  const short = stretches.filter((stretch, at) => isShortReturn(stretches, at, grid.stepMs) && stretch.spans.length > 0);
  const flaps = short.filter((stretch) => !stretch.spans.some(isByStart)).length;
  return {
    transitions: transitionsIn(grid, own).map((one) => (isShared(one, shifted, grid.stepMs) ? one : { ...one, dependsOnPhase: true })),
    ms: sumsOf(own, grid.stepMs),
    flaps,
    interruptions: short.length - flaps,
    longest: longestOf(grid, stretches),
    decided: decidedIn(own, grid.stepMs),
  };
}

/** What of the spans lies within a run. */
export function within<S extends Stand>(spans: readonly S[], [first, end]: Run): readonly S[] {
  const cut = spans.map((span) => ({ ...span, run: [Math.max(span.run[0], first), Math.min(span.run[1], end)] as const }));
  return cut.filter(({ run: [from, to] }) => from < to);
}

/** Each change of status or reason between two spans. */
export function transitionsIn(grid: Grid, spans: readonly Span[]): readonly Transition[] {
  return spans.flatMap(({ run, status, reason, because }, at) => {
    const before = spans[at - 1];
    if (before === undefined || (before.status === status && before.reason === reason)) return [];
    return [{ atMs: timeAt(grid, run[0]), status, reason, because }];
  });
}

function isShared(one: Transition, shifted: readonly Transition[], stepMs: number): boolean {
  return shifted.some((other) => other.status === one.status && other.reason === one.reason && Math.abs(other.atMs - one.atMs) <= stepMs);
}

type Stretch = { readonly status: Status; readonly run: Run; readonly spans: readonly Span[] };

// Spans that follow one another with the same status.
function stretchesOf(spans: readonly Span[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const span of spans) {
    const last = stretches.at(-1);
    if (last?.status === span.status)
      stretches[stretches.length - 1] = { ...last, run: [last.run[0], span.run[1]], spans: [...last.spans, span] };
    else stretches.push({ status: span.status, run: span.run, spans: [span] });
  }
  return stretches;
}

function isShortReturn(stretches: readonly Stretch[], at: number, stepMs: number): boolean {
  const [before, one, after] = [stretches[at - 1], stretches[at], stretches[at + 1]];
  return before !== undefined && one !== undefined && before.status === after?.status && lengthOf(one.run) * stepMs < FLAP_MS;
}

const STARTS = new Set(["warming up", "not evaluated yet", "pending"]);

function isByStart({ by, what }: Span): boolean {
  return by === "gap" || (by === "findings" && STARTS.has(what));
}

function lengthOf([from, to]: Run): number {
  return to - from;
}

function sumsOf(spans: readonly Span[], stepMs: number): Record<Status, number> {
  const sums = { True: 0, False: 0, Unknown: 0 };
  for (const { status, run } of spans) sums[status] += lengthOf(run) * stepMs;
  return sums;
}

function longestOf(grid: Grid, stretches: readonly Stretch[]): Figures["longest"] {
  const longest: Partial<Record<Status, { fromMs: number; ms: number }>> = {};
  for (const { status, run } of stretches) {
    const ms = lengthOf(run) * grid.stepMs;
    if (ms > (longest[status]?.ms ?? 0)) longest[status] = { fromMs: timeAt(grid, run[0]), ms };
  }
  return longest;
}

function decidedIn(spans: readonly Span[], stepMs: number): readonly Decided[] {
  const sums = new Map<string, Decided>();
  for (const { by, what, run } of spans) {
    const key = JSON.stringify([by, what]);
    sums.set(key, { by, what, ms: (sums.get(key)?.ms ?? 0) + lengthOf(run) * stepMs });
  }
  return [...sums.values()].sort((one, other) => other.ms - one.ms);
}

type Said = { readonly status: Status; readonly reason: string };

/** A stretch in which two say another status of the same resource. */
export type Disagreement = { readonly fromMs: number; readonly ms: number; readonly one: Said; readonly other: Said };

/** Where two timelines on the same grid disagree in their status, within the runs. */
export function disagreementsOf(grid: Grid, one: readonly Stand[], other: readonly Stand[], runs: readonly Run[]): readonly Disagreement[] {
  const pairs = runs.flatMap((run) => within(one, run).flatMap((span) => within(other, span.run).map((against) => ({ span, against }))));
  const found: Disagreement[] = [];
  for (const { span, against } of pairs) {
    if (span.status === against.status) continue;
    const [from, to] = against.run;
    const next = { fromMs: timeAt(grid, from), ms: (to - from) * grid.stepMs, one: saidIn(span), other: saidIn(against) };
    const last = found.at(-1);
    if (last !== undefined && last.fromMs + last.ms === next.fromMs && isSame(last, next))
      found[found.length - 1] = { ...last, ms: last.ms + next.ms };
    else found.push(next);
  }
  return found;
}

function saidIn({ status, reason }: Stand): Said {
  return { status, reason };
}

function isSame(one: Disagreement, other: Disagreement): boolean {
  return isSameSaid(one.one, other.one) && isSameSaid(one.other, other.other);
}

function isSameSaid(one: Said, other: Said): boolean {
  return one.status === other.status && one.reason === other.reason;
}
