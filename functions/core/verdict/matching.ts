import { valueAt } from "../json.ts";
import { findCondition, type Resource } from "../kubernetes/resource.ts";
import type { Flow, Gate, Identify, Presence, Profile, Row } from "../profile/profile.ts";
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

/** Whether an alert of a row is about the resource: by its labels, which the profile names. */
export function matches(profile: Profile, row: Row, { labels }: Alert, resource: Resource, uncarried: Uncarried): boolean {
  const { identify } = profile;
  const name = labels[identify.name];
  if (name === undefined) return identify.unlabelled === "every" && countsForAll(profile, row, resource, uncarried);
  const kind = identify.kind && labels[identify.kind];
  if (kind !== undefined && kind !== resource.of.kind.toLowerCase()) return false;
  return name === resource.name && isOfNamespace(identify, labels, resource);
}

// An alert that should say which namespace it is about and does not may be about this one.
function isOfNamespace({ namespace, unlabelled }: Identify, labels: Alert["labels"], resource: Resource): boolean {
  if (namespace === undefined || labels[namespace] === resource.namespace) return true;
  return labels[namespace] === undefined && unlabelled === "every";
}

// Where some names cannot be carried by the label, an alert without it is theirs, unless the row is about the whole kind.
function countsForAll(profile: Profile, row: Row, { of, name }: Resource, uncarried: Uncarried): boolean {
  return row.about === "kind" || uncarried.get(profile)?.has(of.kind) !== true || !isCarried(profile.identify, name);
}

const patterns = new Map<string, RegExp>();

function isCarried({ carries }: Identify, name: string): boolean {
  if (carries === undefined) return true;
  const pattern = patterns.get(carries) ?? new RegExp(`^(?:${carries})$`);
  patterns.set(carries, pattern);
  return pattern.test(name);
}

export function applies(when: Presence | undefined, resource: Resource): boolean {
  if (when === undefined) return true;
  const isHere = (path: string) => isThere(path, resource);
  return (when.has?.every(isHere) ?? true) && !when.lacks?.some(isHere);
}

function isThere(path: string, resource: Resource): boolean {
  const value = valueAt(resource.object, stepsOf(path));
  return value !== undefined && value !== null;
}

const steps = new Map<string, readonly string[]>();

function stepsOf(path: string): readonly string[] {
  const known = steps.get(path) ?? path.split(".");
  steps.set(path, known);
  return known;
}

/** The kinds of which some resource has a name that the profile's name label cannot carry. */
export function uncarriedKinds({ identify }: Profile, resources: readonly Resource[]): ReadonlySet<string> {
  return new Set(resources.filter(({ name }) => !isCarried(identify, name)).map(({ of }) => of.kind));
}
