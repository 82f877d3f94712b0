// The command `reconcile` runs one pass over the fleet from a terminal, or one after another.

import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { type Connect, connector } from "../cluster/connect.ts";
import { openProofs } from "../cluster/source.ts";
import type { Fleet } from "../core/fleet/fleet.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { isAllWell } from "../core/outcome/attention.ts";
import { type ClusterOutcome, summarize } from "../core/outcome/outcome.ts";
import { reconcileFleet } from "../reconcile/fleet.ts";
import { openAccess } from "./access.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { untilInterrupted } from "./interrupt.ts";
import { type OutputFormat, parseInterval, withClusters, withLogins, withOutput } from "./options.ts";
import { attentionLines, outcomeTable, summaryLine } from "./outcome-output.ts";
import { showProgress } from "./progress.ts";
import { flush, printJson, printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = {
  fleet?: string;
  trustFleet?: boolean;
  cluster?: string[];
  selector?: string;
  dryRun?: boolean;
  watch?: number;
  output: OutputFormat;
};

/** The time after Ctrl-C in which running clusters may report what they wrote. */
const SETTLING_MS = 100;

export function declareReconcile(command: Command, terminal: Terminal): void {
  withOutput(withClusters(withLogins(command)))
    .option("-l, --selector <labels>", "only clusters that carry these labels: region=eu,tier=prod")
    .option("--dry-run", "compute the verdicts, but write nothing")
    .option("-w, --watch <interval>", "repeat, with a pause between passes, such as 15s", parseInterval)
    .action((options: Options) => reconcile(terminal, options));
}

async function reconcile(terminal: Terminal, options: Options): Promise<void> {
  const { signal, stdout } = terminal;
  const { fleet, folder } = await loadValidFleet(terminal, options.fleet);
  const selection = selectClusters(fleet, { clusters: options.cluster, selector: options.selector });
  const access = { ...openAccess(terminal, options), folder, proofs: openProofs() };
  for (let pass = 1; ; pass++) {
    const outcomes = await runOnce(terminal, selection, { connect: connector(access), dryRun: options.dryRun });
    print(terminal, outcomes, { ...options, pass });
    if (signal.aborted) printMessage(terminal, `interrupted: ${outcomes.length} of ${selection.clusters.length} clusters are done`);
    terminal.exitCode = isAllWell(outcomes) ? 0 : 1;
    await flush(stdout);
    if (options.watch === undefined || !stdout.writable || !(await pause(options.watch, signal))) break;
  }
  await access.connections.close();
}

/** The outcomes of a pass; after an interrupt, those of the finished clusters. */
async function runOnce(
  terminal: Terminal,
  fleet: Fleet,
  settings: { connect: Connect; dryRun: boolean | undefined },
): Promise<readonly ClusterOutcome[]> {
  const { signal } = terminal;
  const progress = showProgress(terminal, fleet.clusters.length);
  const done: ClusterOutcome[] = [];
  const onOutcome = (outcome: ClusterOutcome) => {
    progress.step();
    done.push(...(signal.aborted ? writtenOf(outcome) : [outcome]));
  };
  try {
    const outcomes = await untilInterrupted(signal, reconcileFleet(fleet, { ...settings, onOutcome }), SETTLING_MS);
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

function print(
  terminal: Terminal,
  clusters: readonly ClusterOutcome[],
  { output, watch, pass }: Pick<Options, "output" | "watch"> & { pass: number },
): void {
  const summary = summarize(clusters);
  if (output === "json") {
    printJson(terminal, { clusters, summary }, watch === undefined ? 2 : undefined);
    return;
  }
  const rows = outcomeTable(clusters, { onlyNews: pass > 1 });
  if (rows !== undefined) printResult(terminal, rows);
  for (const line of [...attentionLines(clusters), summaryLine(summary)]) printMessage(terminal, line);
}

async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
