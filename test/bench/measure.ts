/** Something whose cost is wanted: each pass is over so many clusters. */
export type Candidate = { pass: () => Promise<void>; close: () => Promise<void>; clusters: number };

/** Milliseconds of CPU for one cluster, and how many times the unit's; medians over the rounds. */
export type Comparison = { ms: number; unitMs: number; ratio: number };

/** The two take turns, each of them first in every second round, so that what the machine does meets both alike. */
export async function compare(candidate: Candidate, unit: Candidate, size: { rounds: number; clusters: number }): Promise<Comparison> {
  const figures: { candidate: number; unit: number }[] = [];
  for (let round = -WARM_UP; round < size.rounds; round++) {
    const isFirst = round % 2 === 0;
    const before = isFirst ? await cpuMs(candidate, size.clusters) : undefined;
    const unitMs = await cpuMs(unit, size.clusters);
    const ms = before ?? (await cpuMs(candidate, size.clusters));
    if (round >= 0) figures.push({ candidate: ms, unit: unitMs });
  }
  await Promise.all([candidate.close(), unit.close()]);
  return {
    ms: rounded(median(figures.map((figure) => figure.candidate))),
    unitMs: rounded(median(figures.map((figure) => figure.unit))),
    ratio: rounded(median(figures.map((figure) => figure.candidate / figure.unit))),
  };
}

// Rounds until the code is compiled and the connections are open.
const WARM_UP = 6;

async function cpuMs({ pass, clusters }: Candidate, wanted: number): Promise<number> {
  const passes = wanted / clusters;
  const before = process.cpuUsage();
  for (let count = 0; count < passes; count++) await pass();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / wanted;
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function rounded(figure: number): number {
  return Math.round(figure * 100) / 100;
}
