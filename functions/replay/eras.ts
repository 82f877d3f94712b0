// How a source did over the time of a replay: where it evaluated, where it only stored, and where nothing was recorded.

import type { Refused } from "./fetch.ts";
import { type Grid, marksOf, type Phase, type Run, runsAt, timeAt, valuesAt } from "./grid.ts";

/**
 * A stretch in which a source did the same. `gap`: nothing is recorded; `stalled`: its rules were not evaluated for more than three intervals;
 * `not evaluated yet`: not since it began. `startedMs` is when this life of it began, in milliseconds since the epoch; lives are counted.
 */
export type Era = {
  readonly run: Run;
  readonly was: "evaluated" | "stalled" | "not evaluated yet" | "gap";
  readonly startedMs: number;
  readonly life: number;
  /** Why there is a gap. */
  readonly why?: string;
};

/** What tells how a source did, by the moments of a grid. */
export type Signs = {
  /** When something was scraped last, in seconds since the epoch. */
  readonly scrapedS?: Float64Array;
  /** When the evaluator started, in seconds since the epoch. */
  readonly startedS?: Float64Array;
  /** Where an evaluation left its trace. */
  readonly evaluated: readonly Run[];
  /** Where the watchdog of some group waits: the evaluator began anew. */
  readonly waiting: readonly Run[];
  readonly refused: readonly Refused[];
  readonly intervalMs: number;
};

const NOTHING = "nothing is recorded";
// Of a scrape that comes a little late.
const TOLERANCE = 1.1;
const MAX_MISSED_INTERVALS = 3;

/** The signs as the moments of one phase show them. */
export function signsAt(signs: Signs, phase: Phase): Signs {
  const { scrapedS, startedS, evaluated, waiting, refused } = signs;
  return {
    ...signs,
    ...(scrapedS && { scrapedS: valuesAt(scrapedS, phase) }),
    ...(startedS && { startedS: valuesAt(startedS, phase) }),
    evaluated: runsAt(evaluated, phase),
    waiting: runsAt(waiting, phase),
    refused: refused.flatMap(({ run, why }) => runsAt([run], phase).map((half) => ({ run: half, why }))),
  };
}

/** The distance between two scrapes, as most of them have it, in milliseconds; undefined where there are none. */
export function scrapeMs(scrapedS: Float64Array): number | undefined {
  const distances = [...new Set(scrapedS)].filter((s) => !Number.isNaN(s)).sort((one, other) => one - other);
  const between = distances.slice(1).map((s, at) => s - (distances[at] ?? s));
  const middle = between.sort((one, other) => one - other)[Math.floor(between.length / 2)];
  return middle === undefined ? undefined : middle * 1_000;
}

type Life = { readonly startedMs: number; readonly number: number; readonly afterMs: number; readonly evaluatedMs?: number };
type Moment = Omit<Era, "run">;

/** The whole grid in eras. @param everyMs the distance between two scrapes */
export function erasOf(grid: Grid, signs: Signs, everyMs: number | undefined): readonly Era[] {
  const marks = {
    evaluated: marksOf(signs.evaluated, grid.count),
    waiting: marksOf(signs.waiting, grid.count),
    refused: marksOf(
      signs.refused.map(({ run }) => run),
      grid.count,
    ),
  };
  const moments: Moment[] = [];
  let life: Life = { startedMs: Number.NaN, number: 0, afterMs: Number.NEGATIVE_INFINITY };
  let wasThere = false;
  for (let index = 0; index < grid.count; index++) {
    const isThere = marks.refused[index] === 0 && (marks.evaluated[index] === 1 || isScraped(grid, signs, everyMs, index));
    if (isThere) life = livedOn(wasThere ? life : nextLife(life, timeAt(grid, index)), { grid, signs, marks }, index);
    else if (wasThere) life = { ...life, afterMs: timeAt(grid, index - 1) };
    moments.push(isThere ? momentOf(life, timeAt(grid, index), signs.intervalMs) : gapAt(life, grid, signs, index));
    wasThere = isThere;
  }
  return joinedMoments(moments);
}

function isScraped(grid: Grid, { scrapedS }: Signs, everyMs: number | undefined, index: number): boolean {
  const seconds = scrapedS?.[index] ?? Number.NaN;
  return everyMs !== undefined && timeAt(grid, index) - seconds * 1_000 <= everyMs * TOLERANCE;
}

function nextLife({ number, afterMs }: Life, startedMs: number): Life {
  return { startedMs, number: number + 1, afterMs };
}

type Marks = { readonly evaluated: Uint8Array; readonly waiting: Uint8Array };

// Another life begins after a gap, with a later start time, or where the watchdog waits anew. The evaluator's own word comes first.
function livedOn(life: Life, { grid, signs, marks }: { grid: Grid; signs: Signs; marks: Marks }, index: number): Life {
  const nowMs = timeAt(grid, index);
  const toldMs = (signs.startedS?.[index] ?? Number.NaN) * 1_000;
  const isAnew = marks.waiting[index] === 1 && marks.waiting[index - 1] !== 1 && signs.startedS === undefined;
  let current = life;
  if (toldMs > life.startedMs && toldMs <= nowMs) current = nextLife(life, toldMs);
  else if (toldMs > life.afterMs) current = { ...life, startedMs: Math.min(toldMs, life.startedMs) };
  else if (isAnew && life.evaluatedMs !== undefined) current = nextLife(life, nowMs);
  return marks.evaluated[index] === 1 ? { ...current, evaluatedMs: nowMs } : current;
}

function momentOf({ startedMs, number, evaluatedMs }: Life, nowMs: number, intervalMs: number): Moment {
  const isRecent = evaluatedMs !== undefined && nowMs - evaluatedMs <= intervalMs * MAX_MISSED_INTERVALS;
  return { was: isRecent ? "evaluated" : evaluatedMs === undefined ? "not evaluated yet" : "stalled", startedMs, life: number };
}

function gapAt({ number }: Life, grid: Grid, { refused }: Signs, index: number): Moment {
  const refusal = refused.find(({ run: [from, to] }) => from <= index && index < to);
  const why = refusal === undefined ? NOTHING : `not answered: ${refusal.why}`;
  return { was: "gap", startedMs: timeAt(grid, index), life: number, why };
}

function joinedMoments(moments: readonly Moment[]): readonly Era[] {
  const starts = startsOf(moments);
  const eras: Era[] = [];
  for (const [index, moment] of moments.entries()) {
    const last = eras.at(-1);
    const goesOn = last?.was === moment.was && last.life === moment.life && last.why === moment.why;
    const startedMs = moment.was === "gap" ? moment.startedMs : (starts.get(moment.life) ?? moment.startedMs);
    if (last !== undefined && goesOn) eras[eras.length - 1] = { ...last, run: [last.run[0], index + 1] };
    else eras.push({ ...moment, run: [index, index + 1], startedMs });
  }
  return eras;
}

// The start of a life is told late: by the first scrape of it.
function startsOf(moments: readonly Moment[]): ReadonlyMap<number, number> {
  const starts = new Map<number, number>();
  for (const { was, life, startedMs } of moments) if (was !== "gap") starts.set(life, Math.min(startedMs, starts.get(life) ?? startedMs));
  return starts;
}

/** Where an evaluator lived without a break: within it, what waits goes on waiting. */
export function livesOf(eras: readonly Era[]): readonly Run[] {
  const lives = new Map<number, Run>();
  for (const { was, life, run } of eras) if (was !== "gap") lives.set(life, [lives.get(life)?.[0] ?? run[0], run[1]]);
  return [...lives.values()];
}
