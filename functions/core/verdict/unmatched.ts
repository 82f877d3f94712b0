// Finds the alerts that fire and count for no resource, and what each of them nearly counted for.

import { type Resource, resourceId } from "../kubernetes/resource.ts";
import { type Identify, isJudged, type JudgedFlow, type Profile, type Row } from "../profile/profile.ts";
import type { Alert } from "../prometheus/alert.ts";
import { identifyOf, labelOf, nameOf, namesOf } from "./identity.ts";
import { applies, findFlow, matches } from "./matching.ts";
import type { Knowledge } from "./verdict.ts";

/**
 * The label that keeps an alert from being about a resource, undefined where the row does not apply to it: `value` is what the alert says
 * there, undefined where it says nothing; `wanted` is what the resource has there.
 */
export type Obstacle = { readonly label?: string; readonly value?: string; readonly wanted?: string };

/** An alert that counts for no resource, and the resource for which it nearly counts. */
export type Unmatched = Obstacle & {
  readonly alert: string;
  readonly resource?: Pick<ReturnType<typeof resourceId>, "kind" | "namespace" | "name">;
};

type Cluster = { readonly resources: readonly Resource[]; readonly known: Knowledge };
type Place = { readonly row: Row; readonly flow: JudgedFlow };
type ByName = ReadonlyMap<string, readonly Resource[]>;

const MAX_UNMATCHED = 20;
// Resources of one name that are looked at for one alert.
const MAX_NAMESAKES = 100;

/** The first few of them. Where a kind could not be listed, nothing is known of alerts about it. @param unlisted the kinds that could not be */
export function findUnmatched(profiles: readonly Profile[], cluster: Cluster, unlisted: ReadonlySet<string>): readonly Unmatched[] {
  const byNames = new Map<Identify, ByName>();
  const unmatched = new Map<string, Unmatched>();
  for (const [profile, alert, places] of meaningsOf(profiles, cluster.known, unlisted)) {
    const identify = identifyOf(profile, places[0]?.row);
    const byName = byNames.get(identify) ?? byNameIn(identify, cluster.resources);
    byNames.set(identify, byName);
    for (const firing of distinct(firingOf(cluster.known, alert), identify)) {
      const missed = missOf(profile, places, firing, { ...cluster, byName });
      if (missed !== undefined) unmatched.set(JSON.stringify(missed), missed);
      if (unmatched.size === MAX_UNMATCHED) return [...unmatched.values()];
    }
  }
  return [...unmatched.values()];
}

function byNameIn(identify: Identify, resources: readonly Resource[]): ByName {
  const byName = new Map<string, Resource[]>();
  for (const resource of resources)
    for (const name of namesOf(identify, resource)) {
      const namesakes = byName.get(name);
      if (namesakes === undefined) byName.set(name, [resource]);
      else namesakes.push(resource);
    }
  return byName;
}

type Meaning = readonly [profile: Profile, alert: string, places: readonly Place[]];

// What the alerts that fire mean, as far as every kind that they may be about is listed.
function meaningsOf(profiles: readonly Profile[], known: Knowledge, unlisted: ReadonlySet<string>): readonly Meaning[] {
  const meanings: Meaning[] = [];
  for (const profile of profiles)
    for (const [alert, places] of placesOf(profile, known))
      if (!places.some(({ flow }) => unlisted.has(flow.of.kind))) meanings.push([profile, alert, places]);
  return meanings;
}

// The places where an alert that fires means something, by alert. One that says what is not known is quiet where no resource uses what it is about.
function placesOf({ flows }: Profile, known: Knowledge): ReadonlyMap<string, readonly Place[]> {
  const places: Place[] = [];
  for (const flow of flows.filter(isJudged))
    for (const row of flow.rows) if (row.status !== "Unknown" && isFiring(known, row.alert)) places.push({ row, flow });
  return Map.groupBy(places, ({ row }) => row.alert);
}

function isFiring({ readings }: Knowledge, alert: string): boolean {
  return readings.some((reading) => reading.was === "read" && reading.firing.has(alert));
}

function firingOf({ readings }: Knowledge, alert: string): readonly Alert[] {
  return readings.flatMap((reading) => (reading.was === "read" ? (reading.firing.get(alert) ?? []) : []));
}

// Of those that name no resource one is enough: they count alike.
function distinct(alerts: readonly Alert[], { name }: Identify): readonly Alert[] {
  const unnamed = alerts.find(({ labels }) => labelOf(labels, name) === undefined);
  return alerts.filter((alert) => alert === unnamed || labelOf(alert.labels, name) !== undefined);
}

function missOf(
  profile: Profile,
  places: readonly Place[],
  firing: Alert,
  cluster: Cluster & { readonly byName: ByName },
): Unmatched | undefined {
  const identify = identifyOf(profile, places[0]?.row);
  const label = nameOf(firing.labels, identify.name);
  const value = firing.labels[label];
  const ofKind = (resource: Resource) => places.some(({ flow }) => flow.of.kind === resource.of.kind);
  const candidates = value === undefined ? cluster.resources : (cluster.byName.get(value) ?? []).slice(0, MAX_NAMESAKES);
  if (candidates.some((resource) => isAbout(profile, places, firing, resource, cluster.known))) return undefined;
  const { name: alert } = firing;
  if (value === undefined) return { alert, label };
  const [namesake] = candidates.filter(ofKind);
  if (namesake !== undefined) return { alert, ...obstacleTo(identify, firing, namesake), resource: shown(namesake) };
  const nearest = nearestTo(value, cluster.resources.filter(ofKind));
  return { alert, label, value, ...(nearest && { wanted: nearest.name, resource: shown(nearest) }) };
}

function isAbout(profile: Profile, places: readonly Place[], alert: Alert, resource: Resource, { uncarried }: Knowledge): boolean {
  const flow = findFlow(profile, resource);
  const row = places.find((place) => place.flow === flow)?.row;
  return row !== undefined && applies(row.when, resource) && matches(profile, row, alert, resource, uncarried);
}

/** Why an alert is not about the resource: no name, another kind, another name or another namespace; else a row that does not apply. */
export function obstacleTo(identify: Identify, { labels }: Alert, resource: Resource): Obstacle {
  const { kind: kindLabels, namespace: namespaceLabels } = identify;
  const { of, namespace } = resource;
  const [wanted] = namesOf(identify, resource);
  const label = nameOf(labels, identify.name);
  const value = labels[label];
  if (value === undefined) return { label, wanted };
  const kind = labelOf(labels, kindLabels);
  if (kindLabels !== undefined && kind !== undefined && kind.toLowerCase() !== of.kind.toLowerCase())
    return { label: nameOf(labels, kindLabels), value: kind, wanted: of.kind.toLowerCase() };
  if (!namesOf(identify, resource).includes(value)) return { label, value, wanted };
  if (namespaceLabels !== undefined && labelOf(labels, namespaceLabels) !== namespace)
    return { label: nameOf(labels, namespaceLabels), value: labelOf(labels, namespaceLabels), wanted: namespace };
  return {};
}

// By the length of what two names begin with alike, whatever the case of their letters.
function nearestTo(value: string, resources: readonly Resource[]): Resource | undefined {
  let nearest: Resource | undefined;
  let most = 0;
  for (const resource of resources) {
    const length = commonLength(value.toLowerCase(), resource.name.toLowerCase());
    if (length <= most) continue;
    most = length;
    nearest = resource;
  }
  return nearest;
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function shown(resource: Resource): NonNullable<Unmatched["resource"]> {
  const { kind, namespace, name } = resourceId(resource);
  return { kind, namespace, name };
}
