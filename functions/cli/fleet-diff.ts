// The command `fleet diff` shows, field by field, how a fleet file and the fleet that the functions read differ.

import type { Command } from "commander";
import { diffFields, diffFleets, type FieldDiff } from "../core/fleet/diff.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { readCurrent, type TargetOptions, targetOf, withTarget } from "./fleet-target.ts";
import { type OutputOptions, withFleet, withOutput } from "./options.ts";
import { colored } from "./output.ts";
import { printOutput } from "./print-output.ts";
import type { Terminal } from "./terminal.ts";

type Options = TargetOptions & OutputOptions & { fleet?: string };

const MAX_FIELDS = 20;
const MAX_VALUE = 100;

export function declareFleetDiff(command: Command, terminal: Terminal): void {
  withOutput(withTarget(withFleet(command)))
    .addHelpText("after", "\nExit codes: 0 no difference, 1 some, 2 wrong usage or configuration.")
    .action((options: Options) => diff(terminal, options));
}

async function diff(terminal: Terminal, options: Options): Promise<void> {
  const target = await targetOf(terminal, options);
  const { fleet: next } = await loadValidFleet(terminal, options.fleet, { isRemote: true });
  const { fleet: current } = await withPlaceInErrors(target.to, () => readCurrent(target));
  const { added, removed, changed: names } = diffFleets(current, next);
  const changed = names.map((cluster) => ({ cluster, fields: diffFields(current, next, cluster) }));
  const text = [
    ...added.map((name) => colored("green", `added    ${name}`)),
    ...removed.map((name) => colored("red", `removed  ${name}`)),
    ...changed.flatMap(({ cluster, fields }) => [colored("yellow", `changed  ${cluster}`), ...fieldLines(fields)]),
  ].join("\n");
  printOutput(terminal, options, { document: { added, removed, changed }, names: [...added, ...removed, ...names], table: text });
  terminal.exitCode = text === "" ? 0 : 1;
}

/** A line for each field that differs, and a count of those beyond a screenful. */
export function fieldLines(fields: readonly FieldDiff[]): readonly string[] {
  const more = fields.length - MAX_FIELDS;
  const lines = fields.slice(0, MAX_FIELDS).map(({ path, from, to }) => `  ${path}: ${valueText(from)} → ${valueText(to)}`);
  return more > 0 ? [...lines, `  and ${more} more`] : lines;
}

function valueText(value: unknown): string {
  if (value === undefined) return "-";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
