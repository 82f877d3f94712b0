// Prints a replay for a person: how long each status, what changed when and why, and how far all that can be trusted.

import { resourceName } from "../core/outcome/outcome.ts";
import { durationText, timeText } from "../core/time.ts";
import { WATCHDOG } from "../core/verdict/finding.ts";

import type { Disagreement, Transition } from "../replay/figures.ts";
import type { ProfileReplay, ResourceReplay } from "../replay/profile.ts";
import type { Proposal } from "../replay/proposals.ts";
import type { ClusterReplay } from "../replay/replay.ts";
import { UNKNOWABLE } from "../replay/report.ts";
import { colored, coloredStatus, counted } from "./output.ts";
import { type Cell, tableText } from "./table.ts";

// Of what flaps all week, the first and the last tell enough.
const MAX_LINES = 40;
const SECOND_MS = 1_000;
const NOT_EVALUATED = `no evaluation is recorded, by ${WATCHDOG} or by Prometheus' own metrics: that nothing fired proves nothing; try --from expr`;
const ORIGINS = { alerts: "recorded alerts", expr: "expressions, with `for` and `keep_firing_for`" } as const;

/** @param width that of the terminal */
export function replayText(clusters: readonly ClusterReplay[], width: number): string {
  const parts = clusters.flatMap((cluster) => cluster.profiles.flatMap((one) => [headOf(cluster, one), ...profileParts(one, width)]));
  return [...parts, [colored("bold", "What a replay cannot know:"), ...UNKNOWABLE.map((line) => `  - ${line}`)].join("\n")].join("\n\n");
}

function headOf(
  { cluster, origin, sinceMs, untilMs, stepMs }: ClusterReplay,
  { profile, warmUpMs, remembersFromMs, gaps, grid, isEvaluated, resources, unanswered }: ProfileReplay,
): string {
  const missing = gaps.reduce((sum, { ms }) => sum + ms, 0);
  return [
    `${colored("bold", cluster)}, ${profile.condition} of ${profile.name}, from ${ORIGINS[origin]}`,
    `${timeText(sinceMs)} to ${timeText(untilMs)} every ${durationText(stepMs)}; warming up for ${durationText(warmUpMs)} before, not counted`,
    ...(remembersFromMs === undefined ? [] : [rememberedText(remembersFromMs, grid.fromMs + grid.count * grid.stepMs)]),
    ...(isEvaluated || origin === "expr" ? [] : [NOT_EVALUATED]),
    ...(missing === 0
      ? []
      : [`nothing recorded for ${timeSpan(missing)} in ${counted(gaps.length, "gap")}: Unknown there${whyText(gaps)}`]),
    ...gatesText(resources, untilMs - sinceMs),
    ...unanswered.map((why) => `the question for the conditions of then is not answered: ${why}`),
  ].join("\n");
}

function gatesText(resources: readonly ResourceReplay[], totalMs: number): readonly string[] {
  const known = resources.flatMap(({ gatesMs }) => gatesMs ?? []);
  if (known.length === 0) return [];
  const leastMs = Math.min(...known);
  if (Math.max(...known) === 0) return ["gates as they are now: nothing is recorded of their conditions"];
  return [`gates as kube-state-metrics recorded them${leastMs < totalMs ? ", as they are now where it did not" : ""}`];
}

function rememberedText(fromMs: number, endMs: number): string {
  return fromMs >= endMs ? "the source remembers nothing of it" : `the source remembers nothing before ${timeText(fromMs)}`;
}

function whyText(gaps: ProfileReplay["gaps"]): string {
  const told = [...new Set(gaps.map(({ why }) => why))].filter((why) => why !== "nothing is recorded");
  return told.length === 0 ? "" : ` (${told.join("; ")})`;
}

function profileParts(one: ProfileReplay, width: number): readonly string[] {
  const { resources, proposals, comparableMs } = one;
  if (resources.length === 0) return ["no resource to replay"];
  const error = comparableMs === undefined ? [] : [errorText(resources, comparableMs)];
  const parts = resources.flatMap((resource) => resourceParts(resource, width));
  return [summaryTable(resources, width), ...parts, ...error, ...storedText(resources), ...proposals.map(proposalText)];
}

const CHANGES = [{ head: "AT" }, { head: "STATUS" }, { head: "REASON", drop: 1 }, { head: "BECAUSE", wraps: true }];
const AGAINST = [{ head: "AT" }, { head: "FOR" }, { head: "THIS" }, { head: "AGAINST" }];
const COLUMNS = [
  { head: "RESOURCE" },
  { head: "TRUE" },
  { head: "FALSE" },
  { head: "UNKNOWN" },
  { head: "CHANGES" },
  { head: "FLAPS", drop: 2 },
  { head: "LONGEST NOT TRUE", drop: 3 },
  { head: "DECIDED BY", drop: 1 },
];

function summaryTable(resources: readonly ResourceReplay[], width: number): string {
  return tableText({ columns: COLUMNS, rows: resources.map(summaryCells) }, width);
}

