// Formats the outcomes of a pass: a table with a line for each resource or each group of equal ones, and one line that counts them.

import { type ClusterOutcome, hasSeveralProfiles, type Summary } from "../core/outcome/outcome.ts";
import type { OutputOptions } from "./options.ts";
import { type Group, groupsOf, isFailed, type Line, linesOf } from "./outcome-lines.ts";
import { colored, coloredStatus, counted } from "./output.ts";
import { isWide, rowsOf, widthOf } from "./print-output.ts";
import { type Cell, fits, type Table, wrapped } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const PROFILE = { head: "PROFILE", drop: 4 };

const COLUMNS = [
  { head: "CLUSTER" },
  { head: "RESOURCE" },
  { head: "STATUS" },
  { head: "REASON" },
  { head: "RESULT", drop: 3 },
  { head: "BECAUSE", drop: 2 },
];

// The name of the only cluster is what its reader has asked for.
const ONE_CLUSTER = COLUMNS.map((column) => (column.head === "CLUSTER" ? { ...column, drop: 1 } : column));

const GROUP_COLUMNS = [
  { head: "STATUS" },
  { head: "REASON" },
  { head: "COUNT" },
  { head: "BECAUSE", drop: 1 },
  { head: "RESULT", drop: 2 },
  { head: "WHERE", wraps: true },
];

/** A row for each resource, or for a cluster without resources its own outcome; problems first. */
export function outcomeTable(clusters: readonly ClusterOutcome[], { onlyNews }: { onlyNews: boolean }): Table {
  const lines = linesOf(clusters).filter(
    ({ resource, was }) => !onlyNews || (resource !== undefined && was !== "unchanged" && !was.startsWith("skipped")),
  );
  return tableOf(COLUMNS, lines);
}

// Where one profile judges all, it goes without saying.
function tableOf(columns: Table["columns"], lines: readonly Line[]): Table {
  if (!hasSeveralProfiles(lines)) return { columns, rows: lines.map(rowOf) };
  return { columns: columns.toSpliced(2, 0, PROFILE), rows: lines.map((line) => rowOf(line).toSpliced(2, 0, line.profile ?? "-")) };
}

/** A row for each resource; on a terminal where they do not fit the screen, one for each group of equal ones. Messages tell of clusters that failed. */
export function passTable(
  terminal: Terminal,
  clusters: readonly ClusterOutcome[],
  options: OutputOptions,
  width = widthOf(terminal, options),
): Table {
  if (isWide(terminal, options)) return outcomeTable(clusters, { onlyNews: false });
  const failed = new Set(clusters.filter(isFailed).map(({ cluster }) => cluster));
  const lines = linesOf(clusters).filter(({ cluster, resource }) => resource !== undefined || !failed.has(cluster));
  const most = rowsOf(terminal);
  const isOne = lines.every(({ cluster }) => cluster === lines[0]?.cluster);
  const table = tableOf(isOne ? ONE_CLUSTER : COLUMNS, lines);
  if (lines.length <= most && fits(table, width)) return table;
  const groups = groupsOf(lines, most);
  if (!hasSeveralProfiles(lines)) return { columns: GROUP_COLUMNS, rows: groups.map(groupRow) };
  return { columns: [PROFILE, ...GROUP_COLUMNS], rows: groups.map((group) => [group[0]?.profile ?? "-", ...groupRow(group)]) };
}

function rowOf({ cluster, resource = "-", status, reason, because, was, before }: Line): readonly Cell[] {
  const result = before === undefined ? was : `${was} (was ${before})`;
  return [cluster, resource, coloredStatus(status), reason, was.startsWith("refused") ? colored("red", result) : result, orDash(because)];
}

function groupRow(group: Group): readonly Cell[] {
  const [{ cluster = "", resource, status = "-", reason = "-" } = {}] = group;
  const because = new Set(group.flatMap((line) => line.because));
  const clusters = [...new Set(group.map((line) => line.cluster))];
  const names = group.flatMap((line) => line.resource ?? []);
  const where = clusters.length > 1 || resource === undefined ? clusters : [`${cluster} ${names[0]}`, ...names.slice(1)];
  return [coloredStatus(status), reason, String(group.length), orDash([...because]), countsOf(group), where];
}

function countsOf(group: Group): readonly string[] {
  return [...Map.groupBy(group, ({ was }) => was)].map(([was, lines]) => `${lines.length} ${was}`);
}

function orDash(texts: readonly string[]): Cell {
  return texts.length === 0 ? "-" : texts;
}

/** In lines of at most `width` characters: `3 clusters: 2 reconciled, 1 unreachable; 9 resources: 9 unchanged; 9 conditions: 8 True, 1 False`. */
export function summaryLine({ clusters, resources, conditions }: Summary, width = Number.POSITIVE_INFINITY): string {
  const parts = [countedAs("cluster", clusters), countedAs("resource", resources), countedAs("condition", conditions)];
  return wrapped(parts.join("; "), width).join("\n");
}

/** What stays in a watch, in one line: `285 of 300 clusters reconciled; 1074 True, 30 False`. */
export function staysLine({ clusters, conditions }: Summary): string {
  const total = Object.values(clusters).reduce((sum, count) => sum + count, 0);
  return [`${clusters.reconciled} of ${counted(total, "cluster")} reconciled`, ...countsText(conditions)].join("; ");
}

function countedAs(noun: string, counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [counted(total, noun), ...countsText(counts)].join(": ");
}

function countsText(counts: Readonly<Record<string, number>>): readonly string[] {
  const parts = Object.entries(counts).flatMap(([was, count]) => (count === 0 ? [] : [`${count} ${was}`]));
  return parts.length === 0 ? [] : [parts.join(", ")];
}
