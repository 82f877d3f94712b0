import { styleText } from "node:util";
import Table from "cli-table3";

type Colour = Parameters<typeof styleText>[0];

/** Text in a colour, where the stream is a terminal that wants colours (NO_COLOR and FORCE_COLOR count). */
export function colored(colour: Colour, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(colour, text, { stream });
}

/** `1 cluster`, `2 clusters`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const STATUS_COLOURS: Readonly<Record<string, Colour>> = { True: "green", False: "red", Unknown: "yellow" };

export function coloredStatus(status: string): string {
  return colored(STATUS_COLOURS[status] ?? "reset", status);
}

const SIDES = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
const LINES = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
const NO_BORDERS = { ...Object.fromEntries([...SIDES, ...LINES].map((side) => [side, ""])), middle: "   " };

/** Text in which servers have had a say, with nothing left that a terminal would obey but line ends and colours. */
export function sanitizeForTerminal(text: string): string {
  return text.replace(/\p{Cc}\[\d+m|[^\P{C}\n]/gu, (found) => (found.startsWith("\u001b[") ? found : " "));
}

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
