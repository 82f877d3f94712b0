// Adds clusters to a fleet file that people edit, so that its comments and its formatting stay.

import { Document, isSeq, type Node, parseDocument, YAMLSeq } from "yaml";
import { ConfigError } from "../core/errors.ts";
import type { Addition } from "../discover/match.ts";

const FORMAT = { lineWidth: 0 };

/** The text with clusters appended to its list. The rest of the text stays the same, unless the list is in flow style. */
export function withClusters(text: string, additions: readonly Addition[]): string {
  if (additions.length === 0) return text;
  const document = parseDocument(text, { keepSourceTokens: true, logLevel: "error" });
  const clusters = document.get("clusters");
  if (!isSeq(clusters)) throw new ConfigError("its clusters are an alias: write the list itself, so that clusters can be added to it");
  const { srcToken: source, range } = clusters;
  if (source?.type === "block-seq" && range) return insertAt(text, range[1], indent(blockOf(additions), source.indent));
  if (clusters.items.length === 0) clusters.flow = false;
  for (const addition of additions) clusters.add(toNode(document, addition));
  return document.toString(FORMAT);
}

function blockOf(additions: readonly Addition[]): string {
  const document = new Document();
  const list = new YAMLSeq();
  for (const addition of additions) list.add(toNode(document, addition));
  document.contents = list;
  return document.toString(FORMAT);
}

function toNode(document: Document<Node>, { entry, found }: Addition): Node {
  const { name, labels, kubernetes } = entry;
  const node = document.createNode(Object.keys(labels).length > 0 ? entry : { name, kubernetes }, { aliasDuplicateObjects: false });
  if (found.remarks.length > 0) node.commentBefore = found.remarks.map((remark) => ` ${remark}`).join("\n");
  return node;
}

function indent(block: string, spaces: number): string {
  return block.replace(/^(?=.)/gm, " ".repeat(spaces));
}

function insertAt(text: string, end: number, lines: string): string {
  const lineEnd = text[end - 1] === "\n" ? end - 1 : text.indexOf("\n", end);
  const before = lineEnd === -1 ? `${text}\n` : text.slice(0, lineEnd + 1);
  const hasCarriageReturns = before.includes("\r\n");
  return before + (hasCarriageReturns ? lines.replaceAll("\n", "\r\n") : lines) + text.slice(before.length);
}
