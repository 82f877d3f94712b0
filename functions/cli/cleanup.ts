// The command `cleanup` removes the conditions of alertstatus from a cluster that leaves the fleet.

import type { Command } from "commander";
import { type ClusterCleanup, cleanUpCluster } from "../cluster/cleanup.ts";
import { isAllWell } from "../core/outcome/attention.ts";
import { type ClusterOutcome, resourceName } from "../core/outcome/outcome.ts";
import { withCluster } from "./one-cluster.ts";
import { type OutputFormat, withLogins, withOutput } from "./options.ts";
import { attentionLines } from "./outcome-output.ts";
import { colored, table } from "./output.ts";
import { printJson, printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = { fleet?: string; trustFleet?: boolean; cluster: string; dryRun?: boolean; output: OutputFormat };

export function declareCleanup(command: Command, terminal: Terminal): void {
  withOutput(withLogins(command))
    .requiredOption("-c, --cluster <name>", "the cluster to clean up")
    .option("--dry-run", "show what would be removed, but write nothing")
    .action((options: Options) => cleanup(terminal, options));
}

async function cleanup(terminal: Terminal, options: Options): Promise<void> {
  const { dryRun = false, output } = options;
  const outcome = await withCluster(terminal, options, (entry, cluster) => cleanUpCluster(entry, cluster, dryRun));
  if (output === "json") printJson(terminal, outcome, 2);
  else print(terminal, outcome);
  terminal.exitCode = isAllWell([refusalsOf(outcome)]) ? 0 : 1;
}

function print(terminal: Terminal, outcome: ClusterCleanup): void {
  const rows = outcome.resources.map((resource) => {
    const conditions = "conditions" in resource ? resource.conditions.join(", ") : "-";
    return [outcome.cluster, resourceName(resource), conditions, resource.was];
  });
  if (rows.length > 0) printResult(terminal, table(["CLUSTER", "RESOURCE", "CONDITIONS", "RESULT"], rows));
  else printMessage(terminal, `${colored("bold", outcome.cluster)}: no condition of alertstatus is there`);
  for (const line of attentionLines([refusalsOf(outcome)])) printMessage(terminal, line);
}

function refusalsOf(outcome: ClusterCleanup): ClusterOutcome {
  return { ...outcome, resources: outcome.resources.filter((resource) => resource.was === "refused"), ms: 0 };
}
