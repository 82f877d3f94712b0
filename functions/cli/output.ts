// Formats tables and colors the same way for all commands; the terminal removes colors where a stream shows none.

import { styleText } from "node:util";
import Table from "cli-table3";
import { sanitizeForTerminal } from "./terminal.ts";

type Color = Parameters<typeof styleText>[0];

export function colored(color: Color, text: string): string {
  return styleText(color, text, { validateStream: false });
}

/** `1 cluster`, `2 clusters`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const STATUS_COLORS: Readonly<Record<string, Color>> = { True: "green", False: "red", Unknown: "yellow" };

export function coloredStatus(status: string): string {
  const color = STATUS_COLORS[status];
  return color === undefined ? status : colored(color, status);
}

const SIDES = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
const LINES = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
const NO_BORDERS = { ...Object.fromEntries([...SIDES, ...LINES].map((side) => [side, ""])), middle: "   " };

/** Rows under their headings, as kubectl prints them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const printed = new Table({ chars: NO_BORDERS, style: { head: [], border: [], "padding-left": 0, "padding-right": 0 } });
  printed.push([...head], ...rows.map((row) => row.map(sanitizeForTerminal)));
  return printed
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
