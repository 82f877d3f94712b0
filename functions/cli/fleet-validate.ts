// The command `fleet validate` checks a fleet file without contacting a cluster.

import { type Command, Option } from "commander";
import { clock } from "../clock.ts";
import type { ParsedFleet } from "../core/fleet/fleet.ts";
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
  printResult(terminal, `${text}${paused === 0 ? "" : `, ${paused} of them paused`}${ringsText(fleet)}`);
}

/** `; in the rings: 3 tier=dev, 20 tier=stage; 277 in none`. */
function ringsText({ rings, clusters }: ParsedFleet): string {
  if (rings.length === 0) return "";
  const counts = rings.map((when) => `${clusters.filter(({ ring }) => ring === when).length} ${when}`);
  return `; in the rings: ${counts.join(", ")}; ${clusters.filter(({ ring }) => ring === undefined).length} in none`;
}
