// Formats counts and colors the same way for all commands; the terminal removes colors where a stream shows none.

import { styleText } from "node:util";
import { tableText } from "./table.ts";

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

/** Rows under their headings, as kubectl prints them, as wide as they are. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = head.map((text) => ({ head: text }));
  return tableText({ columns, rows }, Number.POSITIVE_INFINITY);
}
