// The command `fleet validate` checks a fleet file without contacting a cluster.

import { type Command, Option } from "commander";
import { clock } from "../clock.ts";
import { isPaused } from "../core/fleet/pause.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { withFleet } from "./options.ts";
import { counted } from "./output.ts";
import { printResult, type Terminal } from "./terminal.ts";

type Options = { fleet?: string; for: "terminal" | "stack" };

export function declareFleetValidate(command: Command, terminal: Terminal): void {
  withFleet(command)
    .addOption(
      new Option("--for <reader>", "who reads it: a stack has neither your files nor your environment")
        .choices(["terminal", "stack"])
        .default("terminal"),
    )
    .action((options: Options) => validate(terminal, options));
}

async function validate(terminal: Terminal, options: Options): Promise<void> {
  const isStack = options.for === "stack";
  const { fleet } = await loadValidFleet(terminal, options.fleet, isStack ? { isRemote: true } : {});
  const paused = fleet.clusters.filter(({ paused }) => isPaused(paused, clock.nowMs())).length;
  const text = `valid${isStack ? " for a stack" : ""}: ${counted(fleet.clusters.length, "cluster")}`;
  printResult(terminal, `${text}${paused === 0 ? "" : `, ${paused} of them paused`}`);
}
