import { isObject } from "../json.ts";
import { dnsLabel } from "../names.ts";
import type { NamedProfile } from "../profile/profile.ts";
import { compareText } from "../text.ts";
import type { ClusterEntry, Fleet, WrongEntry } from "./fleet.ts";

/** How one fleet differs from the one before it, by the names of clusters. */
export type FleetDiff = {
  /** How many clusters there were. */
  readonly before: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Those that something is decided otherwise for: in their own fields, in the defaults, or in their profiles. */
  readonly changed: readonly string[];
};

export function diffFleets(before: Fleet, after: Fleet): FleetDiff {
  const wordingOf = wordings();
  const [old, next] = [wordingsOf(before, wordingOf), wordingsOf(after, wordingOf)];
  return {
    before: old.size,
    added: [...next.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !next.has(name)),
    changed: [...next].flatMap(([name, wording]) => (old.has(name) && old.get(name) !== wording ? [name] : [])),
  };
}

/** More than a fifth is more likely a slip than a wish. */
export function dropsTooMany({ before, removed }: FleetDiff): boolean {
  return removed.length * 5 > before;
}

type Entry = ClusterEntry | WrongEntry;

// What is no cluster's name cannot be asked for by it either.
function wordingsOf({ clusters, wrong }: Fleet, wordingOf: (entry: Entry) => string): ReadonlyMap<string, string> {
  const named = [...wrong, ...clusters].filter(({ name }) => dnsLabel.safeParse(name).success);
  return new Map(named.map((entry) => [entry.name, wordingOf(entry)]));
}

function wordings(): (entry: Entry) => string {
  const known = new Map<NamedProfile, string>();
  const wordingOf = (profile: NamedProfile) => {
    const wording = known.get(profile) ?? canonical(profile);
    known.set(profile, wording);
    return wording;
  };
  return (entry) => ("problems" in entry ? "" : canonical({ ...entry, profiles: entry.profiles.map(wordingOf) }));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => compareText(one, other))) : inner,
  );
}
