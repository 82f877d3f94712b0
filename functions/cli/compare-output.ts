// Prints where two profiles disagree on the resources of a fleet.

import { InvalidArgumentError } from "commander";
import { ageText } from "../core/age.ts";
import { ConfigError } from "../core/errors.ts";
import { orNearest } from "../core/nearest.ts";
import { resourceName } from "../core/outcome/outcome.ts";
import type { Comparison, Disagreement, Pair } from "../state/compare.ts";
import type { OutputOptions } from "./options.ts";
import { colored, coloredStatus, counted } from "./output.ts";
import { isTable, printOutput } from "./print-output.ts";
import type { Table } from "./table.ts";
import { printJson, printResult, type Terminal } from "./terminal.ts";

/** `v1,v2`: the names of two profiles. */
export function parsePair(text: string): Pair {
  const [one = "", other = "", ...more] = text.split(",").map((name) => name.trim());
  if (one === "" || other === "" || one === other || more.length > 0)
    throw new InvalidArgumentError("write the names of two profiles with a comma between");
  return [one, other];
}

/** A {@link ConfigError} where one of the two judges nothing here. */
export function requireProfiles(pair: Pair, known: Iterable<string>): void {
  const names = [...new Set(known)];
  const missing = pair.find((name) => !names.includes(name));
  if (missing === undefined) return;
  const those = names.length === 0 ? "; there is none at all" : `; there are ${names.join(", ")}`;
  throw new ConfigError(`no cluster is judged by ${missing}${orNearest([missing], names) || those}`);
}

type Options = OutputOptions & { watch?: number | true };

/** Prints a comparison to stdout; in a watch, JSON is a document a line. `seen` says when the clusters were looked at. */
export function printComparison(terminal: Terminal, comparison: Comparison, seen: string, options: Options): void {
  const { disagreements } = comparison;
  if (options.output === "json" && options.watch !== undefined) {
    printJson(terminal, comparison);
    return;
  }
  if (isTable(options)) for (const line of [headLine(comparison), seen]) printResult(terminal, line);
  const names = disagreements.map((one) => `${one.cluster} ${resourceName(one)}`);
  const table = options.output === "wide" ? wideTable(comparison) : groupTable(comparison);
  printOutput(terminal, options, { document: comparison, names, table });
}

/** `prod: kyma-telemetry and v2 agree on 44 of 45 resources of 3 clusters; 2 of these for another reason`. */
function headLine({ stage, profiles, summary }: Comparison): string {
  const { compared, agree, otherReason, onlyOne, clusters } = summary;
  const name = stage === undefined ? "" : `${colored("bold", stage)}: `;
  const parts = [
    `${profiles.join(" and ")} agree on ${agree} of ${counted(compared, "resource")} of ${counted(clusters.compared, "cluster")}`,
    ...(otherReason === 0 ? [] : [`for another reason on ${otherReason} of them`]),
    ...(onlyOne === 0 ? [] : [`one alone judges ${onlyOne} more`]),
    ...(clusters.others === 0 ? [] : [`${counted(clusters.others, "cluster")} not compared`]),
  ];
  return name + parts.join("; ");
}

function groupTable({ at, profiles, disagreements }: Comparison): Table {
  const groups = Map.groupBy(disagreements, ({ one, other }) => [one.status, one.reason, other.status, other.reason].join(" "));
  const largest = [...groups.values()].sort((one, other) => other.length - one.length);
  const columns = [...headsOf(profiles), { head: "SINCE" }, { head: "COUNT", drop: 1 }, { head: "WHERE" }, { head: "BECAUSE", drop: 2 }];
  return { columns, rows: largest.map((group) => groupRow(group, at)) };
}

function groupRow(group: readonly Disagreement[], at: string): Table["rows"][number] {
  const [first] = group;
  const clusters = [...new Set(group.map(({ cluster }) => cluster))];
  const where = clusters.length > 1 ? clusters : group.map((one) => `${one.cluster} ${resourceName(one)}`);
  const count = clusters.length > 1 ? `${group.length} in ${clusters.length}` : String(group.length);
  const because = [...new Set(group.flatMap(becauseOf))];
  return [
    ...(first === undefined ? [] : sidesOf(first)),
    ageText(first?.since ?? at, at),
    count,
    where,
    because.length === 0 ? "-" : because,
  ];
}

function wideTable({ at, profiles, disagreements }: Comparison): Table {
  const columns = [{ head: "CLUSTER" }, { head: "RESOURCE" }, ...headsOf(profiles), { head: "SINCE" }, { head: "BECAUSE" }];
  const rows = disagreements.map((one) => [
    one.cluster,
    resourceName(one),
    ...sidesOf(one),
    `${one.since} (${ageText(one.since, at)})`,
    becauseOf(one).join(", ") || "-",
  ]);
  return { columns, rows };
}

function headsOf(profiles: Pair): Table["columns"] {
  return profiles.map((name) => ({ head: name.toUpperCase() }));
}

function sidesOf({ one, other }: Disagreement): readonly string[] {
  return [one, other].map(({ status, reason }) => `${coloredStatus(status)} ${reason}`);
}

function becauseOf({ one, other }: Disagreement): readonly string[] {
  return [...new Set([...one.because, ...other.because])];
}
