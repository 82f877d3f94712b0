import { ConfigError } from "./errors.ts";
import type { Fleet } from "./fleet.ts";

/** `region=eu,tier=prod` as labels that a cluster must all carry; a {@link ConfigError} where it is written otherwise. */
export function parseSelector(selector: string): Readonly<Record<string, string>> {
  const pairs = selector.split(",").map((pair) => /^([^=!\s]+)\s*==?\s*([^=\s]*)$/.exec(pair.trim()));
  if (pairs.some((pair) => pair === null))
    throw new ConfigError(`the selector ${selector} is not usable: write key=value, with commas between`);
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]));
}

/** The part of the fleet that is asked for; a {@link ConfigError} names clusters that are not in it. */
export function selectClusters(fleet: Fleet, { clusters, selector }: { clusters?: readonly string[]; selector?: string }): Fleet {
  const known = new Set([...fleet.clusters, ...fleet.wrong].map(({ name }) => name));
  const missing = (clusters ?? []).filter((name) => !known.has(name));
  if (missing.length > 0) throw new ConfigError(`no such cluster in the fleet: ${missing.join(", ")}`);
  const required = Object.entries(selector === undefined ? {} : parseSelector(selector));
  const isAskedFor = ({ name, labels }: { name: string; labels: Readonly<Record<string, string>> }) =>
    (clusters?.includes(name) ?? true) && required.every(([key, value]) => labels[key] === value);
  return { clusters: fleet.clusters.filter(isAskedFor), wrong: fleet.wrong.filter(isAskedFor) };
}
