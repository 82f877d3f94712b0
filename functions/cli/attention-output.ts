// Formats what needs attention as lines: one for each cause, with the names and the remedy.

import { type Code, remedies } from "../core/errors.ts";
import { type Attention, attentionOf, type Unknown } from "../core/outcome/attention.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { colored, counted } from "./output.ts";
import { listText, wrapped } from "./table.ts";
import { sanitizeForTerminal, visibleLength } from "./terminal.ts";

/** How many names a line in a pipe has. */
const MAX_NAMES = 10;

/** Of more causes than this, why conditions are Unknown, the first stands for all. */
const MAX_CAUSES = 3;

type Problem = {
  readonly cluster: string;
  /** What is wrong, in words that hold for several clusters. */
  readonly what: string;
  readonly resource?: string;
  /** What makes it equal to others, where there is no code. */
  readonly cause?: string;
  readonly isUnknown?: boolean;
  readonly code?: Code;
  readonly message?: string;
  readonly frames?: readonly string[];
};

/**
 * The lines about failures in at most `width` characters: where, what, and the remedy; equal failures of several clusters or resources are one.
 * Contested conditions are in the table already.
 */
export function attentionLines(clusters: readonly ClusterOutcome[], width = Number.POSITIVE_INFINITY): readonly string[] {
  const problems = withFewCauses(clusters.flatMap(problemsOf));
  const groups = Map.groupBy(problems, ({ what, cause, code, message }) => JSON.stringify(cause ?? [what, code ?? message]));
  return [...groups.values()].flatMap((group) => groupLines(group, width));
}

// Each of a thousand young sources has an age of its own, and one line says as much.
function withFewCauses(problems: readonly Problem[]): readonly Problem[] {
  const causes = new Set(problems.flatMap(({ isUnknown, cause }) => (isUnknown && cause !== undefined ? [cause] : [])));
  if (causes.size <= MAX_CAUSES) return problems;
  return problems.map((problem) =>
    problem.isUnknown ? { ...problem, cause: "", what: `${problem.what}, and ${causes.size - 1} other causes` } : problem,
  );
}

function problemsOf(outcome: ClusterOutcome): readonly Problem[] {
  return attentionOf(outcome).flatMap((one) => toProblems(outcome.cluster, one));
}

/** What is wrong with a cluster, in words that stay the same from pass to pass. */
export function causesOf(outcome: ClusterOutcome): readonly string[] {
  return [...new Set(problemsOf(outcome).map(sharedText))];
}

function toProblems(cluster: string, one: Attention): readonly Problem[] {
  const { about } = one;
  if (about === "contested" || (about === "kind" && one.isCause)) return [];
  if (about === "cluster") return [{ ...one, cluster, what: one.was, frames: one.crash?.frames }];
  if (about === "unknown") return [{ cluster, what: unknownText(one), cause: one.because, isUnknown: true }];
  if (about === "unmatched") return [{ cluster, what: one.message, cause: one.alert }];
  if (about === "kind") return [{ ...one, cluster, what: `${one.kind} not listed` }];
  if (about === "resource") return [{ ...one, cluster, what: "refused" }];
  if (about === "heartbeat") return [{ ...one, cluster, what: "heartbeat refused" }];
  return [{ ...one, cluster, what: about === "event" ? "patched, its Event refused" : `${about} unreadable` }];
}

function groupLines(group: readonly Problem[], width: number): readonly string[] {
  const [first, second] = group;
  if (first === undefined) return [];
  const { code, frames = [] } = first;
  const lines =
    second === undefined
      ? wrapped(lineOf(first), width - INDENT.length)
      : [groupLine(group, sanitizeForTerminal(sharedText(first)), width)];
  const remedy = code === undefined ? [] : wrapped(remedies[code], width - INDENT.length);
  const indented = lines.map((line, at) => (at === 0 ? line : INDENT + line));
  return [...indented, ...frames.map((frame) => `  at ${frame}`), ...remedy.map((text) => INDENT + text)];
}

const INDENT = "  ";

function lineOf({ cluster, what, resource, message }: Problem): string {
  const subject = resource === undefined ? what : `${resource} ${what}`;
  return `${colored("bold", cluster)}: ${sanitizeForTerminal([subject, message].filter((text) => text !== undefined).join(": "))}`;
}

function sharedText({ what, cause, code, message }: Problem): string {
  return [what, cause === undefined ? (code ?? message) : undefined].filter((text) => text !== undefined).join(": ");
}

function unknownText({ resource, count, because }: Unknown): string {
  const subject = count === 1 ? `${resource} is Unknown` : `${resource} and ${count - 1} more are Unknown`;
  return `${subject}: ${because}`;
}

function groupLine(group: readonly Problem[], text: string, width: number): string {
  const clusters = [...new Set(group.map(({ cluster }) => cluster))];
  const resources = group.flatMap(({ cluster, resource }) => (resource === undefined ? [] : [`${cluster} ${resource}`]));
  const [noun, names] = resources.length > 0 ? ["resource", resources] : ["cluster", clusters];
  const start = `${colored("bold", counted(names.length, noun))}: ${text}: `;
  return start + listText(names, width - visibleLength(start), MAX_NAMES);
}
