import { styleText } from "node:util";
import Table from "cli-table3";

type Colour = Parameters<typeof styleText>[0];

/** Text in a colour, where the stream is a terminal that wants colours (NO_COLOR and FORCE_COLOR count). */
export function coloured(colour: Colour, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(colour, text, { stream });
}

/** `tracepipeline/checkout`, as kubectl names an object; with its namespace in the middle where it has one. */
export function resourceName({ kind, namespace, name }: { kind: string; namespace?: string; name: string }): string {
  return [kind.toLowerCase(), namespace, name].filter((part) => part !== undefined).join("/");
}

const STATUS_COLOURS: Readonly<Record<string, Colour>> = { True: "green", False: "red", Unknown: "yellow" };

export function colouredStatus(status: string): string {
  return coloured(STATUS_COLOURS[status] ?? "reset", status);
}

const SIDES = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
const LINES = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
const NO_BORDERS = { ...Object.fromEntries([...SIDES, ...LINES].map((side) => [side, ""])), middle: "   " };

/** Rows under their headings, as kubectl prints them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const printed = new Table({ chars: NO_BORDERS, style: { head: [], border: [], "padding-left": 0, "padding-right": 0 } });
  printed.push([...head], ...rows.map((row) => [...row]));
  return printed
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
