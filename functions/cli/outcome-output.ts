// What became of clusters and their resources, as a table and as lines.
import { type Code, type Failure, remedies } from "../core/errors.ts";
import { type ClusterOutcome, isOutOfReach, type ResourceOutcome, resourceName, type Summary } from "../core/outcome/outcome.ts";
import { colored, coloredStatus, counted, table } from "./output.ts";
import { sanitizeForTerminal } from "./terminal.ts";

const HEAD = ["CLUSTER", "RESOURCE", "STATUS", "REASON", "RESULT", "BECAUSE"];

/** A row for each resource; for a cluster without any, what became of it. Undefined where there is nothing to show. */
export function outcomeTable(clusters: readonly ClusterOutcome[], { onlyNews }: { onlyNews: boolean }): string | undefined {
  const rows = clusters.flatMap((outcome) => {
    const shown = outcome.resources.filter(({ was }) => !onlyNews || (was !== "unchanged" && was !== "skipped"));
    if (shown.length > 0) return shown.map((resource) => [outcome.cluster, ...resourceCells(resource)]);
    return onlyNews ? [] : [[outcome.cluster, "-", "-", "-", outcome.was === "reconciled" ? "no resources" : outcome.was, "-"]];
  });
  return rows.length === 0 ? undefined : table(HEAD, rows);
}

function resourceCells(outcome: ResourceOutcome): readonly string[] {
  const name = resourceName(outcome);
  if (outcome.was === "skipped")
    return [name, "-", "-", `skipped: ${outcome.why}`, "by" in outcome && outcome.by ? `written by ${outcome.by}` : "-"];
  if (outcome.was === "refused") return [name, "-", "-", colored("red", `refused: ${outcome.code}`), "-"];
  const { condition, before, was, because } = outcome;
  const change = was !== "unchanged" && before?.status !== condition.status ? ` (was ${before?.status ?? "not there"})` : "";
  return [name, coloredStatus(condition.status), condition.reason, was + change, because.join(", ") || "-"];
}

/** What a person has to look at: where, what failed, what to do next. */
export function attentionLines(clusters: readonly ClusterOutcome[]): readonly string[] {
  return clusters.flatMap((outcome) => [
    ...(outcome.message === undefined ? [] : problem(outcome.cluster, outcome.was, outcome.message, outcome.code)),
    ...(outcome.crash?.frames ?? []).map((frame) => `  at ${frame}`),
    ...(outcome.alerts?.was === "unreadable"
      ? problem(outcome.cluster, "alerts unreadable", outcome.alerts.message, outcome.alerts.code)
      : []),
    ...(isOutOfReach(outcome) ? [] : outcome.unlisted)
      .filter(({ message }) => message !== outcome.message)
      .flatMap(({ kind, message, code }) => problem(outcome.cluster, `${kind} not listed`, message, code)),
    ...(outcome.alerts?.was === "read" ? failed(outcome.cluster, "silences unreadable", outcome.alerts.silencesUnreadable) : []),
    ...outcome.resources.flatMap((resource) => {
      if (resource.was === "refused") return failed(outcome.cluster, `${resourceName(resource)} refused`, resource);
      const event = resource.was === "patched" ? resource.eventRefused : undefined;
      return failed(outcome.cluster, `${resourceName(resource)} patched, its Event refused`, event);
    }),
  ]);
}

function failed(cluster: string, what: string, failure: Failure | undefined): readonly string[] {
  return failure === undefined ? [] : problem(cluster, what, failure.message, failure.code);
}

function problem(cluster: string, what: string, message: string, code: Code | undefined): readonly string[] {
  const line = `${colored("bold", cluster)}: ${sanitizeForTerminal(`${what}: ${message}`)}`;
  return code === undefined ? [line] : [line, `  ${remedies[code]}`];
}

export function summaryLine({ clusters, resources }: Summary): string {
  return `${countedAs("cluster", clusters)}; ${countedAs("resource", resources)}`;
}

function countedAs(noun: string, counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = Object.entries(counts).flatMap(([was, count]) => (count === 0 ? [] : [`${count} ${was}`]));
  return `${counted(total, noun)}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`;
}
