// Prints what doctor finds: equal findings of many clusters once, with some of their names, and what to do.

import { shortList } from "../core/text.ts";
import { type Check, type Diagnosis, isHealthy } from "../doctor/checks/check.ts";
import { type Group, groupsOf } from "../doctor/checks/groups.ts";
import type { OutputOptions } from "./options.ts";
import { colored, counted } from "./output.ts";
import { isTable, isWide, printOutput } from "./print-output.ts";
import type { Table } from "./table.ts";
import { asTyped, printMessage, type Terminal } from "./terminal.ts";

type Options = OutputOptions & { readonly all?: boolean };

const COLORS = { failed: "red", warning: "yellow", skipped: "gray", ok: "green" } as const;
const KINDS = ["failed", "warning", "skipped", "ok"] as const;
const MAX_NAMES = 3;
const MAX_TEXTS = 3;

/** Prints the diagnoses of clusters; JSON has every check of each of them. */
export function printDiagnoses(terminal: Terminal, diagnoses: readonly Diagnosis[], options: Options): void {
  const names = diagnoses.filter((diagnosis) => !isHealthy([diagnosis])).map(({ cluster }) => cluster);
  const shown = diagnoses.map((diagnosis) => shownOf(terminal, diagnosis, options));
  const max = isWide(terminal, options) ? Number.POSITIVE_INFINITY : MAX_NAMES;
  const table = options.output === "wide" ? wideTable(shown) : groupTable(shown, diagnoses.length > 1, max);
  printOutput(terminal, options, { document: { clusters: diagnoses }, names, table });
  if (isTable(options) && diagnoses.length > 0) printMessage(terminal, summaryText(diagnoses, options));
}

/** Prints the checks of one thing that is no cluster, under its name. */
export function printChecks(terminal: Terminal, document: { readonly checks: readonly Check[] }, name: string, options: Options): void {
  const diagnosis = { cluster: name, checks: document.checks };
  const table = groupTable([shownOf(terminal, diagnosis, options)], false, 0);
  printOutput(terminal, options, { document, names: isHealthy([diagnosis]) ? [] : [name], table });
  if (isTable(options)) printMessage(terminal, summaryText([diagnosis], options));
}

// With hints that can be typed as they stand there.
function shownOf(terminal: Terminal, { cluster, checks }: Diagnosis, options: Options): Diagnosis {
  const shown = checks.filter((check) => isShown(check, options));
  return { cluster, checks: shown.map((check) => ({ ...check, ...(check.remedy && { remedy: asTyped(terminal, check.remedy) }) })) };
}

// What is well, and what has no answer, needs no action.
function isShown({ was }: Check, { all = false }: Pick<Options, "all">): boolean {
  return all || was === "failed" || was === "warning";
}

const COLUMNS = [{ head: "RESULT" }, { head: "CHECK", wraps: true }, { head: "MESSAGE", wraps: true }];

function groupTable(diagnoses: readonly Diagnosis[], isFleet: boolean, maxNames: number): Table {
  const rows = groupsOf(diagnoses).map((group) => [coloredResult(group.was), group.check, groupText(group, isFleet, maxNames)]);
  return { columns: COLUMNS, rows };
}

// The texts, below each where it is, and below them what to do.
function groupText({ findings, remedy }: Group, isFleet: boolean, maxNames: number): string {
  const max = Number.isFinite(maxNames) ? MAX_TEXTS : maxNames;
  const texts = findings.slice(0, max).flatMap(({ message, clusters }) => [message, ...(isFleet ? [placesText(clusters, maxNames)] : [])]);
  const others = findings.length - max;
  return [
    ...texts,
    ...(others > 0 ? [`and ${counted(others, "other message")}: -o wide shows them`] : []),
    ...(remedy === undefined ? [] : [`→ ${remedy}`]),
  ].join("\n");
}

/** `in 12 clusters: a, b, c and 9 more`. */
function placesText(clusters: readonly string[], maxNames: number): string {
  const names = shortList(clusters, maxNames);
  return clusters.length === 1 ? `in ${names}` : `in ${clusters.length} clusters: ${names}`;
}

function wideTable(diagnoses: readonly Diagnosis[]): Table {
  const columns = ["CLUSTER", "CHECK", "RESULT", "MESSAGE", "REMEDY"].map((head) => ({ head }));
  const rows = diagnoses.flatMap(({ cluster, checks }) =>
    checks.map(({ check, was, message, remedy = "-" }) => [cluster, check, coloredResult(was), message, remedy]),
  );
  return { columns, rows };
}

/** `prod: 31 checks: 1 failed, 30 ok`, and of a fleet how many clusters have what at worst. */
function summaryText(diagnoses: readonly Diagnosis[], { all = false }: Options): string {
  const checks = diagnoses.flatMap((diagnosis) => diagnosis.checks);
  const [first] = diagnoses;
  const whose = diagnoses.length === 1 ? (first?.cluster ?? "") : `${counted(diagnoses.length, "cluster")}${worstText(diagnoses)}`;
  const isHidden = !all && checks.some((check) => !isShown(check, {}));
  return `${colored("bold", whose)}: ${counted(checks.length, "check")}: ${countsText(checks)}${isHidden ? " (--all shows them all)" : ""}`;
}

function worstText(diagnoses: readonly Diagnosis[]): string {
  const worst = diagnoses.map(({ checks }) => KINDS.find((kind) => checks.some(({ was }) => was === kind)));
  const withWorst = ([kind, words]: readonly [Check["was"], string]) => {
    const count = worst.filter((one) => one === kind).length;
    return count === 0 ? "" : `, ${count} with ${words}`;
  };
  return (
    [
      ["failed", "failures"],
      ["warning", "warnings"],
    ] as const
  )
    .map(withWorst)
    .join("");
}

function countsText(checks: readonly Check[]): string {
  const counts = KINDS.map((kind) => [kind, checks.filter(({ was }) => was === kind).length] as const);
  return counts.flatMap(([kind, count]) => (count === 0 ? [] : [`${count} ${kind}`])).join(", ");
}

function coloredResult(was: Check["was"]): string {
  return colored(COLORS[was], was);
}
