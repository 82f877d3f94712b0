// The command `profile show` prints a built-in profile, or one of the catalogue, as a start for a new one.

import type { Command } from "commander";
import { stringify } from "yaml";
import { ConfigError } from "../core/errors.ts";
import { builtInProfiles } from "../core/profile/built-in.ts";
import type { Profile } from "../core/profile/profile.ts";
import { shippedProfiles } from "./catalogue.ts";
import { printResult, type Terminal } from "./terminal.ts";

export function declareProfileShow(command: Command, terminal: Terminal): void {
  command.argument("<name>").action((name: string) => show(terminal, name));
}

async function show(terminal: Terminal, name: string): Promise<void> {
  const profiles = await namedAsInFleet(name);
  // Repeated messages are written out instead of as aliases, so that each row can be edited alone.
  printResult(terminal, stringify({ profiles }, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd());
}

// The name of a built-in profile is taken: its copy needs another.
async function namedAsInFleet(name: string): Promise<Readonly<Record<string, Profile>>> {
  const builtIn = Object.hasOwn(builtInProfiles, name) ? builtInProfiles[name] : undefined;
  if (builtIn !== undefined) return { [`my-${name}`]: builtIn };
  const shipped = await shippedProfiles();
  const found = shipped.find(({ profile }) => profile.name === name);
  if (found === undefined)
    throw new ConfigError(
      unknownText(
        name,
        shipped.map(({ profile }) => profile.name),
      ),
    );
  const { name: _, ...profile } = found.profile;
  return { [name]: profile };
}

/** What an unknown name is answered with: those that exist. */
export function unknownText(name: string, shipped: readonly string[]): string {
  return `there is no profile ${name}; known are ${[...Object.keys(builtInProfiles), ...shipped].join(", ")}`;
}
