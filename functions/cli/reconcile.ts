// The command `reconcile` runs one pass over the fleet from a terminal, or one after another.

import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { clock } from "../clock.ts";
import { type Connect, connector } from "../cluster/connect.ts";
import { openProofs } from "../cluster/source.ts";
import type { Fleet } from "../core/fleet/fleet.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { CONCURRENCY } from "../core/limits.ts";
import { isAllWell } from "../core/outcome/attention.ts";
import { type ClusterOutcome, summarize } from "../core/outcome/outcome.ts";
import { timeText } from "../core/time.ts";
import { openKnownLists } from "../io/kubernetes/known-lists.ts";
import type { Answer } from "../reconcile/direct.ts";
import { reconcileFleet } from "../reconcile/fleet.ts";
import { openAccess } from "./access.ts";
import { attentionLines } from "./attention-output.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { untilInterrupted } from "./interrupt.ts";
import {
  type FailOnOptions,
  type OutputOptions,
  parseInterval,
  type RunOptions,
  type SelectionOptions,
  withFailOn,
  withLogins,
  withOutput,
  withRun,
  withSelection,
} from "./options.ts";
import { linesOf } from "./outcome-lines.ts";
import { passTable, summaryLine } from "./outcome-output.ts";
import { isTable, printOutput, widthOf } from "./print-output.ts";
import { showProgress } from "./progress.ts";
import { flush, printJson, printMessage, type Terminal } from "./terminal.ts";
import { printPass, type Standing, standingOf } from "./watch-output.ts";

type Options = SelectionOptions &
  OutputOptions &
  RunOptions &
  FailOnOptions & { fleet?: string; trustFleet?: boolean; dryRun?: boolean; watch?: number };

/** The time after Ctrl-C in which running clusters may report what they wrote. */
const SETTLING_MS = 100;

export function declareReconcile(command: Command, terminal: Terminal): void {
  withOutput(withFailOn(withRun(withSelection(withLogins(command)), CONCURRENCY)))
    .option("--dry-run", "compute the verdicts, but write nothing")
    .option("-w, --watch <interval>", "repeat, with a pause between passes, such as 15s", parseInterval)
    .action((options: Options) => reconcile(terminal, options));
}

async function reconcile(terminal: Terminal, options: Options): Promise<void> {
  const { signal, stdout } = terminal;
  const { fleet, folder } = await loadValidFleet(terminal, options.fleet);
  const selection = selectClusters(fleet, { clusters: options.cluster, selector: options.selector });
  // One request may take all the time of its cluster, where that is said.
  const access = { ...openAccess(terminal, options), folder, proofs: openProofs(), lists: openKnownLists(), requestMs: options.timeout };
  let last: Standing | undefined;
  do {
    const outcomes = await runOnce(terminal, selection, { connect: connector(access), ...options });
    print(terminal, outcomes, { ...options, last });
    last = standingOf(outcomes, last);
    if (signal.aborted) printMessage(terminal, `interrupted: ${outcomes.length} of ${selection.clusters.length} clusters are done`);
    terminal.exitCode = isAllWell(outcomes) && !hasStatus(outcomes, options) ? 0 : 1;
    await flush(stdout);
  } while (options.watch !== undefined && stdout.writable && (await pause(options.watch, signal)));
  await access.connections.close();
}

/** The outcomes of a pass; after an interrupt, those of the finished clusters. */
async function runOnce(
  terminal: Terminal,
  fleet: Fleet,
  { connect, dryRun, concurrency, timeout }: RunOptions & { connect: Connect; dryRun?: boolean },
): Promise<readonly ClusterOutcome[]> {
  const { signal } = terminal;
  const progress = showProgress(terminal, fleet.clusters.length);
  const done: ClusterOutcome[] = [];
  const onOutcome = (outcome: ClusterOutcome) => {
    progress.step();
    done.push(...(signal.aborted ? writtenOf(outcome) : [outcome]));
  };
  const run = { connect, dryRun, concurrency, clusterMs: timeout, onOutcome };
  try {
    const outcomes = await untilInterrupted(signal, reconcileFleet(fleet, run), SETTLING_MS);
    return outcomes === undefined || signal.aborted ? done : outcomes;
  } finally {
    progress.stop();
  }
}

// After an interrupt an outcome reports nothing but the interrupt, and the patches before it.
function writtenOf(outcome: ClusterOutcome): readonly ClusterOutcome[] {
  const resources = outcome.resources.filter(({ was }) => was === "patched");
  return resources.length === 0 ? [] : [{ ...outcome, resources }];
}

function print(terminal: Terminal, clusters: readonly ClusterOutcome[], options: Options & { last: Standing | undefined }): void {
  const summary = summarize(clusters);
  const at = timeText(clock.nowMs());
  if (options.watch !== undefined && isTable(options)) printPass(terminal, clusters, { ...options, time: at.slice("2026-01-01T".length) });
  else if (options.watch !== undefined && options.output === "json") printJson(terminal, { at, clusters, summary });
  else printOnce(terminal, clusters, options, { clusters, summary });
}

function printOnce(terminal: Terminal, clusters: readonly ClusterOutcome[], options: Options, document: Answer): void {
  const names = linesOf(clusters).map(({ cluster, resource }) => (resource === undefined ? cluster : `${cluster} ${resource}`));
  const width = widthOf(terminal, options);
  if (isTable(options)) for (const line of attentionLines(clusters, width)) printMessage(terminal, line);
  printOutput(terminal, options, { document, names, table: passTable(terminal, clusters, options) });
  if (isTable(options)) printMessage(terminal, summaryLine(document.summary, width));
}

function hasStatus(outcomes: readonly ClusterOutcome[], { failOn = [] }: FailOnOptions): boolean {
  const { conditions } = summarize(outcomes);
  return failOn.some((status) => conditions[status] > 0);
}

async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
