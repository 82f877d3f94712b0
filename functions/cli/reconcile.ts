import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { clock } from "../clock.ts";
import { connector } from "../cluster/connect.ts";
import { openProofs, type Proofs } from "../cluster/source.ts";
import { readConfig } from "../config.ts";
import type { Fleet } from "../core/fleet/fleet.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { type ClusterOutcome, isAllWell, summarize } from "../core/outcome/outcome.ts";
import { type Logins, openLogins } from "../io/auth/logins.ts";
import { type Connections, openConnections } from "../io/http/connections.ts";
import { reconcileFleet } from "../reconcile/fleet.ts";
import { loadValidFleet, type OutputFormat, parseInterval, withClusters, withFleet, withOutput } from "./options.ts";
import { attentionLines, outcomeTable, summaryLine } from "./outcome-output.ts";
import { showProgress } from "./progress.ts";

type Options = { fleet?: string; cluster?: string[]; selector?: string; dryRun?: boolean; watch?: number; output: OutputFormat };

export function addReconcile(program: Command): void {
  const command = program
    .command("reconcile")
    .description("read the alerts of clusters and write what they mean into the conditions of their resources");
  withOutput(withClusters(withFleet(command)))
    .option("-l, --selector <labels>", "only clusters that carry these labels: region=eu,tier=prod")
    .option("--dry-run", "judge, but write nothing")
    .option("-w, --watch <interval>", "go on, with a pause between passes, such as 15s", parseInterval)
    .action(reconcile);
}

async function reconcile(options: Options): Promise<void> {
  const { fleet, folder } = await loadValidFleet(options.fleet);
  const chosen = selectClusters(fleet, { clusters: options.cluster, selector: options.selector });
  const { runtimeApi, stage } = readConfig();
  const connections = openConnections({ runtimeApi });
  const logins = openLogins({ stage, clock });
  const proofs = openProofs();
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  for (let pass = 1; ; pass++) {
    const outcomes = await runOnce(chosen, { ...options, folder, connections, logins, proofs });
    print(outcomes, options.output, pass);
    process.exitCode = isAllWell(summarize(outcomes)) ? 0 : 1;
    if (options.watch === undefined || interrupted.signal.aborted) break;
    if (!(await pause(options.watch, interrupted.signal))) break;
  }
  await connections.close();
}

type Pass = Pick<Options, "dryRun"> & { folder: string | undefined; connections: Connections; logins: Logins; proofs: Proofs };

async function runOnce(fleet: Fleet, { dryRun, ...settings }: Pass): Promise<readonly ClusterOutcome[]> {
  const progress = showProgress(fleet.clusters.length);
  try {
    return await reconcileFleet(fleet, { connect: connector(settings), dryRun, onOutcome: progress.step });
  } finally {
    progress.stop();
  }
}

function print(clusters: readonly ClusterOutcome[], output: OutputFormat, pass: number): void {
  const summary = summarize(clusters);
  if (output === "json") {
    console.log(JSON.stringify({ clusters, summary }, undefined, pass === 1 ? 2 : undefined));
    return;
  }
  const rows = outcomeTable(clusters, { onlyNews: pass > 1 });
  if (rows !== undefined) console.log(rows);
  for (const line of [...attentionLines(clusters), summaryLine(summary)]) console.error(line);
}

async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
