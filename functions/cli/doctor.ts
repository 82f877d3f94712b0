import type { Command } from "commander";
import pLimit from "p-limit";
import { clock } from "../clock.ts";
import { readConfig } from "../config.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { type Diagnosis, isHealthy } from "../doctor/checks/check.ts";
import { checkCluster } from "../doctor/cluster.ts";
import { openLogins } from "../io/auth/logins.ts";
import { openConnections } from "../io/http/connections.ts";
import { diagnosisLine, diagnosisTable } from "./doctor-output.ts";
import { loadValidFleet, type OutputFormat, withClusters, withFleet, withOutput } from "./options.ts";

type Options = { fleet?: string; cluster?: readonly string[]; all?: boolean; output: OutputFormat };

const AT_ONE_TIME = 8;

export function addDoctor(program: Command): void {
  const command = program
    .command("doctor")
    .description("look at everything that a pass over a cluster rests on, and tell what is wrong and what to do; writes nothing");
  withOutput(withClusters(withFleet(command)))
    .option("-a, --all", "show in the table what is well, too")
    .action(doctor);
}

async function doctor({ fleet: option, cluster, all = false, output }: Options): Promise<void> {
  const { fleet, folder } = await loadValidFleet(option);
  const { clusters } = selectClusters(fleet, { clusters: cluster });
  const { runtimeApi, stage, receiverSecret } = readConfig();
  const connections = openConnections({ runtimeApi });
  const doctor = { connections, logins: openLogins({ stage, clock }), folder, receiverSecret, clock };
  const working = pLimit(AT_ONE_TIME);
  const diagnoses = await Promise.all(clusters.map((entry) => working(() => checkCluster(entry, doctor))));
  await connections.close();
  if (output === "json") console.log(JSON.stringify({ clusters: diagnoses }, undefined, 2));
  else print(diagnoses, all);
  process.exitCode = isHealthy(diagnoses) ? 0 : 1;
}

function print(diagnoses: readonly Diagnosis[], isAll: boolean): void {
  const rows = diagnosisTable(diagnoses, { isAll });
  if (rows !== undefined) console.log(rows);
  for (const diagnosis of diagnoses) console.error(diagnosisLine(diagnosis));
}
