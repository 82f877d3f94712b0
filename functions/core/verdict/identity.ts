// Says by which names alerts know a resource, and which of their labels hold them.

import { keepNewest } from "../bounded-map.ts";
import { type JsonObject, valueAt } from "../json.ts";
import type { Resource } from "../kubernetes/resource.ts";
import type { Identify, LabelNames, Profile, Row } from "../profile/profile.ts";
import type { Alert } from "../prometheus/alert.ts";

/** How the alert of a row names its resource: as the row says, else as all alerts of the profile do. */
export function identifyOf(profile: Profile, row: Row | undefined): Identify {
  return row?.identify ?? profile.identify;
}

/** What an alert says in a label; of several, in the first that it has. */
export function labelOf(labels: Alert["labels"], names: LabelNames | undefined): string | undefined {
  return names === undefined ? undefined : labels[nameOf(labels, names)];
}

/** The label that says so; the first of several, where the alert has none of them. */
export function nameOf(labels: Alert["labels"], names: LabelNames): string {
  if (typeof names === "string") return names;
  return names.find((name) => labels[name] !== undefined) ?? names[0] ?? "";
}

/** The names by which alerts may know a resource: its own or what its label says, and the one that it gives itself, where the profile says where that stands. */
export function namesOf({ alias, resourceLabel }: Identify, { name, object }: Resource): readonly string[] {
  const given = alias && aliasIn(alias, object);
  const own = resourceLabel === undefined ? name : valueAt(object, ["metadata", "labels", resourceLabel]);
  if (typeof own !== "string") return given === undefined ? [] : [given];
  return given === undefined ? [own] : [own, given];
}

function aliasIn({ path, pattern }: NonNullable<Identify["alias"]>, object: JsonObject): string | undefined {
  const text = valueAt(object, stepsOf(path));
  return typeof text === "string" ? patternOf(pattern).exec(text)?.[1] : undefined;
}

/** Whether the profile's name label can carry every name of the resource. */
export function isCarried(identify: Identify, resource: Resource): boolean {
  const { carries } = identify;
  return carries === undefined || namesOf(identify, resource).every((name) => wholeOf(carries).test(name));
}

// Patterns and paths of the profiles that this process has met.
const MAX_KNOWN = 10_000;
const patterns = new Map<string, RegExp>();
const wholes = new Map<string, RegExp>();

function patternOf(text: string): RegExp {
  return patterns.get(text) ?? keptIn(patterns, text, new RegExp(text));
}

// A text that matches from its start to its end.
function wholeOf(text: string): RegExp {
  return wholes.get(text) ?? keptIn(wholes, text, new RegExp(`^(?:${text})$`));
}

const steps = new Map<string, readonly string[]>();

/** The steps of a path such as `spec.output`, split once. */
export function stepsOf(path: string): readonly string[] {
  return steps.get(path) ?? keptIn(steps, path, path.split("."));
}

function keptIn<T>(known: Map<string, T>, text: string, value: T): T {
  keepNewest(known, text, value, MAX_KNOWN);
  return value;
}
