// Prints a timeline: each change with how long it lasted, the pushes of the fleet among them, and what was missed.

import { ageText, spanText } from "../core/age.ts";
import { hasSeveralProfiles, resourceName } from "../core/outcome/outcome.ts";
import { compareText } from "../core/text.ts";
import { timeText } from "../core/time.ts";
import type { Push } from "../state/pushes.ts";
import type { Change } from "../state/state.ts";
import type { Entry, Timeline } from "../state/timeline.ts";
import type { OutputOptions } from "./options.ts";
import { colored, coloredStatus, counted } from "./output.ts";
import { isTable, printOutput } from "./print-output.ts";
import type { Table } from "./table.ts";
import { printMessage, type Terminal } from "./terminal.ts";

type Window = { readonly sinceMs: number; readonly nowMs: number };

export function printTimeline(terminal: Terminal, timeline: Timeline, options: OutputOptions, { sinceMs, nowMs }: Window): void {
  const { entries, pushes, ticks } = timeline;
  const document = { since: timeText(sinceMs), at: timeText(nowMs), entries, pushes, ticks };
  const names = [...new Set(entries.map(nameOf))];
  printOutput(terminal, options, { document, names, table: tableOf(timeline, timeText(nowMs)) });
  if (isTable(options)) printMessage(terminal, summaryOf(timeline, sinceMs, nowMs));
}

function nameOf({ cluster, resource }: Change): string {
  return resource === undefined ? cluster : `${cluster} ${resourceName(resource)}`;
}

function tableOf({ entries, pushes }: Timeline, now: string): Table {
  const isOfSeveral = hasSeveralProfiles(entries);
  const columns = [
    { head: "AT" },
    { head: "CLUSTER" },
    { head: "WHAT" },
    ...(isOfSeveral ? [{ head: "PROFILE", drop: 3 }] : []),
    { head: "FROM" },
    { head: "TO" },
    { head: "LASTED", drop: 1 },
    { head: "BECAUSE", drop: 2 },
  ];
  const rows = [
    ...entries.map((entry) => ({ at: entry.at, cells: entryCells(entry, now), profile: entry.profile })),
    ...pushes.map((push) => ({ ...pushRow(push), profile: undefined })),
  ];
  rows.sort((one, other) => compareText(one.at, other.at));
  return { columns, rows: rows.map(({ cells, profile = "-" }) => (isOfSeveral ? cells.toSpliced(3, 0, profile) : cells)) };
}

function entryCells({ at, cluster, resource, from, to, because, lastedMs, isFlap, omitted }: Entry, now: string): Table["rows"][number] {
  const lasted = lastedMs === undefined ? `${ageText(at, now)} so far` : spanText(lastedMs);
  const what = resource === undefined ? "cluster" : resourceName(resource);
  const more = omitted === undefined ? [] : [`and ${omitted} more of this run`];
  return [at, cluster, what, sideText(from), sideText(to), `${lasted}${isFlap ? ", flaps" : ""}`, [...because, ...more].join(", ") || "-"];
}

function sideText(side: Change["from"]): string {
  if (side === null) return "-";
  if ("status" in side) return `${coloredStatus(side.status)} ${side.reason}`;
  return side.code === undefined ? side.was : `${side.was} ${side.code}`;
}

function pushRow({ at, by, did, version = "-", before = "-", why, counts }: Push): { at: string; cells: Table["rows"][number] } {
  const { added, removed, changed } = counts;
  const what = `${added} added, ${removed} removed, ${changed} changed`;
  const because = [`by ${by}`, ...(why === undefined ? [] : [why])].join(": ");
  return { at, cells: [at, "-", colored("bold", `fleet ${did}`), before, version, what, because] };
}

function summaryOf({ entries, pushes, ticks }: Timeline, sinceMs: number, nowMs: number): string {
  const flaps = entries.filter(({ isFlap }) => isFlap).length;
  const omitted = entries.reduce((sum, entry) => sum + (entry.omitted ?? 0), 0);
  const changes = `${counted(entries.length + omitted, "change")} in ${spanText(nowMs - sinceMs)}, ${counted(flaps, "flap")}`;
  const missed = `the reconciler missed ${ticks.missed} of ${counted(ticks.due, "tick")}`;
  const partial = ticks.partial === 0 ? "" : `, and lost a shard in ${ticks.partial}`;
  return `${changes}; ${counted(pushes.length, "change")} of the fleet file; ${missed}${partial}`;
}
