import type { Candidate } from "./candidate.ts";

/** Milliseconds of CPU for one cluster, and how many times the unit's; medians over all rounds. */
export type Comparison = { ms: number; unitMs: number; ratio: number };

type Figures = { candidate: number; unit: number };
type Size = { pairs: number; rounds: number; clusters: number };

/** Every process has its own luck with the compiler and the garbage collector, so there are several pairs of them. */
export async function compare(start: () => Promise<readonly [Candidate, Candidate]>, { pairs, ...size }: Size): Promise<Comparison> {
  const figures: Figures[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const [candidate, unit] = await start();
    figures.push(...(await inTurns(candidate, unit, size)));
    candidate.close();
    unit.close();
  }
  return {
    ms: rounded(median(figures.map((figure) => figure.candidate))),
    unitMs: rounded(median(figures.map((figure) => figure.unit))),
    ratio: rounded(median(figures.map((figure) => figure.candidate / figure.unit))),
  };
}

// Each is first in every second round, so that what the machine does meets both alike.
async function inTurns(candidate: Candidate, unit: Candidate, { rounds, clusters }: Omit<Size, "pairs">): Promise<readonly Figures[]> {
  const figures: Figures[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const before = round % 2 === 0 ? await candidate.cpuMs(clusters) : undefined;
    const unitMs = await unit.cpuMs(clusters);
    const ms = before ?? (await candidate.cpuMs(clusters));
    if (round >= 0) figures.push({ candidate: ms, unit: unitMs });
  }
  return figures;
}

// Rounds until the code is compiled and the connections are open.
const WARM_UP = 6;

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function rounded(figure: number): number {
  return Math.round(figure * 100) / 100;
}
