// The command `doctor` checks everything that a pass over a cluster depends on, or the stack of a stage, and prints the worst first.

import { type Command, Option } from "commander";
import pLimit from "p-limit";
import { clock } from "../clock.ts";
import { readConfig } from "../config.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { type Diagnosis, isHealthy } from "../doctor/checks/check.ts";
import { checkCluster } from "../doctor/cluster.ts";
import { refusersIn } from "../doctor/conditions.ts";
import { openAccess } from "./access.ts";
import { readCatalogue } from "./catalogue.ts";
import { printDiagnoses } from "./doctor-output.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { untilInterrupted } from "./interrupt.ts";
import { type OutputOptions, type SelectionOptions, withLogins, withOutput, withSelection } from "./options.ts";
import { showProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

type Options = SelectionOptions & OutputOptions & { stage?: string; fleet?: string; trustFleet?: boolean; all?: boolean };

const CONCURRENCY = 8;

export function declareDoctor(command: Command, terminal: Terminal): void {
  withOutput(withSelection(withLogins(command)))
    .addOption(
      new Option("--stage <name>", "check the stack of this stage in AWS instead: ticks, alarms, dead letters, fleet, functions").conflicts(
        ["cluster", "selector", "fleet", "trustFleet"],
      ),
    )
    .option("-a, --all", "show the checks that are ok or skipped, too")
    .action(({ stage, ...options }: Options) => (stage === undefined ? doctor(terminal, options) : doctorOf(stage, terminal, options)));
}

// With the clients of AWS, which are loaded where a stage is asked for.
async function doctorOf(stage: string, terminal: Terminal, options: OutputOptions): Promise<void> {
  const { doctorStage } = await import("./doctor-stage.ts");
  await doctorStage(terminal, { ...options, stage });
}

async function doctor(terminal: Terminal, options: Options): Promise<void> {
  const { signal, env } = terminal;
  const { fleet, folder } = await loadValidFleet(terminal, options.fleet);
  const { clusters } = selectClusters(fleet, { clusters: options.cluster, selector: options.selector });
  const known = { folder, receiverSecret: readConfig(env).receiverSecret, refusers: refusersIn(await readCatalogue()), clock };
  const settings = { ...openAccess(terminal, options), ...known };
  const progress = showProgress(terminal, clusters.length);
  const done: Diagnosis[] = [];
  const checking = pLimit(CONCURRENCY).map(clusters, async (entry) => {
    const diagnosis = await checkCluster(entry, settings);
    if (signal.aborted) return diagnosis;
    done.push(diagnosis);
    progress.step();
    return diagnosis;
  });
  const finished = await untilInterrupted(signal, checking, 0).finally(progress.stop);
  // After an interrupt a check reports nothing but the interrupt.
  const diagnoses = finished === undefined || signal.aborted ? done : finished;
  await settings.connections.close();
  printDiagnoses(terminal, diagnoses, options);
  terminal.exitCode = isHealthy(diagnoses) ? 0 : 1;
}
