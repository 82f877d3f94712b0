// Formats the problems of a fleet file for the person who edits it: each with the name of its cluster and its line, and equal ones once.

import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { ParsedFleet } from "../core/fleet/fleet.ts";
import { isClusterName } from "../core/names.ts";
import { type Problem, pathText, problemText } from "../core/validation.ts";

const MAX_PLACES = 3;

/** A line for each problem: ``clusters[147] `prod-eu-12`, line 150: there is no field kubconfig; kubernetes?``; those of several clusters are one. */
export function problemLines({ problems: shared, wrong }: ParsedFleet, text: string): readonly string[] {
  const all = [...shared, ...wrong.flatMap(({ problems }) => problems)];
  const problems = [...new Map(all.map((problem) => [problemText(problem), problem])).values()];
  if (problems.length === 0) return [];
  const places = openPlaces(text);
  const groups = Map.groupBy(problems, ({ path, message }) => JSON.stringify([isOfCluster(path) ? path.slice(2) : path, message]));
  return [...groups.values()].map((group) => {
    const shown = group.slice(0, MAX_PLACES).map((problem) => placeText(problem, places));
    const more = group.length > MAX_PLACES ? ` and ${group.length - MAX_PLACES} more` : "";
    return `${shown.join("; ")}${more}: ${group[0]?.message ?? ""}`;
  });
}

type Places = { readonly document: Document; readonly lines: LineCounter | undefined };

// In a text of one line, as `fleet push` writes it, lines say nothing.
function openPlaces(text: string): Places {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "error", uniqueKeys: false });
  return { document, lines: text.trimEnd().includes("\n") ? lines : undefined };
}

function placeText({ path, field }: Problem, { document, lines }: Places): string {
  const name = isOfCluster(path) ? document.getIn([...path.slice(0, 2), "name"]) : undefined;
  const offset = offsetOf(document, field === undefined ? path : [...path, field]);
  return [
    pathText(path) + (typeof name === "string" && isClusterName(name) ? ` \`${name}\`` : ""),
    ...(lines === undefined || offset === undefined ? [] : [`line ${lines.linePos(offset).line}`]),
  ].join(", ");
}

// Of the part that stands in the text: what is missing has no place, and what an alias or a merge key brings stands elsewhere.
function offsetOf(document: Document, path: Problem["path"]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const step = path[length - 1];
    const found = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))?.key : undefined;
    const item = isSeq(parent) && typeof step === "number" ? parent.items[step] : found;
    if (isNode(item) && item.range) return item.range[0];
  }
  return undefined;
}

function isOfCluster([list, index]: Problem["path"]): boolean {
  return list === "clusters" && typeof index === "number";
}
