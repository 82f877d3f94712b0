// Prints a fleet's status: a head that tells three times apart, and a table with the worst first.

import { InvalidArgumentError } from "commander";
import { ageText } from "../core/age.ts";
import { hasSeveralProfiles, resourceName } from "../core/outcome/outcome.ts";
import type { FleetStatus } from "../state/fleet-status.ts";
import { type By, type Group, groupsOf, type Line, linesOf, type State } from "../state/groups.ts";
import type { OutputOptions } from "./options.ts";
import { colored, counted } from "./output.ts";
import { isTable, printOutput } from "./print-output.ts";
import type { Table } from "./table.ts";
import { printJson, printMessage, printResult, type Terminal } from "./terminal.ts";

const COLORS: Partial<Record<State, "red" | "yellow" | "green" | "gray">> = {
  False: "red",
  crashed: "red",
  unreachable: "red",
  forbidden: "red",
  misconfigured: "red",
  refused: "red",
  True: "green",
  reconciled: "green",
  paused: "gray",
};

/** `because`, `cluster` or `label:KEY`, by which lines become groups. */
export function parseBy(text: string): By {
  if (text === "reason" || text === "because" || text === "cluster") return text;
  if (text.startsWith("label:") && text.length > "label:".length) return `label:${text.slice("label:".length)}`;
  throw new InvalidArgumentError("write reason, because, cluster, or label:KEY");
}

const PROFILE = { head: "PROFILE", drop: 3 };

type Options = OutputOptions & { by: By; watch?: number | true };

/** Prints a status to stdout; in a watch, JSON is a document a line. */
export function printStatus(terminal: Terminal, status: FleetStatus, options: Options): void {
  if (options.output === "json" && options.watch !== undefined) {
    printJson(terminal, status);
    return;
  }
  const names = status.clusters.flatMap(({ cluster, resources }) =>
    resources.length === 0 ? [cluster] : resources.map((resource) => `${cluster} ${resourceName(resource)}`),
  );
  if (isTable(options)) for (const line of headLines(status)) printResult(terminal, line);
  const lines = linesOf(status);
  const table = options.output === "wide" ? wideTable(lines, status) : groupedTable(lines, options.by, status);
  printOutput(terminal, options, { document: status, names, table });
  if (isTable(options) && lines.length === 0) printMessage(terminal, nothingText(status));
}

function nothingText({ stage, clusters }: FleetStatus): string {
  return stage !== undefined && clusters.length === 0
    ? `no cluster has been looked at: \`fleet push --fleet FILE --stage ${stage}\` gives the stage its fleet, and the next tick looks`
    : "there is nothing to show: no condition, and no cluster that is not reached";
}

/** `prod: 300 clusters, 2 unreachable; conditions: 3 False, 1 Unknown, 1,496 True` and when this was generated, looked at and changed. */
function headLines({ at, stage, run, clusters, summary }: FleetStatus): readonly string[] {
  const reached = Object.entries(summary.clusters);
  const total = reached.reduce((sum, [, count]) => sum + count, 0);
  const others = reached.flatMap(([was, count]) => (was === "reconciled" ? [] : [`, ${count} ${was}`]));
  const { True, False, Unknown } = summary.conditions;
  const name = stage === undefined ? "" : `${colored("bold", stage)}: `;
  const counts = `${name}${counted(total, "cluster")}${others.join("")}; conditions: ${False} False, ${Unknown} Unknown, ${True} True`;
  return [counts, seenLine({ at, stage, run, clusters })];
}

/** When this was generated, when the clusters were looked at, and when something changed. */
export function seenLine({ at, stage, run, clusters }: Pick<FleetStatus, "at" | "stage" | "run" | "clusters">): string {
  return [`generated ${at}`, lookedText(run, at, stage), changedText(clusters, at)].filter((text) => text !== "").join("; ");
}

function lookedText(run: FleetStatus["run"], at: string, stage: string | undefined): string {
  if (run === undefined)
    return stage === undefined ? "looked now" : colored("red", "looked never: no tick has come to its end in two days");
  const lost = run.lost === undefined ? "" : `, ${colored("red", `${counted(run.lost.length, "cluster")} not looked at`)}`;
  const missed = `${counted(run.missed, "tick")} missed`;
  return `looked ${ageText(run.at, at)} ago in ${run.ms}ms, ${run.missed > 0 ? colored("red", missed) : missed}${lost}`;
}

function changedText(clusters: FleetStatus["clusters"], at: string): string {
  const last = clusters.reduce((latest, { changed = "" }) => (changed > latest ? changed : latest), "");
  return last === "" ? "" : `changed ${ageText(last, at)} ago`;
}

// Where one profile judges all, it goes without saying.
function groupedTable(lines: readonly Line[], by: By, status: FleetStatus): Table {
  const groups = groupsOf(lines, by);
  const { columns, rows } = groupTable(groups, by, status);
  if (!hasSeveralProfiles(lines)) return { columns, rows };
  const profilesIn = (place: number) => groups[place]?.profiles ?? [];
  return {
    columns: columns.toSpliced(2, 0, PROFILE),
    rows: rows.map((row, place) => row.toSpliced(2, 0, profilesIn(place).length === 0 ? "-" : profilesIn(place))),
  };
}

function groupTable(groups: readonly Group[], by: By, { at }: FleetStatus): Table {
  const isSingle = by === "reason" || by === "because";
  const columns = [
    { head: "STATE" },
    { head: "SINCE" },
    ...(isSingle ? [] : [{ head: by === "cluster" ? "CLUSTER" : by.slice("label:".length).toUpperCase() }]),
    { head: "WHAT" },
    { head: "COUNT", drop: 1 },
    ...(by === "cluster" ? [] : [{ head: "WHERE" }]),
    { head: "BECAUSE", drop: 2 },
  ];
  const rows = groups.map(({ state, since, of, reasons, resources, clusters, because }) => [
    coloredState(state),
    ageText(since, at),
    ...(isSingle ? [] : [of || "-"]),
    reasons,
    resources === 0 ? String(clusters.length) : clusters.length === 1 ? String(resources) : `${resources} in ${clusters.length}`,
    ...(by === "cluster" ? [] : [clusters]),
    because.length === 0 ? "-" : because,
  ]);
  return { columns, rows };
}

function wideTable(lines: readonly Line[], { at }: FleetStatus): Table {
  const isOfSeveral = hasSeveralProfiles(lines);
  const heads = ["STATE", "SINCE", "CLUSTER", "RESOURCE", ...(isOfSeveral ? ["PROFILE"] : []), "REASON", "BECAUSE", "MESSAGE"];
  const columns = heads.map((head) => ({ head }));
  const rows = lines.map(({ state, since, cluster, resource = "-", profile = "-", reason, because, message }) => [
    coloredState(state),
    `${since} (${ageText(since, at)})`,
    cluster,
    resource,
    ...(isOfSeveral ? [profile] : []),
    reason,
    because.join(", ") || "-",
    message,
  ]);
  return { columns, rows };
}

function coloredState(state: State): string {
  return colored(COLORS[state] ?? "yellow", state);
}
