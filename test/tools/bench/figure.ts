// What the benchmark of scale prints: each figure beside its goal, as a table and as JSON.

/** One figure; a goal that is only a wish of the reader is left out. */
export type Figure = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: string;
  readonly isMet?: boolean;
};

export function printFigures(machine: object, figures: readonly Figure[], output: string): void {
  const row = ({ value, unit, goal = "", isMet }: Figure) => ({
    figure: `${value} ${unit}`,
    goal,
    met: isMet === undefined ? "" : isMet ? "yes" : "NO",
  });
  if (output === "json") console.log(JSON.stringify({ ...machine, figures }));
  else console.table(Object.fromEntries(figures.map((figure) => [figure.what, row(figure)])));
}

/** How far a figure is from another, in percent. */
export function percentOf(figure: number, other: number): number {
  return Math.round((figure / other - 1) * 1_000) / 10;
}
