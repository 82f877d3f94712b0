// The command `fleet validate` checks a fleet file without contacting a cluster.

import type { Command } from "commander";
import { loadValidFleet } from "./fleet-source.ts";
import { withFleet } from "./options.ts";
import { counted } from "./output.ts";
import { printResult, type Terminal } from "./terminal.ts";

export function declareFleetValidate(command: Command, terminal: Terminal): void {
  withFleet(command).action((options: { fleet?: string }) => validate(terminal, options));
}

async function validate(terminal: Terminal, options: { fleet?: string }): Promise<void> {
  const { fleet } = await loadValidFleet(terminal, options.fleet);
  const paused = fleet.clusters.filter((cluster) => cluster.paused).length;
  printResult(terminal, `valid: ${counted(fleet.clusters.length, "cluster")}${paused === 0 ? "" : `, ${paused} of them paused`}`);
}
