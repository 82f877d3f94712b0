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
import { type OutputFormat, withClusters, withLogins, withOutput } from "./options.ts";
import { colored, table } from "./output.ts";
import { printJson, printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = { fleet?: string; trustFleet?: boolean; cluster?: readonly string[]; all?: boolean; output: OutputFormat };

const CONCURRENCY = 8;

export function declareDoctor(command: Command, terminal: Terminal): void {
  withOutput(withClusters(withLogins(command)))
    .option("-a, --all", "show the checks that are ok, too")
    .action((options: Options) => doctor(terminal, options));
}

async function doctor(terminal: Terminal, { fleet: option, trustFleet, cluster, all = false, output }: Options): Promise<void> {
  const { signal, env } = terminal;
  const { fleet, folder } = await loadValidFleet(terminal, option);
  const { clusters } = selectClusters(fleet, { clusters: cluster });
  const settings = { ...openAccess(terminal, { trustFleet }), folder, receiverSecret: readConfig(env).receiverSecret, clock };
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
  if (output === "json") printJson(terminal, { clusters: diagnoses }, 2);
  else print(terminal, diagnoses, all);
  terminal.exitCode = isHealthy(diagnoses) ? 0 : 1;
}

function print(terminal: Terminal, diagnoses: readonly Diagnosis[], isAll: boolean): void {
  const rows = diagnosisTable(diagnoses, isAll);
  if (rows !== undefined) printResult(terminal, rows);
  for (const diagnosis of diagnoses) printMessage(terminal, diagnosisLine(diagnosis));
}

const HEAD = ["CLUSTER", "CHECK", "RESULT", "MESSAGE"];
const COLORS = { failed: "red", warning: "yellow", skipped: "gray", ok: "green" } as const;
const WIDTH = 96;

// A row for each check, its remedy below its message; undefined where there is nothing to show.
function diagnosisTable(diagnoses: readonly Diagnosis[], isAll: boolean): string | undefined {
  const rows = diagnoses.flatMap(({ cluster, checks }) =>
    checks.filter(({ was }) => isAll || was !== "ok").map((check) => [cluster, ...cells(check)]),
  );
  return rows.length === 0 ? undefined : table(HEAD, rows);
}

/** `prod: 31 checks: 1 failed, 30 ok`. */
function diagnosisLine({ cluster, checks }: Diagnosis): string {
  const counts = Object.keys(COLORS).flatMap((kind) => {
    const count = checks.filter(({ was }) => was === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return `${colored("bold", cluster)}: ${checks.length} checks: ${counts.join(", ")}`;
}

function cells({ check, was, message, remedy }: Check): readonly string[] {
  const lines = [...wrap(message), ...(remedy === undefined ? [] : wrap(`→ ${remedy}`))];
  return [check, colored(COLORS[was], was), lines.join("\n")];
}

// No word is broken, so that it can be copied.
function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
