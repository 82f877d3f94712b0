// The command `profile show` prints a built-in profile as a start for a new one.

import type { Command } from "commander";
import { stringify } from "yaml";
import { builtIn } from "./rules-render.ts";
import { printResult, type Terminal } from "./terminal.ts";

export function declareProfileShow(command: Command, terminal: Terminal): void {
  command.argument("<name>").action((name: string) => show(terminal, name));
}

function show(terminal: Terminal, name: string): void {
  const { name: builtInName, ...profile } = builtIn(name);
  // Repeated messages are written out instead of as aliases, so that each row can be edited alone.
  const text = stringify({ profiles: { [`my-${builtInName}`]: profile } }, { lineWidth: 0, aliasDuplicateObjects: false });
  printResult(terminal, text.trimEnd());
}
