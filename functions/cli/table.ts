// Lays out a table in the width of a terminal: columns are narrowed or left out in a stated order, and no word is ever broken.

import { sanitizeForTerminal, visibleLength } from "./terminal.ts";

/** A list is a cell of several items, of which as many are shown as fit, with the number of the others. */
export type Cell = string | readonly string[];

type Column = {
  readonly head: string;
  /** Which column goes first where the table is too wide: that of the highest number. Without one a column stays. */
  readonly drop?: number;
  /** Whether a text, or the first item of a list, continues on further lines where the column is narrow; else a text ends with `…`. */
  readonly wraps?: boolean;
};

export type Table = { readonly columns: readonly Column[]; readonly rows: readonly (readonly Cell[])[] };

const GAP = 3;
/** A text column is no narrower than this, if its texts are longer. */
const MIN_TEXT = 20;

/**
 * The lines of a table of at most `width` characters. What is too wide is first narrowed, the last column before the others: texts to their
 * first words, lists to their first items. Then columns are left out by their `drop`. What still does not fit stays longer than the width.
 */
export function tableText({ columns, rows }: Table, width: number, hasHead = true): string {
  const safe = rows.map((row) => row.map((cell) => (typeof cell === "string" ? sanitizeForTerminal(cell) : cell.map(sanitizeForTerminal))));
  const measured = columns.map((column, at) =>
    measure(
      column,
      safe.map((row) => row[at] ?? ""),
      hasHead,
    ),
  );
  const shown = narrowed(withoutDropped(measured, width), width);
  const head = hasHead ? lineTexts(shown.map((column) => ({ ...column, lines: [column.head] }))) : [];
  const body = safe.flatMap((_, row) =>
    lineTexts(shown.map((column) => ({ ...column, lines: cellLines(column, column.cells[row] ?? "") }))),
  );
  return [...head, ...body].join("\n");
}

/** Whether a table fits a width when all that may be left out is. */
export function fits({ columns, rows }: Table, width: number): boolean {
  const kept = columns.flatMap((column, at) =>
    column.drop === undefined
      ? [
          measure(
            column,
            rows.map((row) => row[at] ?? ""),
            true,
          ).least,
        ]
      : [],
  );
  return lineWidth(kept) <= width;
}

function longest(words: readonly string[]): number {
  return words.reduce((most, word) => Math.max(most, visibleLength(word)), 0);
}

type Measured = Column & { readonly cells: readonly Cell[]; readonly width: number; readonly least: number };

function measure(column: Column, cells: readonly Cell[], hasHead: boolean): Measured {
  const head = hasHead ? column.head.length : 0;
  const widest = (widths: readonly number[]) => widths.reduce((most, one) => Math.max(most, one), head);
  return { ...column, cells, width: widest(cells.map(fullWidth)), least: widest(cells.map((cell) => leastWidth(column, cell))) };
}

function withoutDropped(columns: readonly Measured[], width: number): readonly Measured[] {
  const first = columns.reduce<Measured | undefined>((most, one) => ((one.drop ?? 0) > (most?.drop ?? 0) ? one : most), undefined);
  if (first === undefined || lineWidth(columns.map(({ least }) => least)) <= width) return columns;
  return withoutDropped(
    columns.filter((column) => column !== first),
    width,
  );
}

// From the last column to the first, each gives what is still too much.
function narrowed(columns: readonly Measured[], width: number): readonly Measured[] {
  let excess = lineWidth(columns.map((column) => column.width)) - width;
  const fromLast = columns.toReversed().map((column) => {
    const given = Math.max(0, Math.min(excess, column.width - column.least));
    excess -= given;
    return { ...column, width: column.width - given };
  });
  return fromLast.toReversed();
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((total, one) => total + one, GAP * (widths.length - 1));
}

function fullWidth(cell: Cell): number {
  return typeof cell === "string" ? Math.max(...cell.split("\n").map(visibleLength)) : visibleLength(cell.join(", "));
}

function leastWidth({ wraps = false }: Column, cell: Cell): number {
  if (typeof cell !== "string") return longest(wraps ? firstItems(cell, 1).split(" ") : [firstItems(cell, 1)]);
  const full = fullWidth(cell);
  if (wraps) return Math.min(full, MIN_TEXT);
  const [first = ""] = cell.split(" ");
  return Math.min(full, Math.max(MIN_TEXT, visibleLength(first) + 2));
}

function cellLines({ width, wraps = false }: Measured, cell: Cell): readonly string[] {
  if (typeof cell !== "string") return wrapped(boundList(cell, width), width).map(unbound);
  return cell.split("\n").flatMap((line) => (wraps ? wrapped(line, width) : [cutText(line, width)]));
}

/** As many items as fit, at least one and at most `max`, with the number of the others: `a, b +7`. */
export function listText(items: readonly string[], width: number, max = items.length): string {
  return unbound(boundList(items, width, max));
}

function boundList(items: readonly string[], width: number, max = items.length): string {
  let most = 1;
  let length = -2;
  for (const [at, item] of items.slice(0, max).entries()) {
    length += 2 + visibleLength(item);
    if (length > width) break;
    if (length + visibleLength(moreText(items.length - at - 1)) <= width) most = at + 1;
  }
  return firstItems(items, most);
}

// The number of the others stands on one line with the last item.
const BOUND = "\u00a0";

function unbound(text: string): string {
  return text.replaceAll(BOUND, " ");
}

function firstItems(items: readonly string[], count: number): string {
  return items.slice(0, count).join(", ") + moreText(items.length - count);
}

function moreText(more: number): string {
  return more > 0 ? `${BOUND}+${more}` : "";
}

function cutText(text: string, width: number): string {
  if (visibleLength(text) <= width) return text;
  const [first = ""] = wrapped(text, width - 2);
  return `${first} …`;
}

/** The text in lines of at most `width` characters, of whole words. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let length = 0;
  for (const word of text.split(" ")) {
    const more = visibleLength(word);
    const hasRoom = lines.length > 0 && length + 1 + more <= width;
    length = hasRoom ? length + 1 + more : more;
    if (hasRoom) lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
}

function lineTexts(columns: readonly { readonly width: number; readonly lines: readonly string[] }[]): readonly string[] {
  const height = columns.reduce((most, { lines }) => Math.max(most, lines.length), 1);
  return Array.from({ length: height }, (_, line) =>
    columns
      .map(({ width, lines: { [line]: text = "" } }) => text + " ".repeat(Math.max(0, width - visibleLength(text))))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}
