// The command `fleet rollback` puts an earlier version of the fleet back in place, as a new one.

import type { Command } from "commander";
import { ConfigError } from "../core/errors.ts";
import { parseFleet } from "../core/fleet/fleet.ts";
import { readVersion } from "../io/fleet/s3.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText } from "../io/fleet/text.ts";
import { requireValid } from "./fleet-source.ts";
import { readCurrent, replaceFleet, type TargetOptions, targetOf, withTarget } from "./fleet-target.ts";
import type { Terminal } from "./terminal.ts";

type Options = TargetOptions & { dryRun?: boolean; force?: boolean };

export function declareFleetRollback(command: Command, terminal: Terminal): void {
  withTarget(command.argument("<version>", "a version as `fleet history` shows it"))
    .option("--dry-run", "show what would change, but write nothing")
    .option("--force", "also where more than a fifth of the clusters would be dropped")
    .action((version: string, options: Options) => rollback(terminal, version, options));
}

async function rollback(terminal: Terminal, version: string, options: Options): Promise<void> {
  const { dryRun, force } = options;
  if (!/^[^?&#\s]+$/.test(version)) throw new ConfigError(`${version} is no name of a version: \`fleet history\` shows them`);
  const target = await targetOf(terminal, options);
  await withPlaceInErrors(target.to, async () => {
    const current = await readCurrent(target, force);
    const text = await readVersion(target.to, version);
    const fleet = parseFleet(await parseText(text), target.rules);
    requireValid(fleet, text);
    await replaceFleet(terminal, target, current, { text, fleet }, { did: "rollback", why: `to ${version}`, dryRun, force });
  });
}
