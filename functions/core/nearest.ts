// Finds what a mistyped name may mean, so that a message about it names what is there.

import { compareText } from "./text.ts";

const MAX_NAMES = 3;
const MAX_COMPARED = 64;
const SHARED_START = 3;

/** The names that are most like one of the wrong ones, best first, as the end of a message: `; prod-eu-1, prod-eu-2?`; empty where none is. */
export function orNearest(wrong: readonly string[], names: Iterable<string>): string {
  const found = [...new Set(names)].flatMap((name) => {
    const distances = wrong.map((one) => distance(one, name)).filter((one) => one !== undefined);
    return distances.length === 0 ? [] : [{ name, distance: Math.min(...distances) }];
  });
  const near = found.sort((one, other) => one.distance - other.distance || compareText(one.name, other.name)).slice(0, MAX_NAMES);
  return near.length === 0 ? "" : `; ${near.map(({ name }) => name).join(", ")}?`;
}

// Undefined where the names have little in common: neither most of their characters nor their start.
function distance(wrong: string, name: string): number | undefined {
  if (wrong.length > MAX_COMPARED || name.length > MAX_COMPARED) return undefined;
  const edits = editsBetween(wrong.toLowerCase(), name.toLowerCase());
  const shared = [...wrong.toLowerCase()].findIndex((character, at) => character !== name[at]?.toLowerCase());
  const isStart = shared === -1 || shared >= SHARED_START;
  const longest = Math.max(wrong.length, name.length);
  const isNear = edits <= Math.max(1, Math.floor(longest / 3)) || (isStart && edits < longest * 0.7);
  return isNear ? edits : undefined;
}

// Levenshtein's distance, in which two neighbors that changed places are one edit: https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance
function editsBetween(one: string, other: string): number {
  const first = Array.from({ length: other.length + 1 }, (_, at) => at);
  let [before, last]: Rows = [first, first];
  for (let row = 1; row <= one.length; row++) [before, last] = [last, nextRow([before, last], row, one, other)];
  return editsAt(last, other.length);
}

type Rows = readonly [readonly number[], readonly number[]];

function nextRow([before, last]: Rows, row: number, one: string, other: string): readonly number[] {
  const next = [row];
  for (let column = 1; column <= other.length; column++) {
    const isSame = one[row - 1] === other[column - 1];
    const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
    const replaced = editsAt(last, column - 1) + (isSame ? 0 : 1);
    const swapped = isSwapped ? editsAt(before, column - 2) + 1 : replaced;
    next.push(Math.min(editsAt(last, column) + 1, editsAt(next, column - 1) + 1, replaced, swapped));
  }
  return next;
}

function editsAt(row: readonly number[], place: number): number {
  return row[place] ?? Number.POSITIVE_INFINITY;
}
