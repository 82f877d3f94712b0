// Formats what needs attention as lines: one for each cause, with the names and the remedy.

import { type Code, remedies } from "../core/errors.ts";
import { type Attention, attentionOf } from "../core/outcome/attention.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { colored, counted } from "./output.ts";
import { sanitizeForTerminal } from "./terminal.ts";

const MAX_NAMES = 3;

type Problem = {
  readonly cluster: string;
  /** What is wrong, in words that hold for several clusters. */
  readonly what: string;
  readonly resource?: string;
  readonly alert?: string;
  readonly code?: Code;
  readonly message?: string;
  readonly frames?: readonly string[];
};

/** The lines about failures: where, what, and the remedy; equal failures of several clusters or resources are one. Contested conditions are in the table already. */
export function attentionLines(clusters: readonly ClusterOutcome[]): readonly string[] {
  const problems = clusters.flatMap((outcome) => attentionOf(outcome).flatMap((one) => toProblems(outcome.cluster, one)));
  const groups = Map.groupBy(problems, ({ what, code, alert, message }) => JSON.stringify([what, code ?? alert ?? message]));
  return [...groups.values()].flatMap(groupLines);
}

function toProblems(cluster: string, one: Attention): readonly Problem[] {
  const { about } = one;
  if (about === "contested" || (about === "kind" && one.isCause)) return [];
  if (about === "cluster") return [{ ...one, cluster, what: one.was, frames: one.crash?.frames }];
  if (about === "unmatched") return [{ cluster, what: "unmatched", alert: one.alert, message: one.message }];
  if (about === "kind") return [{ ...one, cluster, what: `${one.kind} not listed` }];
  if (about === "resource") return [{ ...one, cluster, what: "refused" }];
  return [{ ...one, cluster, what: about === "event" ? "patched, its Event refused" : `${about} unreadable` }];
}

function groupLines(group: readonly Problem[]): readonly string[] {
  const [first, second] = group;
  if (first === undefined) return [];
  const { code, frames = [] } = first;
  const line = second === undefined ? lineOf(first) : `${namesOf(group)}: ${sanitizeForTerminal(sharedText(first))}`;
  return [line, ...frames.map((frame) => `  at ${frame}`), ...(code === undefined ? [] : [`  ${remedies[code]}`])];
}

function lineOf({ cluster, what, resource, alert, message }: Problem): string {
  const subject = resource === undefined ? what : `${resource} ${what}`;
  const texts = [...(alert === undefined ? [subject] : []), ...(message === undefined ? [] : [message])];
  return `${colored("bold", cluster)}: ${sanitizeForTerminal(texts.join(": "))}`;
}

function sharedText({ what, alert, code, message }: Problem): string {
  if (alert !== undefined) return message ?? alert;
  return [what, code ?? message].filter((text) => text !== undefined).join(": ");
}

function namesOf(group: readonly Problem[]): string {
  const clusters = [...new Set(group.map(({ cluster }) => cluster))];
  const resources = group.flatMap(({ cluster, resource }) => (resource === undefined ? [] : [`${cluster} ${resource}`]));
  const [noun, names] = resources.length > 0 ? ["resource", resources] : ["cluster", clusters];
  const more = names.length - MAX_NAMES;
  return `${colored("bold", counted(names.length, noun))} (${names.slice(0, MAX_NAMES).join(", ")}${more > 0 ? ` +${more}` : ""})`;
}
