// The command `fleet history` shows who replaced the fleet of a stage, when, by which version, and what that changed.

import type { Command } from "commander";
import { listPushes, type Push } from "../state/pushes.ts";
import { type OutputOptions, withOutput } from "./options.ts";
import { printOutput } from "./print-output.ts";
import { stageOf, withState } from "./state-table.ts";
import type { Terminal } from "./terminal.ts";

type Options = OutputOptions & { stage?: string };

export function declareFleetHistory(command: Command, terminal: Terminal): void {
  withOutput(command)
    .option("--stage <name>", "the stage whose fleet was replaced (default: STAGE)")
    .action((options: Options) => history(terminal, options));
}

async function history(terminal: Terminal, options: Options): Promise<void> {
  const pushes = await withState(stageOf(terminal, options.stage), (store) => listPushes(store, 0));
  const columns = [
    { head: "AT" },
    { head: "DID" },
    { head: "BY" },
    { head: "CHANGED" },
    { head: "WHY", drop: 1, wraps: true },
    { head: "VERSION", drop: 2 },
  ];
  const rows = pushes.map((push) => [push.at, push.did, callerText(push.by), changeText(push), push.why ?? "-", push.version ?? "-"]);
  const names = pushes.flatMap(({ version }) => version ?? []);
  printOutput(terminal, options, { document: { pushes }, names, table: { columns, rows } });
}

/** `arn:aws:sts::1:assumed-role/platform/ben` as `platform/ben`; the document has it whole. */
function callerText(by: string): string {
  return by.replace(/^arn:[^/]*:(?:assumed-role|user)\//, "");
}

function changeText({ counts, added, removed, changed }: Push): readonly string[] {
  const parts = [
    ["added", counts.added, added],
    ["removed", counts.removed, removed],
    ["changed", counts.changed, changed],
  ] as const;
  return parts.flatMap(([what, count, names]) => {
    if (count === 0) return [];
    const [first = "", ...others] = names;
    return count === 1 ? [`${what} ${first}`] : [`${what} ${count}: ${first}`, ...others];
  });
}
