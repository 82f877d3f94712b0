// Compares two clients on a machine whose load varies.

import type { Candidate } from "./candidate.ts";

/** Milliseconds of CPU for one cluster, and how many times the unit's; medians over the rounds. */
export type Comparison = { ms: number; unitMs: number; ratio: number };

/** The two take turns, each of them first in every second round, so that what the machine does meets both alike. */
export async function compare(candidate: Candidate, unit: Candidate, size: { rounds: number; clusters: number }): Promise<Comparison> {
  const figures: { candidate: number; unit: number }[] = [];
  for (let round = -WARM_UP; round < size.rounds; round++) {
    const isFirst = round % 2 === 0;
    const before = isFirst ? await candidate.cpuMs(size.clusters) : undefined;
    const unitMs = await unit.cpuMs(size.clusters);
    const ms = before ?? (await candidate.cpuMs(size.clusters));
    if (round >= 0) figures.push({ candidate: ms, unit: unitMs });
  }
  return {
    ms: rounded(median(figures.map((figure) => figure.candidate))),
    unitMs: rounded(median(figures.map((figure) => figure.unit))),
    ratio: rounded(median(figures.map((figure) => figure.candidate / figure.unit))),
  };
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
