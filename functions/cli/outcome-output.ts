// Formats the outcomes of clusters and resources as a table, and what needs attention as lines.

import { type Failure, remedies } from "../core/errors.ts";
import { type Attention, attentionOf, type Unknown } from "../core/outcome/attention.ts";
import { type ClusterOutcome, type Refused, type ResourceOutcome, resourceName, type Summary } from "../core/outcome/outcome.ts";
import { colored, coloredStatus, counted, table } from "./output.ts";
import { sanitizeForTerminal } from "./terminal.ts";

const HEAD = ["CLUSTER", "RESOURCE", "STATUS", "REASON", "RESULT", "BECAUSE"];

/** A row for each resource, or for a cluster without resources its own outcome; undefined where there is nothing to show. */
export function outcomeTable(clusters: readonly ClusterOutcome[], { onlyNews }: { onlyNews: boolean }): string | undefined {
  const rows = clusters.flatMap((outcome) => {
    const visible = outcome.resources.filter(({ was }) => !onlyNews || (was !== "unchanged" && was !== "skipped"));
    if (visible.length > 0) return visible.map((resource) => [outcome.cluster, ...resourceCells(resource)]);
    return onlyNews ? [] : [[outcome.cluster, "-", "-", "-", outcome.was === "reconciled" ? "no resources" : outcome.was, "-"]];
  });
  return rows.length === 0 ? undefined : table(HEAD, rows);
}

function resourceCells(outcome: ResourceOutcome): readonly string[] {
  const name = resourceName(outcome);
  if (outcome.was === "skipped")
    return [name, "-", "-", `skipped: ${outcome.why}`, "by" in outcome && outcome.by ? `written by ${outcome.by}` : "-"];
  if (outcome.was === "refused") return [name, ...refusedCells(outcome)];
  const { condition, before, was, because } = outcome;
  const change = was !== "unchanged" && before?.status !== condition.status ? ` (was ${before?.status ?? "not there"})` : "";
  return [name, coloredStatus(condition.status), condition.reason, was + change, because.join(", ") || "-"];
}

function refusedCells({ code, condition, because = [] }: Refused): readonly string[] {
  const result = colored("red", `refused: ${code}`);
  if (condition === undefined) return ["-", "-", result, "-"];
  return [coloredStatus(condition.status), condition.reason, result, because.join(", ") || "-"];
}

/** One line for each failure: where, what, and the remedy. Contested conditions are in the table already. */
export function attentionLines(clusters: readonly ClusterOutcome[]): readonly string[] {
  return clusters.flatMap((outcome) => attentionOf(outcome).flatMap((one) => linesOf(outcome.cluster, one)));
}

function linesOf(cluster: string, one: Attention): readonly string[] {
  if (one.about === "cluster") return [...problem(cluster, one.was, one), ...(one.crash?.frames ?? []).map((frame) => `  at ${frame}`)];
  if (one.about === "unknown") return problem(cluster, unknownText(one), {});
  if (one.about === "unmatched") return problem(cluster, one.message, {});
  if (one.about === "contested" || (one.about === "kind" && one.isCause)) return [];
  return problem(cluster, failureText(one), one);
}

function unknownText({ resource, count, because }: Unknown): string {
  const what = count === 1 ? `${resource} is Unknown` : `${resource} and ${count - 1} more are Unknown`;
  return `${what}: ${because}`;
}

function failureText(one: Exclude<Attention, { about: "cluster" | "contested" | "unknown" | "unmatched" }>): string {
  if (one.about === "kind") return `${one.kind} not listed`;
  if (one.about === "resource") return `${one.resource} refused`;
  return one.about === "event" ? `${one.resource} patched, its Event refused` : `${one.about} unreadable`;
}

function problem(cluster: string, what: string, { message, code }: Partial<Failure>): readonly string[] {
  const line = `${colored("bold", cluster)}: ${sanitizeForTerminal(message === undefined ? what : `${what}: ${message}`)}`;
  return code === undefined ? [line] : [line, `  ${remedies[code]}`];
}

export function summaryLine({ clusters, resources, conditions }: Summary): string {
  return [countedAs("cluster", clusters), countedAs("resource", resources), countedAs("condition", conditions)].join("; ");
}

function countedAs(noun: string, counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(counts).flatMap(([was, count]) => (count === 0 ? [] : [`${count} ${was}`]));
  return `${counted(total, noun)}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}
