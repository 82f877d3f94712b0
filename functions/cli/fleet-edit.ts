// Sets a field of one cluster in a fleet file that people edit, and leaves every other character as it is.

import { isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type Scalar, stringify, type YAMLMap } from "yaml";
import { ConfigError } from "../core/errors.ts";
import type { Edit } from "../core/fleet/promote.ts";

type Uses = Extract<Edit, { profiles: unknown }>["profiles"];
/** What takes the place of a part of the text, by the offsets of the part. */
type Change = { readonly from: number; readonly to: number; readonly text: string };

/** The text with the edit in the entry of a cluster; a {@link ConfigError} where that entry is not written as a map of its own. */
export function withEdit(text: string, cluster: string, edit: Edit): string {
  const document = parseDocument(text, { merge: true, logLevel: "error", uniqueKeys: false });
  const clusters = document.get("clusters");
  const entry = isSeq(clusters) ? clusters.items.find((item) => isMap(item) && item.get("name") === cluster) : undefined;
  const name = isMap(entry) ? pairOf(entry, "name") : undefined;
  if (!isMap(entry) || name === undefined || !isScalar(name.key) || !isScalar(name.value))
    throw new ConfigError(`the entry of ${cluster} is not written in the list itself, but by an alias: edit it by hand`);
  const place: Place = { text, entry, key: name.key, name: name.value };
  return applied(text, "mode" in edit ? fieldChanges(place, "mode", edit.mode) : profileChanges(place, edit.profiles));
}

type Place = { readonly text: string; readonly entry: YAMLMap; readonly key: Scalar; readonly name: Scalar };

function pairOf(map: YAMLMap, field: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === field);
}

function profileChanges(place: Place, uses: Uses): readonly Change[] {
  const written = pairOf(place.entry, "profiles")?.value;
  if (!isSeq(written) || written.items.length !== uses.length) return fieldChanges(place, "profiles", uses);
  return uses.flatMap((use, index) => useChanges(place, written.items[index], use));
}

// A profile that has a mode of its own keeps its comments.
function useChanges(place: Place, item: unknown, use: Uses[number]): readonly Change[] {
  if (typeof use === "string") return [];
  if (!isMap(item)) return rangeOf(item).map(([from, to]) => ({ from, to, text: flowOf(place, use) }));
  return rangeOf(pairOf(item, "mode")?.value).map(([from, to]) => ({ from, to, text: flowOf(place, use.mode) }));
}

function fieldChanges(place: Place, field: string, value: string | Uses): readonly Change[] {
  const standing = pairOf(place.entry, field);
  if (standing !== undefined) return rangeOf(standing.value).map(([from, to]) => ({ from, to, text: flowOf(place, value) }));
  const { text, entry, key, name } = place;
  const end = name.range?.[1] ?? 0;
  if (entry.flow) return [{ from: end, to: end, text: `, ${flowOf(place, field)}: ${flowOf(place, value)}` }];
  const lineEnd = text.indexOf("\n", end) === -1 ? text.length : text.indexOf("\n", end);
  const start = key.range?.[0] ?? 0;
  const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  const isReturned = text[lineEnd - 1] === "\r";
  const at = isReturned ? lineEnd - 1 : lineEnd;
  return [{ from: at, to: at, text: `${isReturned ? "\r\n" : "\n"}${indent}${field}: ${flowOf(place, value)}` }];
}

function rangeOf(node: unknown): readonly (readonly [from: number, to: number])[] {
  const range = isNodeWithRange(node) ? node.range : undefined;
  return range ? [[range[0], range[1]]] : [];
}

function isNodeWithRange(node: unknown): node is Node {
  return typeof node === "object" && node !== null && "range" in node;
}

// On one line, and as JSON where the entry is JSON.
function flowOf({ key }: Place, value: string | Uses | Uses[number]): string {
  return key.type === "QUOTE_DOUBLE" ? JSON.stringify(value) : stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
}

function applied(text: string, changes: readonly Change[]): string {
  return changes
    .toSorted((one, other) => other.from - one.from)
    .reduce((before, { from, to, text: part }) => before.slice(0, from) + part + before.slice(to), text);
}
