// The command `cleanup` removes the conditions of alertstatus from a cluster that leaves the fleet.

import type { Command } from "commander";
import { type ClusterCleanup, cleanUpCluster } from "../cluster/cleanup.ts";
import { isAllWell } from "../core/outcome/attention.ts";
import { type ClusterOutcome, resourceName } from "../core/outcome/outcome.ts";
import { conditionType } from "../core/profile/mode.ts";
import type { Profile } from "../core/profile/profile.ts";
import { redactAll } from "../core/text.ts";
import { readActing } from "../doctor/actors.ts";
import { consequences } from "../doctor/checks/actors.ts";
import { attentionLines } from "./attention-output.ts";
import { withCluster } from "./one-cluster.ts";
import { type OutputOptions, withLogins, withOutput } from "./options.ts";
import { colored } from "./output.ts";
import { isTable, printOutput } from "./print-output.ts";
import { printMessage, type Terminal } from "./terminal.ts";

type Options = OutputOptions & { fleet?: string; trustFleet?: boolean; cluster: string; dryRun?: boolean; unused?: boolean };

const COLUMNS = [{ head: "CLUSTER", drop: 1 }, { head: "RESOURCE" }, { head: "CONDITIONS" }, { head: "RESULT" }];

export function declareCleanup(command: Command, terminal: Terminal): void {
  withOutput(withLogins(command))
    .requiredOption("-c, --cluster <name>", "the cluster to clean up")
    .option("--unused", "only those that no profile of the cluster writes any more, as after a change of its mode")
    .option("--dry-run", "show what would be removed, but write nothing")
    .action((options: Options) => cleanup(terminal, options));
}

async function cleanup(terminal: Terminal, options: Options): Promise<void> {
  const { dryRun = false, unused } = options;
  const outcome = await withCluster(terminal, options, (entry, cluster, client, fleet) =>
    cleanUpCluster(entry, cluster, dryRun, {
      unused,
      writers: fleet.profiles,
      announce: async (types) => {
        const acting = await readActing(client, entry.profiles, (profile) => typesOf(profile).filter((type) => types.has(type)));
        const lines = redactAll(acting.flatMap(consequences), cluster.secrets?.() ?? []);
        for (const line of lines) printMessage(terminal, line);
      },
    }),
  );
  const names = outcome.resources.map((resource) => `${outcome.cluster} ${resourceName(resource)}`);
  printOutput(terminal, options, { document: outcome, names, table: { columns: COLUMNS, rows: rowsOf(outcome) } });
  if (isTable(options)) printMessages(terminal, outcome, unused ? "no condition is there that its profiles do not write" : NONE);
  terminal.exitCode = isAllWell([refusalsOf(outcome)]) ? 0 : 1;
}

function typesOf(profile: Profile): readonly string[] {
  return [conditionType(profile, "own"), conditionType(profile, "shadow")];
}

function rowsOf({ cluster, resources }: ClusterCleanup) {
  return resources.map((resource) => {
    const conditions = "conditions" in resource ? resource.conditions : "-";
    return [cluster, resourceName(resource), conditions, resource.was];
  });
}

const NONE = "no condition of alertstatus is there";

function printMessages(terminal: Terminal, outcome: ClusterCleanup, none: string): void {
  if (outcome.resources.length === 0) printMessage(terminal, `${colored("bold", outcome.cluster)}: ${none}`);
  for (const line of attentionLines([refusalsOf(outcome)])) printMessage(terminal, line);
}

function refusalsOf(outcome: ClusterCleanup): ClusterOutcome {
  return { ...outcome, resources: outcome.resources.filter((resource) => resource.was === "refused"), ms: 0 };
}