function summaryCells({ resource, skipped, ms, transitions, flaps, longest, decided }: ResourceReplay): readonly Cell[] {
  const name = resourceName({ kind: resource.of.kind, name: resource.name, namespace: resource.namespace });
  if (skipped !== undefined) return [name, "-", "-", "-", "-", "-", "-", `skipped: ${skipped}`];
  const total = ms.True + ms.False + ms.Unknown;
  const share = (part: number) => (part === 0 ? "-" : `${((100 * part) / total).toFixed(1)}% ${timeSpan(part)}`);
  const worst = [longest.False, longest.Unknown].filter((one) => one !== undefined).sort((one, other) => other.ms - one.ms)[0];
  const perHour = (flaps * 3_600_000) / total;
  const deciders = decided
    .filter(({ by }) => by !== "healthy")
    .map(({ by, what, ms: length }) => `${by === "gap" ? "a gap" : what || by} ${timeSpan(length)}`);
  return [
    name,
    share(ms.True),
    share(ms.False),
    share(ms.Unknown),
    String(transitions.length),
    flaps === 0 ? "-" : `${flaps} (${perHour.toFixed(2)}/h)`,
    worst === undefined ? "-" : `${timeSpan(worst.ms)} at ${timeText(worst.fromMs)}`,
    deciders.length === 0 ? "health" : deciders,
  ];
}

function resourceParts({ resource, standing, transitions, against }: ResourceReplay, width: number): readonly string[] {
  const name = resourceName({ kind: resource.of.kind, name: resource.name, namespace: resource.namespace });
  const told = transitions.length === 0 || standing === undefined ? [] : [transitionsText(name, standing, transitions, width)];
  return [...told, ...(against === undefined || against.length === 0 ? [] : [againstText(name, against, width)])];
}

function transitionsText(
  name: string,
  standing: NonNullable<ResourceReplay["standing"]>,
  transitions: readonly Transition[],
  width: number,
): string {
  const first = ["before", coloredStatus(standing.status), standing.reason, standing.because.join(", ") || "-"];
  const rows = transitions.map(({ atMs, status, reason, because, dependsOnPhase }) => [
    timeText(atMs),
    coloredStatus(status),
    reason,
    (because.join(", ") || "nothing fires") + (dependsOnPhase ? " (not so half a step later)" : ""),
  ]);
  return `${colored("bold", name)}\n${tableText({ columns: CHANGES, rows: shortened([first, ...rows]) }, width)}`;
}

function shortened(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  if (rows.length <= MAX_LINES) return rows;
  const half = MAX_LINES / 2;
  return [...rows.slice(0, half), [`… ${rows.length - MAX_LINES} more, see -o json`, "", "", ""], ...rows.slice(-half)];
}

function againstText(name: string, against: readonly Disagreement[], width: number): string {
  const rows = against.map(({ fromMs, ms, one, other }) => [
    timeText(fromMs),
    timeSpan(ms),
    `${coloredStatus(one.status)} ${one.reason}`,
    `${coloredStatus(other.status)} ${other.reason}`,
  ]);
  return `${colored("bold", name)}: the two disagree for ${timeSpan(sumOf(against))}\n${tableText({ columns: AGAINST, rows: shortened(rows) }, width)}`;
}

function errorText(resources: readonly ResourceReplay[], comparableMs: number): string {
  if (comparableMs === 0) return "No alerts are recorded of this time: what is computed can be held against nothing.";
  const wrong = resources.reduce((sum, { error = [] }) => sum + sumOf(error), 0);
  const share = (100 * wrong) / (comparableMs * resources.length);
  return `Held against the recorded alerts of ${timeSpan(comparableMs)}: another status for ${timeSpan(wrong)}, ${share.toFixed(2)}% of the time.`;
}

const NOTHING_STORED =
  "Nothing is known of what stood in the conditions: name the stage whose history tells it with --stage, or export them with `rules render --format kube-state-metrics`.";

function storedText(resources: readonly ResourceReplay[]): readonly string[] {
  const known = resources.filter(({ storedMs = 0 }) => storedMs > 0);
  if (known.length === 0) return resources.some(({ storedMs }) => storedMs !== undefined) ? [NOTHING_STORED] : [];
  const knownMs = known.reduce((sum, { storedMs = 0 }) => sum + storedMs, 0);
  const wrong = known.reduce((sum, { against = [] }) => sum + sumOf(against), 0);
  const share = ((100 * wrong) / knownMs).toFixed(2);
  return [
    `Held against what stood in ${known.length} of ${counted(resources.length, "condition")}, known for ${timeSpan(knownMs)} in all: another status for ${timeSpan(wrong)}, ${share}% of the time.`,
  ];
}

function sumOf(disagreements: readonly Disagreement[]): number {
  return disagreements.reduce((sum, { ms }) => sum + ms, 0);
}

function proposalText({ field, value, transitions, falseMs }: Proposal): string {
  const cost = falseMs.after - falseMs.before;
  const effect = cost === 0 ? "" : `, False for ${timeSpan(Math.abs(cost))} ${cost > 0 ? "longer" : "shorter"}`;
  return `${colored("bold", `${field}: ${value}`)} would turn ${counted(transitions.before, "change")} into ${transitions.after}${effect}`;
}

/** `6d 23h`, `4m 30s`: the two largest units. */
function timeSpan(ms: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
    ["s", 1],
  ] as const;
  let rest = Math.round(ms / SECOND_MS);
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.slice(0, 2).join(" ") || "0s";
}
