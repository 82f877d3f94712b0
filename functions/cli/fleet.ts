import type { Command } from "commander";
import { addFleetDiscover } from "./fleet-discover.ts";
import { addFleetPush } from "./fleet-push.ts";
import { loadValidFleet, withFleet } from "./options.ts";
import { counted } from "./output.ts";

export function addFleet(program: Command): void {
  const fleet = program.command("fleet").description("work with fleet files");
  withFleet(fleet.command("validate").description("check a fleet file; no cluster is contacted")).action(validate);
  addFleetPush(fleet);
  addFleetDiscover(fleet);
}

async function validate(options: { fleet?: string }): Promise<void> {
  const { fleet } = await loadValidFleet(options.fleet);
  const paused = fleet.clusters.filter((cluster) => cluster.paused).length;
  console.log(`valid: ${counted(fleet.clusters.length, "cluster")}${paused === 0 ? "" : `, ${paused} of them paused`}`);
}
