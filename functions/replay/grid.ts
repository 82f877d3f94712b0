// The moments that a replay looks at, and stretches of them.

/** So many moments at the same distance: `fromMs` is the first, in milliseconds since the epoch. */
export type Grid = { readonly fromMs: number; readonly stepMs: number; readonly count: number };

/** Moments of a grid by their index, `to` not included. */
export type Run = readonly [from: number, to: number];

export function timeAt({ fromMs, stepMs }: Grid, index: number): number {
  return fromMs + index * stepMs;
}

export function indexAt({ fromMs, stepMs }: Grid, ms: number): number {
  return Math.round((ms - fromMs) / stepMs);
}

/** Every other moment of a grid, from its first or from its second: the same replay half a step later. */
export type Phase = 0 | 1;

export function gridAt({ fromMs, stepMs, count }: Grid, phase: Phase): Grid {
  return { fromMs: fromMs + phase * stepMs, stepMs: stepMs * 2, count: Math.ceil((count - phase) / 2) };
}

export function runsAt(runs: readonly Run[], phase: Phase): readonly Run[] {
  const halved = (index: number) => Math.ceil((index - phase) / 2);
  return joined(runs.map(([from, to]) => [halved(from), halved(to)] as const));
}

export function valuesAt(values: Float64Array, phase: Phase): Float64Array {
  return values.filter((_, index) => index % 2 === phase);
}

/** The runs in order, those that touch or overlap made one, and the empty ones left out. */
export function joined(runs: readonly Run[]): readonly Run[] {
  const one: Run[] = [];
  for (const [from, to] of runs.filter(([from, to]) => from < to).sort(([from], [other]) => from - other)) {
    const last = one.at(-1);
    if (last === undefined || last[1] < from) one.push([from, to]);
    else one[one.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return one;
}

/** What of the runs lies within another one. */
export function clipped(runs: readonly Run[], [first, end]: Run): readonly Run[] {
  return runs.map(([from, to]) => [Math.max(from, first), Math.min(to, end)] as const).filter(([from, to]) => from < to);
}

/** A byte for each moment: 1 where one of the runs is. */
export function marksOf(runs: readonly Run[], count: number): Uint8Array {
  const marks = new Uint8Array(count);
  for (const [from, to] of runs) marks.fill(1, from, to);
  return marks;
}

/** Adds a moment that comes after all others. */
export function addMoment(runs: Run[], index: number): void {
  const last = runs.at(-1);
  if (last !== undefined && last[1] === index) runs[runs.length - 1] = [last[0], index + 1];
  else runs.push([index, index + 1]);
}
