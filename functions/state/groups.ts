// Makes of a fleet's status the lines that a person reads: the worst first, and many equal lines one group.

import { resourceName } from "../core/outcome/outcome.ts";
import { compareText } from "../core/text.ts";
import type { ClusterStatus, FleetStatus } from "./fleet-status.ts";
import type { Labels, ResourceState } from "./state.ts";

/** The states of a line, the worst first: what cannot be known is apart from what is not healthy. */
const STATES = [
  "False",
  "crashed",
  "unreachable",
  "forbidden",
  "misconfigured",
  "refused",
  "unreadable",
  "Unknown",
  "contested",
  "warming up",
  "late",
  "paused",
  "True",
  "reconciled",
] as const;
export type State = (typeof STATES)[number];

/** One condition, or one cluster that has something to say itself. `since` is RFC 3339. */
export type Line = {
  readonly state: State;
  readonly cluster: string;
  readonly labels: Labels;
  /** `tracepipeline/checkout`; undefined for a cluster. */
  readonly resource?: string;
  /** The profile whose verdict it is. */
  readonly profile?: string;
  /** The reason of a condition, or the code of a failure. */
  readonly reason: string;
  readonly because: readonly string[];
  readonly message: string;
  readonly since: string;
};

/** What lines are equal by; `label:K` is the value of a cluster's label. */
export type By = "reason" | "because" | "cluster" | `label:${string}`;

/** Equal lines, at least one. `since` is the earliest. */
export type Group = {
  readonly state: State;
  /** What the lines have in common: a value of a label, a cluster. */
  readonly of: string;
  readonly profiles: readonly string[];
  readonly reasons: readonly string[];
  readonly because: readonly string[];
  readonly clusters: readonly string[];
  /** The number of resources; 0 where the lines are about clusters. */
  readonly resources: number;
  readonly since: string;
};

/** A line for each condition, and for each cluster that is not reached or not read; the worst first. */
export function linesOf({ clusters }: FleetStatus): readonly Line[] {
  const lines = clusters.flatMap((cluster) => [...clusterLines(cluster), ...cluster.resources.map((one) => resourceLine(cluster, one))]);
  const rank = new Map<string, number>(STATES.map((state, at) => [state, at]));
  return lines.toSorted((one, other) => (rank.get(one.state) ?? 0) - (rank.get(other.state) ?? 0));
}

function clusterLines(status: ClusterStatus): readonly Line[] {
  const { cluster, labels, was, code, message = "", since, alerts, unlisted = [], unreadSince = since } = status;
  const line = { cluster, labels, because: [], message, since };
  // Of a cluster that is not reached, one line says all: what it keeps from being read follows from that.
  if (was !== "reconciled") return [{ ...line, state: was, reason: code ?? (was === "paused" ? message : "-") }];
  const unread = { ...line, state: "unreadable", since: unreadSince } as const;
  return [
    ...(alerts === undefined ? [] : [{ ...unread, reason: `alerts: ${alerts}` }]),
    ...unlisted.map((list) => ({ ...unread, reason: `${list.kind}: ${list.code}` })),
  ];
}

function resourceLine({ cluster, labels, since }: ClusterStatus, resource: ResourceState): Line {
  const { condition, profile, because, refused, contestedBy } = resource;
  const line = {
    cluster,
    labels,
    resource: resourceName(resource),
    ...(profile !== undefined && { profile }),
    message: condition?.message ?? "",
  };
  if (refused !== undefined) return { ...line, state: "refused", reason: refused, because: [], since: condition?.since ?? since };
  if (contestedBy !== undefined)
    return { ...line, state: "contested", reason: `by ${contestedBy}`, because: [], since: condition?.since ?? since };
  return { ...line, state: stateOf(resource), reason: condition?.reason ?? "-", because, since: condition?.since ?? since };
}

// What stands stays while it is too early to tell: a False is no less worth a look for that.
function stateOf({ condition, isWarmingUp }: ResourceState): State {
  if (condition?.status === "False") return "False";
  if (isWarmingUp) return "warming up";
  return condition?.status === "True" ? "True" : "Unknown";
}

/** The groups of lines, in the order of the lines, then the largest and the oldest first. */
export function groupsOf(lines: readonly Line[], by: By): readonly Group[] {
  const groups = [...Map.groupBy(lines, (line) => JSON.stringify([line.state, ...keyOf(line, by)])).values()];
  return groups.map((group) => groupOf(group, by)).sort(compareGroups);
}

function keyOf({ cluster, labels, resource = "", profile = "", reason, because }: Line, by: By): readonly string[] {
  const kind = resource.split("/")[0] ?? "";
  if (by === "reason") return [kind, profile, reason, ...because];
  if (by === "because") return because;
  return [by === "cluster" ? cluster : (labels[by.slice("label:".length)] ?? "")];
}

function groupOf(lines: readonly Line[], by: By): Group {
  const [first] = lines;
  const of = by === "reason" || by === "because" || first === undefined ? "" : (keyOf(first, by)[0] ?? "");
  return {
    state: first?.state ?? "Unknown",
    of,
    profiles: distinct(lines.flatMap(({ profile }) => profile ?? [])),
    reasons: distinct(lines.map(({ resource, reason }) => (resource === undefined ? reason : `${resource.split("/")[0]} ${reason}`))),
    because: distinct(lines.flatMap(({ because }) => because)),
    clusters: distinct(lines.map(({ cluster }) => cluster)),
    resources: lines.filter(({ resource }) => resource !== undefined).length,
    since: lines.map((line) => line.since).sort(compareText)[0] ?? "",
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function compareGroups(one: Group, other: Group): number {
  const rank = STATES.indexOf(one.state) - STATES.indexOf(other.state);
  return rank || other.clusters.length - one.clusters.length || compareText(one.since, other.since);
}
