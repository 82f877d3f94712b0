// Renders the board of `npm run local`.

import { colored, coloredStatus, table } from "../../../functions/cli/output.ts";
import type { Run } from "./run.ts";

/** What is known of the system, from its own events and metrics alone. */
export type Board = {
  readonly title: string;
  /** What happens to the clusters just now. */
  chapter: string;
  /** When the scheduler fires next, as far as one can tell. */
  nextTickMs: number;
  readonly conditions: Map<string, Changed>;
  runs: readonly Run[];
};

/** The detail of `Condition Changed`, as far as it is shown. */
export type Changed = {
  readonly cluster: string;
  readonly resource: { readonly kind: string; readonly name: string };
  readonly condition: { readonly to: { readonly status: string; readonly reason: string } };
  readonly because: readonly string[];
  readonly at: string;
};

const RUNS_SHOWN = 8;
const TICK_MS = 60_000;

export function openBoard(title: string, deployedMs: number): Board {
  return { title, chapter: "", nextTickMs: deployedMs + TICK_MS, conditions: new Map(), runs: [] };
}

export function addChange(board: Board, change: Changed): void {
  board.conditions.set(`${change.cluster} ${change.resource.kind} ${change.resource.name}`, change);
}

export function setRuns(board: Board, runs: readonly Run[]): void {
  board.runs = runs.toSorted((a, b) => a.atMs - b.atMs);
  const tick = board.runs.findLast((run) => run.function === "dispatch");
  if (tick !== undefined) board.nextTickMs = tick.atMs + TICK_MS;
}

/** The board as a page of text. */
export function render(board: Board, nowMs: number): string {
  return [board.title, "", colored("bold", board.chapter), countdown(board, nowMs), "", conditionTable(board), "", runTable(board)].join(
    "\n",
  );
}

function countdown({ nextTickMs }: Board, nowMs: number): string {
  const seconds = Math.ceil((nextTickMs - nowMs) / 1000);
  return colored("dim", seconds > 0 ? `The scheduler fires in ${seconds} s` : "The scheduler fires within seconds");
}

function conditionTable({ conditions }: Board): string {
  const rows = [...conditions.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, changed]) => conditionRow(changed));
  return rows.length === 0 ? "No condition is written yet." : table(["CLUSTER", "RESOURCE", "STATUS", "REASON", "SINCE", "BECAUSE"], rows);
}

function conditionRow({ cluster, resource, condition: { to }, because, at }: Changed): readonly string[] {
  const name = `${resource.kind.toLowerCase()}/${resource.name}`;
  return [cluster, name, coloredStatus(to.status), to.reason, timeOf(Date.parse(at)), because.join(", ") || "-"];
}

function runTable({ runs }: Board): string {
  if (runs.length === 0) return "No function has run yet.";
  const rows = runs
    .slice(-RUNS_SHOWN)
    .map(({ atMs, function: name, what, ms }) => [timeOf(atMs), name, what, ms === undefined ? "" : `${Math.round(ms)} ms`]);
  return table(["RUN AT", "FUNCTION", "WHAT", "TOOK"], rows);
}

function timeOf(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 8);
}
