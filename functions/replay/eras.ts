// How a source did over the time of a replay: where it evaluated, where it only stored, and where nothing was recorded.

import type { Refused } from "./fetch.ts";
import { addMoment, type Grid, marksOf, type Phase, type Run, runsAt, timeAt, valuesAt } from "./grid.ts";

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
  /** When the evaluator started, in seconds since the epoch, where it tells. */
  readonly startedS?: Float64Array;
  /** When the evaluator that runs now started, in milliseconds since the epoch. */
  readonly latestStartMs?: number;
  /** Where an evaluation left its trace. */
  readonly evaluated: readonly Run[];
  /** Where the watchdog of some group waits: the evaluator began anew. */
  readonly waiting: readonly Run[];
  readonly refused: readonly Refused[];
  readonly intervalMs: number;
  /** How long after its start an evaluator leaves no trace of its evaluations. */
  readonly silentMs: number;
};

const NOTHING = "nothing is recorded";
// Of a scrape that comes a little late.
const TOLERANCE = 1.1;
/** For so many intervals what was said stands without an evaluation, as in a pass. */
export const MAX_MISSED_INTERVALS = 3;

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

/** Where something was scraped a moment ago. */
export function scrapedRuns(grid: Grid, scrapedS: Float64Array | undefined, everyMs: number | undefined): readonly Run[] {
  const runs: Run[] = [];
  scrapedS?.forEach((seconds, index) => {
    if (isRecent(timeAt(grid, index), seconds, everyMs)) addMoment(runs, index);
  });
  return runs;
}

/** It began between `afterMs`, when the last one was seen, and `bornMs`, when it was seen first. */
type Life = {
  readonly number: number;
  readonly afterMs: number;
  readonly bornMs: number;
  readonly startedMs: number;
  readonly evaluatedMs?: number;
};
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
  const eras: Era[] = [];
  let life: Life = { number: 0, afterMs: Number.NEGATIVE_INFINITY, bornMs: Number.NaN, startedMs: Number.NaN };
  let wasThere = false;
  for (let index = 0; index < grid.count; index++) {
    const isThere = marks.refused[index] === 0 && (marks.evaluated[index] === 1 || isScraped(grid, signs, everyMs, index));
    if (isThere) life = livedOn(wasThere ? life : nextLife(life, timeAt(grid, index)), { grid, signs, marks }, index);
    else if (wasThere) life = { ...life, afterMs: timeAt(grid, index - 1) };
    addEra(eras, index, isThere ? momentOf(life, timeAt(grid, index), signs.intervalMs) : gapAt(life, grid, signs, index));
    wasThere = isThere;
  }
  return withStarts(eras);
}

function isScraped(grid: Grid, { scrapedS }: Signs, everyMs: number | undefined, index: number): boolean {
  return isRecent(timeAt(grid, index), scrapedS?.[index] ?? Number.NaN, everyMs);
}

function isRecent(nowMs: number, scrapedS: number, everyMs: number | undefined): boolean {
  return everyMs !== undefined && nowMs - scrapedS * 1_000 <= everyMs * TOLERANCE;
}

function nextLife({ number, afterMs }: Life, bornMs: number, startedMs = bornMs): Life {
  return { number: number + 1, afterMs, bornMs, startedMs };
}

type Marks = { readonly evaluated: Uint8Array; readonly waiting: Uint8Array };

// Another life begins after a gap, with a later start time, or where the watchdog waits anew. The evaluator's own word comes first.
function livedOn(life: Life, { grid, signs, marks }: { grid: Grid; signs: Signs; marks: Marks }, index: number): Life {
  const nowMs = timeAt(grid, index);
  const toldMs = startToldAt(signs, index, nowMs);
  const isAnew = marks.waiting[index] === 1 && marks.waiting[index - 1] !== 1 && signs.startedS === undefined;
  let current = life;
  if (toldMs > life.bornMs && toldMs <= nowMs) current = nextLife(life, nowMs, toldMs);
  else if (toldMs > life.afterMs) current = { ...life, startedMs: toldMs };
  else if (isAnew && life.evaluatedMs !== undefined) current = nextLife(life, nowMs);
  return marks.evaluated[index] === 1 ? evaluatedAt(current, nowMs - signs.silentMs, nowMs) : current;
}

function startToldAt({ startedS, latestStartMs = Number.POSITIVE_INFINITY }: Signs, index: number, nowMs: number): number {
  const toldMs = (startedS?.[index] ?? Number.NaN) * 1_000;
  return nowMs >= latestStartMs ? latestStartMs : toldMs;
}

function evaluatedAt(life: Life, latestStartMs: number, nowMs: number): Life {
  if (life.evaluatedMs !== undefined) return { ...life, evaluatedMs: nowMs };
  return { ...life, evaluatedMs: nowMs, startedMs: Math.min(life.startedMs, Math.max(latestStartMs, life.afterMs)) };
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

function addEra(eras: Era[], index: number, moment: Moment): void {
  const last = eras.at(-1);
  const goesOn = last?.was === moment.was && last.life === moment.life && last.why === moment.why;
  if (last === undefined || !goesOn) eras.push({ ...moment, run: [index, index + 1] });
  else
    eras[eras.length - 1] = { ...moment, run: [last.run[0], index + 1], startedMs: last.was === "gap" ? last.startedMs : moment.startedMs };
}

// The start of a life is told late, by the first scrape of it: what is known at its end counts.
function withStarts(eras: readonly Era[]): readonly Era[] {
  const starts = new Map(eras.flatMap(({ was, life, startedMs }) => (was === "gap" ? [] : [[life, startedMs] as const])));
  return eras.map((era) => (era.was === "gap" ? era : { ...era, startedMs: starts.get(era.life) ?? era.startedMs }));
}

/** Where an evaluator lived without a break: within it, what waits goes on waiting. */
export function livesOf(eras: readonly Era[]): readonly Run[] {
  const lives = new Map<number, Run>();
  for (const { was, life, run } of eras) if (was !== "gap") lives.set(life, [lives.get(life)?.[0] ?? run[0], run[1]]);
  return [...lives.values()];
}
