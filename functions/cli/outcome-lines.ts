// Turns the outcomes of a pass into lines, the worst first, and many equal lines into groups.

import { attentionOf } from "../core/outcome/attention.ts";
import { type ClusterOutcome, type ResourceOutcome, resourceName } from "../core/outcome/outcome.ts";

/** What one resource comes to, or a cluster that shows none. */
export type Line = {
  readonly cluster: string;
  readonly resource?: string;
  /** The profile whose verdict it is. */
  readonly profile?: string;
  /** The type of the condition. */
  readonly type?: string;
  readonly status: string;
  readonly reason: string;
  readonly because: readonly string[];
  /** What became of it. */
  readonly was: string;
  /** The status before, where it is another. */
  readonly before?: string;
  readonly rank: number;
};

const RANKS: Readonly<Record<string, number>> = { False: 1, Unknown: 2, True: 5 };
const [FAILED, SKIPPED, IDLE] = [0, 3, 4];

/** A line for each resource, and for each cluster that shows none; problems first, else in the order of the fleet. */
export function linesOf(clusters: readonly ClusterOutcome[]): readonly Line[] {
  const lines = clusters.flatMap((outcome) =>
    outcome.resources.length === 0 ? [clusterLine(outcome)] : outcome.resources.map((one) => resourceLine(outcome.cluster, one)),
  );
  return lines.toSorted((one, other) => one.rank - other.rank);
}

function clusterLine(outcome: ClusterOutcome): Line {
  const { cluster, code } = outcome;
  const was = outcome.was === "reconciled" ? "no resources" : outcome.was;
  return { cluster, status: "-", reason: code ?? "-", because: [], was, rank: isFailed(outcome) ? FAILED : IDLE };
}

/** Whether a cluster failed as a whole, which a message says. */
export function isFailed(outcome: ClusterOutcome): boolean {
  return attentionOf(outcome).some(({ about }) => about === "cluster");
}

function resourceLine(cluster: string, outcome: ResourceOutcome): Line {
  const { profile } = outcome;
  const name = { cluster, resource: resourceName(outcome), ...(profile !== undefined && { profile }) };
  const was = outcome.was === "refused" ? `refused: ${outcome.code}` : outcome.was;
  if (outcome.was === "skipped") {
    const because = "by" in outcome && outcome.by ? [`written by ${outcome.by}`] : [];
    return { ...name, status: "-", reason: "-", because, was: `skipped: ${outcome.why}`, rank: SKIPPED };
  }
  const { condition, because = [] } = outcome;
  const { type, status = "-", reason = "-" } = condition ?? {};
  const before = was !== "unchanged" && outcome.before?.status !== status ? (outcome.before?.status ?? "not there") : undefined;
  return { ...name, type, status, reason, because, was, before, rank: outcome.was === "refused" ? FAILED : (RANKS[status] ?? SKIPPED) };
}

/** Lines that say the same, at least one. */
export type Group = readonly Line[];

/** Groups of one status, reason and cause; where those are more than `most`, of one status and reason. */
export function groupsOf(lines: readonly Line[], most: number): readonly Group[] {
  const groups = Map.groupBy(lines, ({ profile, status, reason, because, was }) =>
    JSON.stringify([profile, status, reason, because, status === "-" && was]),
  );
  const coarse = () => Map.groupBy(lines, ({ profile, rank, status, reason }) => JSON.stringify([profile, rank, status, reason]));
  return [...(groups.size <= most ? groups : coarse()).values()];
}
