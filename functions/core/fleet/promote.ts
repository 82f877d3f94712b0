// Decides what it means to promote a profile on one cluster: observe becomes shadow, and shadow becomes own.

import { ConfigError } from "../errors.ts";
import { type JsonObject, valueAt } from "../json.ts";
import { orNearest } from "../nearest.ts";
import type { Mode } from "../profile/mode.ts";
import { kindsOf } from "../profile/profile.ts";
import type { ClusterEntry } from "./fleet.ts";
import { type ClusterProfile, DEFAULT_USES, profilesSchema, type Use } from "./profiles.ts";

/** `rival` owns the condition that the profile takes over, and becomes its shadow. */
export type Promotion = { readonly profile: ClusterProfile; readonly to: Mode; readonly rival?: ClusterProfile };

/** The field of a cluster that carries a promotion out. */
export type Edit = { readonly mode: Mode } | { readonly profiles: readonly Use[] };

const NEXT: Readonly<Record<Mode, Mode | undefined>> = { observe: "shadow", shadow: "own", own: undefined };

/** The promotion of the profile of that name, or of the only one that is not in mode own; a {@link ConfigError} where there is none to promote. */
export function promotionOf({ name: cluster, profiles }: ClusterEntry, wanted: string | undefined): Promotion {
  const profile = wanted === undefined ? onlyCandidate(cluster, profiles) : candidateNamed(wanted, cluster, profiles);
  const to = NEXT[profile.mode];
  if (to === undefined) throw new ConfigError(`${profile.name} is in mode own on ${cluster} already`);
  const rival = to === "own" ? profiles.find((one) => one.mode === "own" && isRival(one, profile)) : undefined;
  return { profile, to, ...(rival && { rival }) };
}

function onlyCandidate(cluster: string, profiles: readonly ClusterProfile[]): ClusterProfile {
  const [first, ...others] = profiles.filter(({ mode }) => mode !== "own");
  if (first === undefined) throw new ConfigError(`every profile of ${cluster} is in mode own already`);
  if (others.length === 0) return first;
  throw new ConfigError(
    `${cluster} has several profiles to promote: name one by --profile: ${[first, ...others].map(({ name }) => name).join(", ")}`,
  );
}

function candidateNamed(wanted: string, cluster: string, profiles: readonly ClusterProfile[]): ClusterProfile {
  const profile = profiles.find(({ name }) => name === wanted);
  if (profile !== undefined) return profile;
  const names = profiles.map(({ name }) => name);
  throw new ConfigError(`${cluster} has no profile ${wanted}${orNearest([wanted], names)}`);
}

function isRival(one: ClusterProfile, other: ClusterProfile): boolean {
  const kinds = kindsOf([other]);
  return (
    one.condition === other.condition &&
    kindsOf([one]).some(({ group, kind }) => kinds.some((of) => of.group === group && of.kind === kind))
  );
}

/** The smallest edit of a cluster; `document` is the whole fleet, `own` the cluster in it. */
export function editFor(document: unknown, own: JsonObject, { ring }: ClusterEntry, { profile, to, rival }: Promotion): Edit {
  const uses = usesOf(document, own, ring);
  const [first] = uses;
  if (uses.length === 1 && typeof first === "string") return { mode: to };
  const modes = new Map<string, Mode>([[profile.name, to], ...(rival === undefined ? [] : [[rival.name, "shadow"] as const])]);
  return {
    profiles: uses.map((use) => {
      const name = typeof use === "string" ? use : use.name;
      const mode = modes.get(name);
      return mode === undefined ? use : { name, mode };
    }),
  };
}

// As they are written: in the cluster, in its ring, or in the defaults.
function usesOf(document: unknown, own: JsonObject, ring: string | undefined): readonly Use[] {
  const rings = valueAt(document, ["defaults", "rings"]);
  const list: readonly unknown[] = Array.isArray(rings) ? rings : [];
  const inRing = list.find((one) => valueAt(one, ["when"]) === ring);
  const written = own.profiles ?? valueAt(inRing, ["profiles"]) ?? valueAt(document, ["defaults", "profiles"]);
  return profilesSchema.safeParse(written).data ?? DEFAULT_USES;
}
