import type { Command } from "commander";
import { stringify } from "yaml";
import { builtIn } from "./rules.ts";

export function addProfile(program: Command): void {
  const profile = program.command("profile").description("work with profiles: what alerts mean for resources");
  profile.command("show <name>").description("print a built-in profile as a fleet file has it, to write one of your own from").action(show);
}

function show(name: string): void {
  const { name: builtInName, ...profile } = builtIn(name);
  // Where a message stands in many rows, it is written in each: no anchors, which nobody could edit alone.
  const text = stringify({ profiles: { [`my-${builtInName}`]: profile } }, { lineWidth: 0, aliasDuplicateObjects: false });
  console.log(text.trimEnd());
}
