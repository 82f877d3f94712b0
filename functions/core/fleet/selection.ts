// Selects a part of the fleet by names or labels, and reports what selects nothing.

import { ConfigError } from "../errors.ts";
import { orNearest } from "../nearest.ts";
import { shortList } from "../text.ts";
import type { Fleet } from "./fleet.ts";

type Labels = Readonly<Record<string, string>>;

/** What a selector asks of one label: `in` and `exists` need it, `notin` and `absent` hold without it, as in kubectl. */
export type Requirement = {
  readonly key: string;
  readonly operator: "in" | "notin" | "exists" | "absent";
  readonly values: readonly string[];
};

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
const KEY = "[^=!,()\\s]+";
const EQUALITY = new RegExp(`^(${KEY})\\s*(==?|!=)\\s*([^=!,()\\s]*)$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]+)\\)$`);
const PRESENCE = new RegExp(`^(!?)\\s*(${KEY})$`);
const FORMS = "write key=value, key!=value, key in (a,b), key notin (a,b), key or !key, with commas between";

/** Parses kubectl's grammar, `region=eu,tier!=prod,zone in (a,b)`; a {@link ConfigError} where it is not of that form. */
export function parseSelector(selector: string): readonly Requirement[] {
  return selector.split(/,(?![^()]*\))/).map((term) => {
    const requirement = parseRequirement(term.trim());
    if (requirement === undefined) throw new ConfigError(`the selector ${selector} is not usable: ${FORMS}`);
    return requirement;
  });
}

function parseRequirement(term: string): Requirement | undefined {
  const [, key, sign, value = ""] = EQUALITY.exec(term) ?? [];
  if (key !== undefined) return { key, operator: sign === "!=" ? "notin" : "in", values: [value] };
  const [, setKey, set, list = ""] = SET.exec(term) ?? [];
  if (setKey !== undefined)
    return { key: setKey, operator: set === "notin" ? "notin" : "in", values: list.split(",").map((one) => one.trim()) };
  const [, not, name] = PRESENCE.exec(term) ?? [];
  return name === undefined ? undefined : { key: name, operator: not === "!" ? "absent" : "exists", values: [] };
}

/** Whether labels meet all requirements of a selector. */
export function matchesLabels(labels: Labels, requirements: readonly Requirement[]): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === "exists" || operator === "absent") return (value !== undefined) === (operator === "exists");
    return (value !== undefined && values.includes(value)) === (operator === "in");
  });
}

type Selection = { readonly clusters?: readonly string[]; readonly selector?: string };

/** The selected part of the fleet, by names or globs of names, and by labels; a {@link ConfigError} says what selects nothing, and the nearest. */
export function selectClusters({ clusters, wrong }: Fleet, selection: Selection): Fleet {
  const selected = new Set<Entry>(selectEntries([...clusters, ...wrong], selection));
  return { clusters: clusters.filter((entry) => selected.has(entry)), wrong: wrong.filter((entry) => selected.has(entry)) };
}

/** The same of anything with names and labels. */
export function selectEntries<E extends Entry>(entries: readonly E[], { clusters, selector }: Selection): readonly E[] {
  const named = clusters === undefined ? entries : selectPatterns(entries, clusters);
  if (selector === undefined) return named;
  const requirements = parseSelector(selector);
  const part = named.filter(({ labels }) => matchesLabels(labels, requirements));
  if (part.length > 0) return part;
  throw new ConfigError(`the selector ${selector} matches no cluster: ${whyNone(named, requirements)}`);
}

/** The part of the fleet with these names, and the names that are not in the fleet. */
export function selectNames({ clusters, wrong }: Fleet, names: ReadonlySet<string>): Fleet & { readonly unknown: readonly string[] } {
  const fleetNames = new Set([...clusters, ...wrong].map(({ name }) => name));
  const isNamed = ({ name }: { name: string }) => names.has(name);
  return { clusters: clusters.filter(isNamed), wrong: wrong.filter(isNamed), unknown: [...names].filter((name) => !fleetNames.has(name)) };
}

type Entry = { readonly name: string; readonly labels: Labels };

function selectPatterns<E extends Entry>(entries: readonly E[], patterns: readonly string[]): readonly E[] {
  const all = entries.map(({ name }) => name);
  const globs = patterns.map((pattern) => ({ pattern, glob: globOf(pattern) }));
  const unknown = globs.filter(({ glob }) => !all.some((name) => glob.test(name))).map(({ pattern }) => pattern);
  if (unknown.length > 0) throw new ConfigError(`no such cluster in the fleet: ${unknown.join(", ")}${orNearest(unknown, all)}`);
  return entries.filter(({ name }) => globs.some(({ glob }) => glob.test(name)));
}

/** A pattern of a shell, with `*` and `?`, which no name of a fleet contains. */
export function globOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );
}

const MAX_VALUES = 5;

// The first requirement that alone holds nowhere; several may exclude one another.
function whyNone(entries: readonly Entry[], requirements: readonly Requirement[]): string {
  if (entries.length === 0) return "the fleet has none";
  const wrong = requirements.find((requirement) => !entries.some(({ labels }) => matchesLabels(labels, [requirement])));
  if (wrong === undefined) return "no cluster meets all of it at once";
  const { key, operator, values } = wrong;
  const all = entries.flatMap(({ labels }) => Object.entries(labels));
  const found = [...new Set(all.filter(([name]) => name === key).map(([, value]) => value))];
  if (found.length === 0)
    return `no cluster has the label ${key}${orNearest(
      [key],
      all.map(([name]) => name),
    )}`;
  if (operator === "in")
    return `no cluster has ${key}=${values.join(` or ${key}=`)}${orNearest(values, found) || `; there are ${shortList(found, MAX_VALUES)}`}`;
  return operator === "notin" ? `every cluster has ${key}=${values.join(` or ${key}=`)}` : `every cluster has the label ${key}`;
}
