// Holds what two profiles say of the same resources against each other: where they disagree, and since when.

import { compareText } from "../core/text.ts";
import { parseTimeMs } from "../core/time.ts";
import type { ClusterStatus, FleetStatus } from "./fleet-status.ts";
import { type Id, type Labels, type ResourceState, resourceKey, type Said } from "./state.ts";

/** What one of the two says; times are RFC 3339. */
type Side = Said & { readonly type: string; readonly because: readonly string[]; readonly since: string };

/** A resource of which the two say another status; `since` is when the later of them began to. */
export type Disagreement = Id & {
  readonly cluster: string;
  readonly labels: Labels;
  readonly since: string;
  readonly one: Side;
  readonly other: Side;
};

/** `disagreements` are the longest first. */
export type Comparison = Pick<FleetStatus, "at" | "stage" | "run"> & {
  readonly profiles: Pair;
  readonly disagreements: readonly Disagreement[];
  readonly summary: Counts & { readonly clusters: { readonly compared: number; readonly others: number } };
};

/** How many resources the two have in common, and of how many only one of them says something; `otherReason` are among those that agree. */
type Counts = {
  readonly compared: number;
  readonly agree: number;
  readonly otherReason: number;
  readonly disagree: number;
  readonly onlyOne: number;
};

/** The names of two profiles. */
export type Pair = readonly [one: string, other: string];

/** @param forMs how long the two have to disagree to be told of; the counts are of all */
export function compareProfiles({ at, stage, run, clusters }: FleetStatus, profiles: Pair, forMs = 0): Comparison {
  const compared = clusters.map((cluster) => compareCluster(cluster, profiles)).filter(({ counts }) => counts.compared > 0);
  const total = (count: keyof Counts) => compared.reduce((sum, { counts }) => sum + counts[count], 0);
  const beforeMs = parseTimeMs(at) - forMs;
  return {
    at,
    ...(stage !== undefined && { stage }),
    ...(run !== undefined && { run }),
    profiles,
    disagreements: compared
      .flatMap(({ disagreements }) => disagreements)
      .filter(({ since }) => parseTimeMs(since) <= beforeMs)
      .sort((one, other) => compareText(one.since, other.since)),
    summary: {
      compared: total("compared"),
      agree: total("agree"),
      otherReason: total("otherReason"),
      disagree: total("disagree"),
      onlyOne: total("onlyOne"),
      clusters: { compared: compared.length, others: clusters.length - compared.length },
    },
  };
}

type Compared = { readonly disagreements: readonly Disagreement[]; readonly counts: Counts };

function compareCluster({ cluster, labels, resources }: ClusterStatus, [first, second]: Pair): Compared {
  const judged = resources.filter(({ profile }) => profile === first || profile === second);
  const groups = [...Map.groupBy(judged, resourceKey).values()];
  const pairs = groups.flatMap((group) => pairIn(group, first, second));
  const disagreements = pairs.filter(({ one, other }) => one.status !== other.status);
  const agree = pairs.length - disagreements.length;
  const otherReason = pairs.filter(({ one, other }) => one.status === other.status && one.reason !== other.reason).length;
  const counts = { compared: pairs.length, agree, otherReason, disagree: disagreements.length, onlyOne: groups.length - pairs.length };
  return { disagreements: disagreements.map((pair) => ({ cluster, labels, ...pair })), counts };
}

type Paired = Id & Pick<Disagreement, "since" | "one" | "other">;

function pairIn(group: readonly ResourceState[], first: string, second: string): readonly Paired[] {
  const [one, other] = [first, second].map((name) => sideOf(group.find(({ profile }) => profile === name)));
  const [resource] = group;
  if (resource === undefined || one === undefined || other === undefined) return [];
  const { apiVersion, kind, namespace, name } = resource;
  const since = compareText(one.since, other.since) > 0 ? one.since : other.since;
  return [{ apiVersion, kind, ...(namespace !== undefined && { namespace }), name, since, one, other }];
}

// What could not be written says what was so before.
function sideOf(state: ResourceState | undefined): Side | undefined {
  if (state?.condition === undefined || (state.refused ?? state.contestedBy) !== undefined) return undefined;
  const { type, status, reason, since } = state.condition;
  return { type, status, reason, because: state.because, since };
}
