// Prints the passes of a watch: the first as a whole, of the others what changed and one line of what stays, each line with its time.

import { type ClusterOutcome, hasSeveralProfiles, summarize } from "../core/outcome/outcome.ts";
import { attentionLines, causesOf } from "./attention-output.ts";
import type { OutputOptions } from "./options.ts";
import { type Line, linesOf } from "./outcome-lines.ts";
import { passTable, staysLine, summaryLine } from "./outcome-output.ts";
import { colored, coloredStatus } from "./output.ts";
import { widthOf } from "./print-output.ts";
import { tableText } from "./table.ts";
import { printMessage, printResult, type Terminal } from "./terminal.ts";

/** What stands after a pass: the causes of each cluster's trouble by its name, and the text of each condition by cluster, resource and profile. */
export type Standing = { readonly clusters: ReadonlyMap<string, string>; readonly conditions: ReadonlyMap<string, string> };

/** Prints a pass for a person; `last` is what stood after the pass before, and `time` begins each line. */
export function printPass(
  terminal: Terminal,
  outcomes: readonly ClusterOutcome[],
  { last, time, ...options }: OutputOptions & { last: Standing | undefined; time: string },
): void {
  const stamped = (text: string) => text.replace(/^/gm, `${colored("gray", time)} `);
  const width = widthOf(terminal, options) - time.length - 1;
  const changed = outcomes.filter((outcome) => last?.clusters.get(outcome.cluster) !== causesText(outcome));
  for (const line of attentionLines(changed, width)) printMessage(terminal, stamped(line));
  const table = passTable(terminal, outcomes, options, width);
  if (last === undefined && table.rows.length > 0) printResult(terminal, stamped(tableText(table, width, options.headers)));
  if (last !== undefined) for (const line of changeLines(outcomes, changed, last)) printResult(terminal, stamped(line));
  const summary = summarize(outcomes);
  printMessage(terminal, stamped(last === undefined ? summaryLine(summary, width) : staysLine(summary)));
}

/** What stands after a pass. A cluster that shows no resource keeps what it showed. */
export function standingOf(outcomes: readonly ClusterOutcome[], last?: Standing): Standing {
  const conditions = linesOf(outcomes).flatMap((line) => (line.resource === undefined ? [] : [[keyOf(line), stateText(line)] as const]));
  return {
    clusters: new Map(outcomes.map((outcome) => [outcome.cluster, causesText(outcome)])),
    conditions: new Map([...(last?.conditions ?? []), ...conditions]),
  };
}

function changeLines(outcomes: readonly ClusterOutcome[], changed: readonly ClusterOutcome[], last: Standing): readonly string[] {
  const healed = changed
    .filter((outcome) => causesText(outcome) === "")
    .map(({ cluster }) => `${colored("bold", cluster)}: reconciled again`);
  const all = linesOf(outcomes);
  const isOfSeveral = hasSeveralProfiles(all);
  const lines = all.filter((line) => line.resource !== undefined && last.conditions.get(keyOf(line)) !== stateText(line));
  return [...healed, ...lines.map((line) => changeLine(line, isOfSeveral, last.conditions.get(keyOf(line))))];
}

function changeLine(line: Line, isOfSeveral: boolean, before = "not there"): string {
  const because = line.because.length === 0 ? "" : ` (${line.because.join(", ")})`;
  const by = isOfSeveral && line.profile !== undefined ? ` by ${line.profile}` : "";
  return `${colored("bold", line.cluster)} ${line.resource ?? ""}${by}: ${before} → ${stateText(line)}${because}`;
}

function causesText(outcome: ClusterOutcome): string {
  return causesOf(outcome).join("; ");
}

function keyOf({ cluster, resource = "", profile, type = "" }: Line): string {
  return [cluster, resource, profile ?? type].join(" ");
}

function stateText({ status, reason, was }: Line): string {
  return status === "-" ? was : `${coloredStatus(status)} ${reason}`;
}
