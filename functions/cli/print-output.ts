// Prints the result of a command in the format that was asked for, so that each format means the same for every command.

import { stringify } from "yaml";
import type { OutputOptions } from "./options.ts";
import { type Table, tableText } from "./table.ts";
import { printJson, printResult, type Terminal } from "./terminal.ts";

/** A result in each of its forms; `names` are one a line, such as `prod-eu-1 tracepipeline/checkout`. A text stands as it is. */
type Printable = { readonly document: object; readonly names: readonly string[]; readonly table: Table | string };

/** Prints a result to stdout; a table without rows, an empty text and an empty list of names print nothing. */
export function printOutput(terminal: Terminal, { output, headers }: OutputOptions, { document, names, table }: Printable): void {
  if (output === "json") printJson(terminal, document, 2);
  else if (output === "yaml") printResult(terminal, stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd());
  else printText(terminal, output === "name" ? names.join("\n") : shownText(terminal, { output, headers }, table));
}

function shownText(terminal: Terminal, { output, headers }: OutputOptions, table: Table | string): string {
  if (typeof table === "string" || table.rows.length === 0) return typeof table === "string" ? table : "";
  return tableText(table, widthOf(terminal, { output }), headers);
}

function printText(terminal: Terminal, text: string): void {
  if (text !== "") printResult(terminal, text);
}

/** Whether results are printed for a person, with messages beside them. */
export function isTable({ output }: Pick<OutputOptions, "output">): boolean {
  return output === "table" || output === "wide";
}

/** Whether a table shows a line for each thing, and nothing cut: by `wide`, and in a pipe. */
export function isWide({ stdout }: Terminal, { output }: Pick<OutputOptions, "output">): boolean {
  return output === "wide" || !stdout.isTTY;
}

/** The width of a table: that of the terminal, and none by `wide` and in a pipe. */
export function widthOf(terminal: Terminal, options: Pick<OutputOptions, "output">): number {
  return isWide(terminal, options) ? Number.POSITIVE_INFINITY : (terminal.stdout.columns ?? 80);
}

// What a screen shows beside the rows: headings, messages, the summary, the prompt.
const OTHER_LINES = 10;

/** How many rows of a table fit the screen. */
export function rowsOf({ stdout }: Terminal): number {
  return Math.max(5, (stdout.rows ?? 24) - OTHER_LINES);
}
