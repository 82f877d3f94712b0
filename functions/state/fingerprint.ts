// Whether a run saw anything new of a cluster is told by four characters, so that what did not change is neither read nor written.

import { hash } from "../core/fleet/shards.ts";
import type { ClusterOutcome, ResourceOutcome } from "../core/outcome/outcome.ts";
import type { Labels } from "./state.ts";

/** The length of a fingerprint. */
const LENGTH = 4;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** The fingerprint of what was never seen, or has to be looked at again. */
export const NEVER_SEEN = "AAAA";

// What the fleet file says of a cluster is the same from tick to tick; what a network says is not.
const OF_FLEET: ReadonlySet<string> = new Set(["paused", "misconfigured"]);

/**
 * A fingerprint of what is kept of an outcome, but for wordings and times; the order of its resources does not matter. Two that differ have the
 * same one once in sixteen million times.
 */
export function fingerprintOf({ was, code, message, alerts, unlisted, resources }: ClusterOutcome, labels: Labels): string {
  const unreadable = alerts?.was === "unreadable" ? alerts.code : "";
  const lists = unlisted.map((list) => [list.kind, list.code]);
  const said = OF_FLEET.has(was) ? message : "";
  let bits = hash(JSON.stringify([was, code, said, unreadable, lists, Object.entries(labels).toSorted()]));
  for (const resource of resources) bits = (bits + hash(saidOf(resource))) >>> 0;
  const fingerprint = Array.from({ length: LENGTH }, (_, place) => ALPHABET[(bits >>> (place * 6)) & 63]).join("");
  return fingerprint === NEVER_SEEN ? `${fingerprint.slice(1)}B` : fingerprint;
}

// Ages and skews are told anew in every tick: their digits are nothing new.
function saidOf(outcome: ResourceOutcome): string {
  const { apiVersion, kind, namespace, name, profile } = outcome;
  const id = `${apiVersion}\n${kind}\n${namespace}\n${name}\n${profile}\n`;
  if (outcome.was === "refused") return `${id}refused\n${outcome.code}`;
  if (outcome.was === "skipped") return `${id}${outcome.why}\n${"by" in outcome ? outcome.by : ""}`;
  const { condition, because, isWarmingUp } = outcome;
  const { type, status, reason } = condition;
  return `${id}${type}\n${status}\n${reason}\n${isWarmingUp}\n${because.join("\n").replace(/[0-9]+/g, "")}`;
}

/** Fingerprints by cluster, in the order in which a shard has them, as one text. */
export function joinFingerprints(clusters: readonly string[], seen: ReadonlyMap<string, string>): string {
  return clusters.map((name) => seen.get(name) ?? NEVER_SEEN).join("");
}

export function splitFingerprints(clusters: readonly string[], text: string): ReadonlyMap<string, string> {
  const isWhole = text.length === clusters.length * LENGTH;
  return new Map(isWhole ? clusters.map((name, place) => [name, text.slice(place * LENGTH, (place + 1) * LENGTH)]) : []);
}
