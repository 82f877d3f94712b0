// The command `fleet push` replaces the fleet that the functions read, after it has shown and checked what that changes.

import type { Command } from "commander";
import { clock } from "../clock.ts";
import { parseFleet } from "../core/fleet/fleet.ts";
import { keepPauses } from "../core/fleet/pause.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText, toText } from "../io/fleet/text.ts";
import { fleetUri, readFleetText, requireValid, withFleetInErrors } from "./fleet-source.ts";
import { readCurrent, replaceFleet, type Target, type TargetOptions, targetOf, withTarget } from "./fleet-target.ts";
import { withFleet } from "./options.ts";
import { printMessage, type Terminal } from "./terminal.ts";

type Options = TargetOptions & { fleet?: string; dryRun?: boolean; force?: boolean };

export function declareFleetPush(command: Command, terminal: Terminal): void {
  withTarget(withFleet(command))
    .option("--dry-run", "show what would change, but write nothing")
    .option("--force", "also where more than a fifth of the clusters would be dropped")
    .addHelpText("after", "\nA pause by `fleet pause` stays until it ends, unless the file itself says whether that cluster is paused.")
    .action((options: Options) => push(terminal, options));
}

async function push(terminal: Terminal, options: Options): Promise<void> {
  const { dryRun, force } = options;
  const target = await targetOf(terminal, options);
  const document = await readForFunctions(terminal, fleetUri(terminal, options.fleet), target);
  await withPlaceInErrors(target.to, async () => {
    const current = await readCurrent(target, force);
    const { document: next, kept } = keepPauses(document, current.document, clock.nowMs());
    for (const name of kept) printMessage(terminal, `kept     ${name} is paused still: \`fleet resume\` ends that`);
    const fleet = parseFleet(next, target.rules);
    await replaceFleet(terminal, target, current, { text: toText(next), fleet }, { did: "push", dryRun, force });
  });
}

// Checked as functions do, where the files and the environment of this machine are not.
async function readForFunctions(terminal: Terminal, uri: string, { rules }: Target): Promise<unknown> {
  return withFleetInErrors(uri, async () => {
    const { text } = await readFleetText(terminal, uri);
    const document = await parseText(text);
    requireValid(parseFleet(document, rules), text);
    return document;
  });
}
