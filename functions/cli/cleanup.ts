import type { Command } from "commander";
import { type ClusterCleanup, cleanUpCluster } from "../cluster/cleanup.ts";
import { resourceName } from "../core/outcome/outcome.ts";
import { withCluster } from "./one-cluster.ts";
import { type OutputFormat, withFleet, withOutput } from "./options.ts";
import { attentionLines } from "./outcome-output.ts";
import { colored, table } from "./output.ts";

type Options = { fleet?: string; cluster: string; dryRun?: boolean; output: OutputFormat };

export function addCleanup(program: Command): void {
  const command = program
    .command("cleanup")
    .description("take our own conditions away from the resources of a cluster that leaves the fleet");
  withOutput(withFleet(command))
    .requiredOption("-c, --cluster <name>", "the cluster to clean up")
    .option("--dry-run", "say what would be taken away, but write nothing")
    .action(cleanup);
}

async function cleanup(options: Options): Promise<void> {
  const { dryRun = false, output } = options;
  const outcome = await withCluster(options, (entry, cluster) => cleanUpCluster(entry, cluster, dryRun));
  if (output === "json") console.log(JSON.stringify(outcome, undefined, 2));
  else print(outcome);
  const isWell = outcome.was === "reconciled" && outcome.unlisted.length === 0 && outcome.resources.every(({ was }) => was !== "refused");
  process.exitCode = isWell ? 0 : 1;
}

function print(outcome: ClusterCleanup): void {
  const rows = outcome.resources.map((resource) => {
    const conditions = "conditions" in resource ? resource.conditions.join(", ") : "-";
    return [outcome.cluster, resourceName(resource), conditions, resource.was];
  });
  if (rows.length > 0) console.log(table(["CLUSTER", "RESOURCE", "CONDITIONS", "RESULT"], rows));
  else console.error(`${colored("bold", outcome.cluster, process.stderr)}: no condition of ours is there`);
  for (const line of attentionLines([{ ...outcome, resources: outcome.resources.filter((resource) => resource.was === "refused"), ms: 0 }]))
    console.error(line);
}
