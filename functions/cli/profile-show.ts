// `profile show`: a built-in profile, to write one's own from.
import type { Command } from "commander";
import { stringify } from "yaml";
import { builtIn } from "./rules-render.ts";
import { printResult, type Terminal } from "./terminal.ts";

export function declareProfileShow(command: Command, terminal: Terminal): void {
  command.argument("<name>").action((name: string) => show(terminal, name));
}

function show(terminal: Terminal, name: string): void {
  const { name: builtInName, ...profile } = builtIn(name);
  // Where a message stands in many rows, it is written in each: no anchors, so that each can be edited alone.
  const text = stringify({ profiles: { [`my-${builtInName}`]: profile } }, { lineWidth: 0, aliasDuplicateObjects: false });
  printResult(terminal, text.trimEnd());
}
