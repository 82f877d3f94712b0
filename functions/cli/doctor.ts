// The command `doctor` checks everything that a pass over a cluster depends on, and prints the worst first.

import type { Command } from "commander";
import pLimit from "p-limit";
import { clock } from "../clock.ts";
import { readConfig } from "../config.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { type Check, type Diagnosis, isHealthy } from "../doctor/checks/check.ts";
import { checkCluster } from "../doctor/cluster.ts";
import { openAccess } from "./access.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { untilInterrupted } from "./interrupt.ts";
import { type OutputOptions, type SelectionOptions, withLogins, withOutput, withSelection } from "./options.ts";
import { colored } from "./output.ts";
import { isTable, printOutput } from "./print-output.ts";
import { asTyped, printMessage, type Start, type Terminal } from "./terminal.ts";

type Options = SelectionOptions & OutputOptions & { fleet?: string; trustFleet?: boolean; all?: boolean };

const CONCURRENCY = 8;

export function declareDoctor(command: Command, terminal: Terminal): void {
  withOutput(withSelection(withLogins(command)))
    .option("-a, --all", "show the checks that are ok, too")
    .action((options: Options) => doctor(terminal, options));
}

async function doctor(terminal: Terminal, options: Options): Promise<void> {
  const { signal, env } = terminal;
  const { fleet, folder } = await loadValidFleet(terminal, options.fleet);
  const { clusters } = selectClusters(fleet, { clusters: options.cluster, selector: options.selector });
  const settings = { ...openAccess(terminal, options), folder, receiverSecret: readConfig(env).receiverSecret, clock };
  const done: Diagnosis[] = [];
  const checking = pLimit(CONCURRENCY).map(clusters, async (entry) => {
    const diagnosis = await checkCluster(entry, settings);
    if (!signal.aborted) done.push(diagnosis);
    return diagnosis;
  });
  const finished = await untilInterrupted(signal, checking, 0);
  // After an interrupt a check reports nothing but the interrupt.
  const diagnoses = finished === undefined || signal.aborted ? done : finished;
  await settings.connections.close();
  print(terminal, diagnoses, options);
  terminal.exitCode = isHealthy(diagnoses) ? 0 : 1;
}

function print(terminal: Terminal, diagnoses: readonly Diagnosis[], options: Options): void {
  const names = diagnoses.filter((diagnosis) => !isHealthy([diagnosis])).map(({ cluster }) => cluster);
  const rows = diagnosisRows(terminal, diagnoses, options.all ?? false);
  printOutput(terminal, options, { document: { clusters: diagnoses }, names, table: { columns: COLUMNS, rows } });
  if (isTable(options)) for (const diagnosis of diagnoses) printMessage(terminal, diagnosisLine(diagnosis));
}

const COLUMNS = [{ head: "CLUSTER" }, { head: "CHECK", wraps: true }, { head: "RESULT" }, { head: "MESSAGE", wraps: true }];
const COLORS = { failed: "red", warning: "yellow", skipped: "gray", ok: "green" } as const;

// A row for each check, its remedy below its message.
function diagnosisRows(start: Start, diagnoses: readonly Diagnosis[], isAll: boolean): readonly (readonly string[])[] {
  return diagnoses.flatMap(({ cluster, checks }) =>
    checks.filter(({ was }) => isAll || was !== "ok").map((check) => [cluster, ...cells(start, check)]),
  );
}

/** `prod: 31 checks: 1 failed, 30 ok`. */
function diagnosisLine({ cluster, checks }: Diagnosis): string {
  const counts = Object.keys(COLORS).flatMap((kind) => {
    const count = checks.filter(({ was }) => was === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return `${colored("bold", cluster)}: ${checks.length} checks: ${counts.join(", ")}`;
}

function cells(start: Start, { check, was, message, remedy }: Check): readonly string[] {
  return [check, colored(COLORS[was], was), remedy === undefined ? message : `${message}\n→ ${asTyped(start, remedy)}`];
}
