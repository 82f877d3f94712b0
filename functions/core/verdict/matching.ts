// Says which resource an alert is about, and which flow, gate and row are about a resource.

import { valueAt } from "../json.ts";
import { findCondition, type Resource } from "../kubernetes/resource.ts";
import { type Flow, type Gate, type Identify, isJudged, type Presence, type Profile, type Row, type Scalar } from "../profile/profile.ts";
import type { Alert } from "../prometheus/alert.ts";
import { identifyOf, isCarried, labelOf, namesOf, stepsOf } from "./identity.ts";

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
  const identify = identifyOf(profile, row);
  const name = labelOf(labels, identify.name);
  if (name === undefined)
    return row.about === "kind" || (identify.unlabelled === "every" && countsForAll(profile, row, resource, uncarried));
  const kind = labelOf(labels, identify.kind);
  if (kind !== undefined && kind.toLowerCase() !== resource.of.kind.toLowerCase()) return false;
  return namesOf(identify, resource).includes(name) && isOfNamespace(identify, labels, resource);
}

// An alert that should say which namespace it is about and does not may be about this one.
function isOfNamespace({ namespace, unlabelled }: Identify, labels: Alert["labels"], resource: Resource): boolean {
  if (namespace === undefined) return true;
  const stated = labelOf(labels, namespace);
  return stated === resource.namespace || (stated === undefined && unlabelled === "every");
}

// Where some names cannot be carried by the label, an alert without it is theirs.
function countsForAll(profile: Profile, row: Row, resource: Resource, uncarried: Uncarried): boolean {
  if (row.identify !== undefined) return true;
  return uncarried.get(profile)?.has(resource.of.kind) !== true || !isCarried(profile.identify, resource);
}

export function applies(when: Presence | undefined, resource: Resource): boolean {
  if (when === undefined) return true;
  const { has, lacks, is, isNot, any } = when;
  const isHere = (path: string) => isThere(path, resource);
  const isSo = ([path, scalar]: [string, Scalar]) => valueAt(resource.object, stepsOf(path)) === scalar;
  return (
    (has === undefined || has.every(isHere)) &&
    !lacks?.some(isHere) &&
    (is === undefined || Object.entries(is).every(isSo)) &&
    (isNot === undefined || !Object.entries(isNot).some(isSo)) &&
    (any === undefined || any.some((one) => applies(one, resource)))
  );
}

function isThere(path: string, resource: Resource): boolean {
  const value = valueAt(resource.object, stepsOf(path));
  return value !== undefined && value !== null;
}

/** The kinds of which some resource has a name that the profile's name label cannot carry. */
export function uncarriedKinds({ identify }: Profile, resources: readonly Resource[]): ReadonlySet<string> {
  const kinds = new Set<string>();
  for (const resource of resources) if (!isCarried(identify, resource)) kinds.add(resource.of.kind);
  return kinds;
}
