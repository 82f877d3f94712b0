// Compares two fleets by what they decide for each cluster, so that a push can show and refuse a change.

import { isObject } from "../json.ts";
import { dnsLabel } from "../names.ts";
import type { NamedProfile } from "../profile/profile.ts";
import { compareText } from "../text.ts";
import type { ClusterEntry, Fleet, WrongEntry } from "./fleet.ts";

/** The difference between two fleets, by the names of clusters. */
export type FleetDiff = {
  /** The number of clusters before. */
  readonly before: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Clusters with a changed decision: in their own fields, in the defaults, or in their profiles. */
  readonly changed: readonly string[];
};

export function diffFleets(before: Fleet, after: Fleet): FleetDiff {
  const cache: ProfileCache = new Map();
  const [old, next] = [canonicalEntries(before, cache), canonicalEntries(after, cache)];
  return {
    before: old.size,
    added: [...next.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !next.has(name)),
    changed: [...next].flatMap(([name, text]) => (old.has(name) && old.get(name) !== text ? [name] : [])),
  };
}

/** Whether more than a fifth of the clusters is removed, which is more likely a mistake than an intention. */
export function dropsTooMany({ before, removed }: FleetDiff): boolean {
  return removed.length * 5 > before;
}

type Entry = ClusterEntry | WrongEntry;
type ProfileCache = Map<NamedProfile, string>;

// An entry without a valid name cannot be compared by its name.
function canonicalEntries({ clusters, wrong }: Fleet, cache: ProfileCache): ReadonlyMap<string, string> {
  const namedEntries = [...wrong, ...clusters].filter(({ name }) => dnsLabel.safeParse(name).success);
  return new Map(namedEntries.map((entry) => [entry.name, canonicalEntry(entry, cache)]));
}

function canonicalEntry(entry: Entry, cache: ProfileCache): string {
  return "problems" in entry
    ? ""
    : toCanonicalJson({ ...entry, profiles: entry.profiles.map((profile) => canonicalProfile(profile, cache)) });
}

function canonicalProfile(profile: NamedProfile, cache: ProfileCache): string {
  const text = cache.get(profile) ?? toCanonicalJson(profile);
  cache.set(profile, text);
  return text;
}

function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => compareText(one, other))) : inner,
  );
}
