// Selects a part of the fleet by names or labels, and reports names that are not in it.

import { ConfigError } from "../errors.ts";
import type { Fleet } from "./fleet.ts";

/** Parses `region=eu,tier=prod` into labels that a cluster must all carry; a {@link ConfigError} where it is not of that form. */
export function parseSelector(selector: string): Readonly<Record<string, string>> {
  const pairs = selector.split(",").map((pair) => /^([^=!\s]+)\s*==?\s*([^=\s]*)$/.exec(pair.trim()));
  if (pairs.some((pair) => pair === null))
    throw new ConfigError(`the selector ${selector} is not usable: write key=value, with commas between`);
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]));
}

/** The selected part of the fleet; a {@link ConfigError} names clusters that are not in the fleet. */
export function selectClusters(fleet: Fleet, { clusters, selector }: { clusters?: readonly string[]; selector?: string }): Fleet {
  const { unknown, ...part } = clusters === undefined ? { ...fleet, unknown: [] } : selectNames(fleet, new Set(clusters));
  if (unknown.length > 0) throw new ConfigError(`no such cluster in the fleet: ${unknown.join(", ")}`);
  const required = Object.entries(selector === undefined ? {} : parseSelector(selector));
  const isSelected = ({ labels }: { labels: Readonly<Record<string, string>> }) => required.every(([key, value]) => labels[key] === value);
  return { clusters: part.clusters.filter(isSelected), wrong: part.wrong.filter(isSelected) };
}

/** The part of the fleet with these names, and the names that are not in the fleet. */
export function selectNames({ clusters, wrong }: Fleet, names: ReadonlySet<string>): Fleet & { readonly unknown: readonly string[] } {
  const fleetNames = new Set([...clusters, ...wrong].map(({ name }) => name));
  const isNamed = ({ name }: { name: string }) => names.has(name);
  return { clusters: clusters.filter(isNamed), wrong: wrong.filter(isNamed), unknown: [...names].filter((name) => !fleetNames.has(name)) };
}
