import type { Command } from "commander";
import { loadWholeFleet, withFleet } from "./options.ts";

export function addFleet(program: Command): void {
  const fleet = program.command("fleet").description("work with fleet files");
  withFleet(fleet.command("validate").description("check a fleet file; nothing is contacted")).action(validate);
}

async function validate(options: { fleet?: string }): Promise<void> {
  const { fleet } = await loadWholeFleet(options.fleet);
  const paused = fleet.clusters.filter((cluster) => cluster.paused).length;
  console.log(
    `valid: ${fleet.clusters.length} ${fleet.clusters.length === 1 ? "cluster" : "clusters"}${paused === 0 ? "" : `, ${paused} of them paused`}`,
  );
}
