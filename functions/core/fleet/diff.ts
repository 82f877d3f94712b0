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

/** One field that two entries have differently; `from` or `to` is undefined where it is not there. Profiles are compared by what they hold. */
export type FieldDiff = { readonly path: string; readonly from?: unknown; readonly to?: unknown };

/** What is different in the entry of a cluster, field by field; nothing for an entry that cannot be used. */
export function diffFields(before: Fleet, after: Fleet, cluster: string): readonly FieldDiff[] {
  const [from, to] = [before, after].map(({ clusters }) => clusters.find(({ name }) => name === cluster));
  return from === undefined || to === undefined ? [] : fieldsOf("", from, to);
}

function fieldsOf(path: string, from: unknown, to: unknown): readonly FieldDiff[] {
  if (toCanonicalJson(from) === toCanonicalJson(to)) return [];
  const [one, other] = [partsOf(from), partsOf(to)];
  if (one === undefined || other === undefined) return [{ path, from, to }];
  const keys = [...new Set([...one.keys(), ...other.keys()])];
  return keys.flatMap((key) => fieldsOf(path === "" ? key : `${path}.${key}`, one.get(key), other.get(key)));
}

// An item of a list is known by its name, else by its place.
function partsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (isObject(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  return new Map(items.map((item, place) => [isObject(item) && typeof item.name === "string" ? item.name : String(place), item]));
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
  if ("problems" in entry) return "";
  // A ring decides nothing but the profiles.
  const { ring: _, ...decided } = entry;
  return toCanonicalJson({ ...decided, profiles: entry.profiles.map((profile) => canonicalProfile(profile, cache)) });
}

function canonicalProfile(profile: NamedProfile, cache: ProfileCache): string {
  const text = cache.get(profile) ?? toCanonicalJson(profile);
  cache.set(profile, text);
  return text;
}

function toCanonicalJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value, (_, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => compareText(one, other))) : inner,
  );
  return text ?? "";
}
