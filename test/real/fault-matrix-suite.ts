// Holds every situation of the fault matrix to its verdicts on one server, and each of its restarts, and what test/README.md says of both.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { logSpecs } from "../support/builders.ts";
import { playUntil } from "../support/pace.ts";
import { columns, memoryCluster, type Seen, stances } from "./fault-matrix-cluster.ts";
import { type Lab, OLD_ENOUGH_MS, openLab } from "./fault-matrix-lab.ts";
import { holdsRestarts, type WatchOf } from "./fault-matrix-restarts.ts";
import type { MatrixServer } from "./fault-matrix-servers.ts";
import type { Truth } from "./fault-matrix-sources.ts";
import { type Cell, matrixOf, type Row } from "./fault-matrix-table.ts";
import { misjudgedIn, type Restart, restarts, starts, type Watched, watchRestarts } from "./fault-matrix-watch.ts";

const MAX_PASSES = 60;
// Of a busy machine; an idle one is done after a minute.
const PLAYING_MS = 1_800_000;
const README = join(import.meta.dirname, "../README.md");

type Bounds = {
  /** Situations that are played at the same time: most of it is waiting, so a machine plays many where servers are small. */
  readonly atOnce: number;
};

/** Declares the tests of one server. */
export function holdsFaultMatrix(server: MatrixServer, { atOnce }: Bounds): void {
  const matrix = matrixOf(server);
  const lab = openLab(server);
  const watchedStarts = starts.filter((start) => server.scrapes === true || start !== "after a gap in it");
  const trials = matrix.flatMap((row) => row.telemetry.map((truth) => ({ row, truth })));
  let results: readonly PromiseSettledResult<readonly Seen[]>[];
  let watched: readonly PromiseSettledResult<ReadonlyMap<string, Watched>>[];

  beforeAll(async () => {
    const playing = pLimit(atOnce);
    const watching = watchedStarts.map((start) => playing(() => watchRestarts(lab.part(), start)));
    const played = trials.map(({ row, truth }) => playing(() => attempt(lab, row, truth)));
    [results, watched] = await Promise.all([Promise.allSettled(played), Promise.allSettled(watching)]);
  }, PLAYING_MS);
  afterAll(() => lab.close());

  const seenIn = (index: number) => settled(results[index]!);
  const allSeen = () => trials.flatMap(({ row, truth }, index) => seenIn(index).map((seen) => ({ row, truth, seen })));
  const watchOf: WatchOf = (start) => settled(watched[watchedStarts.indexOf(start)]!);

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

  holdsRestarts(watchedStarts, watchOf);

  it("stands in test/README.md, with nothing false and nothing avoidable in any cell", () => {
    const text = `${asMarkdown(matrix)}\n\n${watchText()}\n\n${allSeen().length} verdicts: ${countText()}`;
    const marker = `matrix ${server.name}`;
    const [before, rest = ""] = readFileSync(README, "utf8").split(`<!-- ${marker} -->\n`);
    const [, after] = rest.split(`<!-- /${marker} -->`);
    if (process.env.ALERTSTATUS_WRITE) writeFileSync(README, `${before}<!-- ${marker} -->\n${text}\n<!-- /${marker} -->${after}`);
    else expect(rest.split(`\n<!-- /${marker} -->`)[0]).toBe(text);
    expect(countText()).toBe("0 false True, 0 false False, 0 avoidable Unknown");
  });

  function countText(): string {
    const said = allSeen();
    const falseIn = (status: string) => said.filter(({ row, truth, seen }) => seen.status === status && isFalse(row, truth, seen)).length;
    const avoidable = said.filter(({ row, seen }) => seen.status === "Unknown" && !isAsExpected(row, seen)).length;
    const misjudged = watchedStarts.flatMap((start) =>
      restarts.flatMap((restart) =>
        watchOf(start)
          .get(restart.when)!
          .statuses.flatMap((sequence) => misjudgedIn(restart, sequence)),
      ),
    );
    const count = (what: string) => misjudged.filter((one) => one === what).length;
    return `${falseIn("True") + count("True")} false True, ${falseIn("False") + count("False")} false False, ${avoidable + count("Unknown")} avoidable Unknown`;
  }

  function watchText(): string {
    const head = ["restarted, and watched for five evaluations", "stood", "becomes", ...watchedStarts];
    const table = restarts.map((restart: Restart) => {
      const cells = watchedStarts.map((start) => {
        const wrong = watchOf(start)
          .get(restart.when)!
          .statuses.flatMap((sequence) => misjudgedIn(restart, sequence));
        return wrong.length === 0 ? "right" : `wrong: ${[...new Set(wrong)].join(", ")}`;
      });
      return [restart.when, restart.stood, restart.becomes, ...cells];
    });
    return asTable([head, ...table]);
  }
}

function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

function attempt(lab: Lab, row: Row, truth: Truth): Promise<readonly Seen[]> {
  return playUntil(
    () => play(lab.part(), row, truth),
    (seen, sinceMs) => seen.every((one) => isAsExpected(row, one)) || lab.keptPace(sinceMs - OLD_ENOUGH_MS),
  );
}

async function play(lab: Lab, row: Row, truth: Truth): Promise<readonly Seen[]> {
  const cluster = memoryCluster(row);
  try {
    const sources = await row.scene(lab, truth, cluster.pass);
    const goBack = cluster.remember();
    for (let pass = 1; ; pass++) {
      const seen = (await cluster.pass(sources)).filter(({ stance }) => (row.stood ?? stances).includes(stance));
      // On a busy machine an evaluation or a scrape comes late, which a pass is right not to trust; what it writes is false at once.
      const isOver = seen.every((one) => isAsExpected(row, one)) || seen.some((one) => one.isWritten && isFalse(row, truth, one));
      if (pass === MAX_PASSES || isOver) return seen;
      goBack();
      await sleep(1_000);
    }
  } finally {
    await cluster.close();
    await lab.close();
  }
}

/** `True` where telemetry is lost, `False` where it flows, and either where it is unknowable; without inputs, nothing can be lost. */
function isFalse({ truth: known, limit }: Row, telemetry: Truth, { column, status }: Seen): boolean {
  if (columns[column]!.spec === logSpecs.noInput || limit) return false;
  const truth = (typeof known === "string" ? known : known?.[column]) ?? telemetry;
  return (status === "True" && truth !== "flows") || (status === "False" && truth !== "is lost");
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

function asMarkdown(matrix: readonly Row[]): string {
  const head = ["the source", "telemetry", ...columns.map(({ title }) => title), "because"];
  const rows = matrix.map((row) => {
    const telemetry = wordsFor(row, row.telemetry.join(" or "));
    const because = row.limit ? "a limit: nothing there watches the targets" : row.because.replace(/[: ]+$/, "");
    return [row.when, telemetry, ...row.says.map((cell) => cell.replace(/ .*/, "")), because];
  });
  return asTable([head, ...rows]);
}

function asTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
