// The command `profile show` prints a built-in profile, or one of the catalogue, as a start for a new one.

import type { Command } from "commander";
import { stringify } from "yaml";
import { builtInProfiles } from "../core/profile/built-in.ts";
import { knownProfile } from "./catalogue.ts";
import { printResult, type Terminal } from "./terminal.ts";

export function declareProfileShow(command: Command, terminal: Terminal): void {
  command.argument("<name>").action((name: string) => show(terminal, name));
}

async function show(terminal: Terminal, name: string): Promise<void> {
  const { name: known, ...profile } = await knownProfile(name);
  // The name of a built-in profile is taken: its copy needs another.
  const own = Object.hasOwn(builtInProfiles, known) ? `my-${known}` : known;
  // Repeated messages are written out instead of as aliases, so that each row can be edited alone.
  printResult(terminal, stringify({ profiles: { [own]: profile } }, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd());
}
