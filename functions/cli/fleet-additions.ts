// New clusters in a fleet file that a person keeps: added at the end of its list, with all else as it is written.
import { Document, isSeq, type Node, parseDocument, YAMLSeq } from "yaml";
import { ConfigError } from "../core/errors.ts";
import type { Addition } from "../discover/match.ts";

const WRITTEN = { lineWidth: 0 };

/** The text of a fleet file with more clusters at the end of its list. All else stays as it is written, unless the list is in braces. */
export function withClusters(text: string, additions: readonly Addition[]): string {
  if (additions.length === 0) return text;
  const document = parseDocument(text, { keepSourceTokens: true, logLevel: "error" });
  const clusters = document.get("clusters");
  if (!isSeq(clusters)) throw new ConfigError("its clusters are behind an alias: write the list itself, so that more can stand in it");
  const { srcToken: source, range } = clusters;
  if (source?.type === "block-seq" && range) return spliced(text, range[1], indented(blockOf(additions), source.indent));
  if (clusters.items.length === 0) clusters.flow = false;
  for (const addition of additions) clusters.add(toNode(document, addition));
  return document.toString(WRITTEN);
}

function blockOf(additions: readonly Addition[]): string {
  const document = new Document();
  const list = new YAMLSeq();
  for (const addition of additions) list.add(toNode(document, addition));
  document.contents = list;
  return document.toString(WRITTEN);
}

function toNode(document: Document<Node>, { entry, found }: Addition): Node {
  const { name, labels, kubernetes } = entry;
  const node = document.createNode(Object.keys(labels).length > 0 ? entry : { name, kubernetes }, { aliasDuplicateObjects: false });
  if (found.remarks.length > 0) node.commentBefore = found.remarks.map((remark) => ` ${remark}`).join("\n");
  return node;
}

function indented(block: string, spaces: number): string {
  return block.replace(/^(?=.)/gm, " ".repeat(spaces));
}

function spliced(text: string, end: number, lines: string): string {
  const lineEnd = text[end - 1] === "\n" ? end - 1 : text.indexOf("\n", end);
  const before = lineEnd === -1 ? `${text}\n` : text.slice(0, lineEnd + 1);
  const isCarriageReturned = before.includes("\r\n");
  return before + (isCarriageReturned ? lines.replaceAll("\n", "\r\n") : lines) + text.slice(before.length);
}
