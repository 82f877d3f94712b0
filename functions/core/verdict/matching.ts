// Says which resource an alert is about, and which flow, gate and row are about a resource.

import { keepNewest } from "../bounded-map.ts";
import { valueAt } from "../json.ts";
import { findCondition, type Resource } from "../kubernetes/resource.ts";
import { type Flow, type Gate, type Identify, isJudged, type Presence, type Profile, type Row, type Scalar } from "../profile/profile.ts";
import type { Alert } from "../prometheus/alert.ts";

/** The kinds, by profile, in which names stand that the profile's name label cannot carry. */
export type Uncarried = ReadonlyMap<Profile, ReadonlySet<string>>;

export function findFlow(profile: Profile, resource: Resource): Flow | undefined {
  return profile.flows.find((flow) => isOfKind(flow, resource) && applies(flow.when, resource));
}

/** Whether a profile has anything to say about resources of this kind. */
export function coversKind({ flows }: Profile, resource: Resource): boolean {
  return flows.some((flow) => isOfKind(flow, resource));
}

function isOfKind({ of }: Flow, resource: Resource): boolean {
  return of.kind === resource.of.kind && of.version === resource.of.version && of.group === resource.of.group;
}

export function isGateClosed(gate: Gate, resource: Resource): boolean {
  return findCondition(resource.conditions, gate.condition)?.status === gate.is;
}

/** The first gate of a profile that is closed for the resource. */
export function findGate({ gates }: Profile, resource: Resource): Gate | undefined {
  return gates.find((gate) => isGateClosed(gate, resource));
}

/** The generation that a gate speaks of, where the object has a newer one; undefined elsewhere, and where the gate does not say. */
export function outdatedGeneration({ condition }: Gate, { conditions, generation }: Resource): number | undefined {
  const observed = findCondition(conditions, condition)?.observedGeneration;
  return typeof observed === "number" && generation !== undefined && observed < generation ? observed : undefined;
}

/** Whether the verdict of a profile on the resource needs to know of its alerts. */
export function needsAlerts(profile: Profile, resource: Resource): boolean {
  if (resource.deleting || findGate(profile, resource) !== undefined) return false;
  const flow = findFlow(profile, resource);
  return flow !== undefined && isJudged(flow);
}

/** Whether an alert of a row is about the resource: by its labels, which the profile names. */
export function matches(profile: Profile, row: Row, { labels }: Alert, resource: Resource, uncarried: Uncarried): boolean {
  const { identify } = profile;
  const name = labels[identify.name];
  if (name === undefined) return identify.unlabelled === "every" && countsForAll(profile, row, resource, uncarried);
  const kind = identify.kind && labels[identify.kind];
  if (kind !== undefined && kind.toLowerCase() !== resource.of.kind.toLowerCase()) return false;
  return namesOf(identify, resource).includes(name) && isOfNamespace(identify, labels, resource);
}

// An alert that should say which namespace it is about and does not may be about this one.
function isOfNamespace({ namespace, unlabelled }: Identify, labels: Alert["labels"], resource: Resource): boolean {
  if (namespace === undefined || labels[namespace] === resource.namespace) return true;
  return labels[namespace] === undefined && unlabelled === "every";
}

// Where some names cannot be carried by the label, an alert without it is theirs, unless the row is about the whole kind.
function countsForAll(profile: Profile, row: Row, resource: Resource, uncarried: Uncarried): boolean {
  return row.about === "kind" || uncarried.get(profile)?.has(resource.of.kind) !== true || !isCarried(profile.identify, resource);
}

/** The names by which alerts may know a resource: its own, and the one that it gives itself, where the profile says where that stands. */
export function namesOf({ alias }: Identify, { name, object }: Resource): readonly string[] {
  const text = alias && valueAt(object, stepsOf(alias.path));
  const [, given] = alias !== undefined && typeof text === "string" ? (patternOf(alias.pattern).exec(text) ?? []) : [];
  return given === undefined ? [name] : [name, given];
}

// Patterns and paths of the profiles that this process has met.
const MAX_KNOWN = 10_000;
const patterns = new Map<string, RegExp>();

function isCarried(identify: Identify, resource: Resource): boolean {
  const { carries } = identify;
  return carries === undefined || namesOf(identify, resource).every((name) => patternOf(`^(?:${carries})$`).test(name));
}

function patternOf(text: string): RegExp {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  const pattern = new RegExp(text);
  keepNewest(patterns, text, pattern, MAX_KNOWN);
  return pattern;
}

export function applies(when: Presence | undefined, resource: Resource): boolean {
  if (when === undefined) return true;
  const { has = [], lacks = [], is = {}, isNot = {}, any } = when;
  const isHere = (path: string) => isThere(path, resource);
  const isSo = ([path, scalar]: [string, Scalar]) => valueAt(resource.object, stepsOf(path)) === scalar;
  return (
    has.every(isHere) &&
    !lacks.some(isHere) &&
    Object.entries(is).every(isSo) &&
    !Object.entries(isNot).some(isSo) &&
    (any === undefined || any.some((one) => applies(one, resource)))
  );
}

function isThere(path: string, resource: Resource): boolean {
  const value = valueAt(resource.object, stepsOf(path));
  return value !== undefined && value !== null;
}

const steps = new Map<string, readonly string[]>();

function stepsOf(path: string): readonly string[] {
  const known = steps.get(path);
  if (known !== undefined) return known;
  const parts = path.split(".");
  keepNewest(steps, path, parts, MAX_KNOWN);
  return parts;
}

/** The kinds of which some resource has a name that the profile's name label cannot carry. */
export function uncarriedKinds({ identify }: Profile, resources: readonly Resource[]): ReadonlySet<string> {
  return new Set(resources.filter((resource) => !isCarried(identify, resource)).map(({ of }) => of.kind));
}
