// Holds every situation of the fault matrix to its verdicts, and prints the table of the README.

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logSpecs } from "../support/builders.ts";
import { columns, memoryCluster, type Seen, stances } from "./fault-matrix-cluster.ts";
import { openLab } from "./fault-matrix-lab.ts";
import type { Truth } from "./fault-matrix-sources.ts";
import { type Cell, matrix, type Row } from "./fault-matrix-table.ts";

const MAX_PASSES = 60;

const lab = openLab();
const trials = matrix.flatMap((row) => row.telemetry.map((truth) => ({ row, truth })));
let results: readonly PromiseSettledResult<readonly Seen[]>[];

// Most of it is waiting for Prometheus, so all of it waits at the same time.
beforeAll(async () => {
  results = await Promise.allSettled(trials.map(({ row, truth }) => attempt(row, truth)));
});
afterAll(async () => {
  await lab.close();
  const cells = results.reduce((sum, result) => sum + (result.status === "fulfilled" ? result.value.length : 0), 0);
  console.log(`${asMarkdown()}\n\n${cells} verdicts: ${falseIn("True")} false True, ${falseIn("False")} false False`);
});

describe.each(trials.map(({ row, truth }, index) => [`${row.when}; telemetry ${wordsFor(row, truth)}`, index] as const))(
  "%s",
  (_, index) => {
    const { row, truth } = trials[index]!;

    it.each(columns.map(({ title }, column) => [title, row.says[column]!, column] as const))("%s: %s", (_title, cell, column) => {
      const seen = seenIn(index).filter((one) => one.column === column);
      const said = seen.map(({ stance, status, reason }) => `${stance} → ${status} ${reason}`);
      expect(said).toEqual(seen.map(({ stance }) => `${stance} → ${expected(cell, column, stance)}`));
      for (const { because } of cell === "True" ? [] : seen) expect(because).toContain(row.because);
    });

    it("never says what is not so", () => {
      expect(seenIn(index).filter((seen) => isFalse(row, truth, seen))).toEqual([]);
    });
  },
);

it("says nothing false in any cell", () => {
  expect(falseIn("True")).toBe(0);
  expect(falseIn("False")).toBe(0);
});

function falseIn(said: string): number {
  return trials.flatMap(({ row, truth }, index) => seenIn(index).filter((seen) => seen.status === said && isFalse(row, truth, seen)))
    .length;
}

async function attempt(row: Row, truth: Truth): Promise<readonly Seen[]> {
  const cluster = memoryCluster(row);
  try {
    const sources = await row.scene(lab, truth, cluster.pass);
    const goBack = cluster.remember();
    for (let pass = 1; ; pass++) {
      const seen = (await cluster.pass(sources)).filter(({ stance }) => (row.stood ?? stances).includes(stance));
      // On a busy machine an evaluation comes late, which a pass is right not to trust; what is false is false at once.
      if (pass === MAX_PASSES || seen.every((one) => isAsExpected(row, one)) || seen.some((one) => isFalse(row, truth, one))) return seen;
      goBack();
      await sleep(500);
    }
  } finally {
    await cluster.close();
  }
}

/** `True` where telemetry is lost, `False` where it flows, and either where it is unknowable; without inputs, nothing can be lost. */
function isFalse({ truth: known, limit }: Row, telemetry: Truth, { column, status }: Seen): boolean {
  if (columns[column]!.spec === logSpecs.noInput || limit) return false;
  const truth = (typeof known === "string" ? known : known?.[column]) ?? telemetry;
  return (status === "True" && truth !== "flows") || (status === "False" && truth !== "is lost");
}

function seenIn(index: number): readonly Seen[] {
  const result = results[index]!;
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

function isAsExpected(row: Row, { column, stance, status, reason, because }: Seen): boolean {
  const cell = row.says[column]!;
  return `${status} ${reason}` === expected(cell, column, stance) && (cell === "True" || because.includes(row.because));
}

function expected(cell: Cell, column: number, stance: Seen["stance"]): string {
  const { worst, ...flow } = columns[column]!;
  const unproven = `Unknown ${flow.unproven}`;
  if (cell === "True") return "True FlowHealthy";
  if (cell === "Unknown") return unproven;
  if (cell !== "kept") return cell;
  return { nothing: unproven, Unknown: unproven, True: "True FlowHealthy", False: `False ${worst}` }[stance];
}

function wordsFor({ truth }: Row, telemetry: string): string {
  if (truth === undefined) return telemetry;
  return typeof truth === "string" ? truth : "differs";
}

/** The table as README shows it. */
function asMarkdown(): string {
  const head = ["Prometheus", "telemetry", ...columns.map(({ title }) => title), "because"];
  const rows = matrix.map((row) => {
    const telemetry = wordsFor(row, row.telemetry.join(" or "));
    const because = row.limit ? "a limit: nothing there watches the targets" : row.because.replace(/[: ]+$/, "");
    return [row.when, telemetry, ...row.says.map((cell) => cell.replace(/ .*/, "")), because];
  });
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
