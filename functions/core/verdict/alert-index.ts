// Finds the alerts about one resource without a look at those about others: the cost of a pass is never the product of two sizes that
// others choose.

import type { Resource } from "../kubernetes/resource.ts";
import type { Identify, Profile, Row } from "../profile/profile.ts";
import type { Alert } from "../prometheus/alert.ts";
import { compareText } from "../text.ts";
import { identifyOf, labelOf, namesOf } from "./identity.ts";
import { matches, type Uncarried } from "./matching.ts";

type Alerts = readonly Alert[];

/** The alerts of one row: each group agrees in all labels that decide which resources it is about. */
export type AlertIndex = { readonly unlabelled: Alerts; readonly byName: ReadonlyMap<string, ReadonlyMap<string, Alerts>> };

// A verdict names since when and how badly alerts fire: more of them about one resource tell nothing more.
const MAX_WITNESSES = 100;
const NONE: Alerts = [];

/** Indexes the alerts of a row, each looked at once. */
export function indexAlerts(identify: Identify, alerts: Alerts): AlertIndex {
  const unlabelled: Alert[] = [];
  const byName = new Map<string, Map<string, Alert[]>>();
  for (const alert of alerts) {
    const { labels } = alert;
    const name = labelOf(labels, identify.name);
    if (name === undefined) {
      unlabelled.push(alert);
      continue;
    }
    const groups = byName.get(name) ?? new Map<string, Alert[]>();
    byName.set(name, groups);
    const key = keyOf(labelOf(labels, identify.namespace), labelOf(labels, identify.kind)?.toLowerCase());
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [alert]);
    else group.push(alert);
  }
  for (const groups of byName.values()) for (const [key, group] of groups) groups.set(key, witnessesOf(group));
  return { unlabelled: witnessesOf(unlabelled), byName };
}

/** The alerts of a row that are about the resource; of more than a hundred alike, those that tell the most. */
export function alertsAbout(profile: Profile, row: Row, index: AlertIndex, resource: Resource, uncarried: Uncarried): Alerts {
  let about = NONE;
  for (const group of groupsFor(identifyOf(profile, row), index, resource)) {
    const first = group[0];
    if (first === undefined || !matches(profile, row, first, resource, uncarried)) continue;
    about = about.length === 0 ? group : [...about, ...group];
  }
  return about;
}

function groupsFor(identify: Identify, { unlabelled, byName }: AlertIndex, resource: Resource): readonly Alerts[] {
  const groups = unlabelled.length === 0 ? [] : [unlabelled];
  for (const name of namesOf(identify, resource)) {
    const named = byName.get(name);
    if (named !== undefined) for (const key of keysOf(resource)) groups.push(named.get(key) ?? NONE);
  }
  return groups;
}

// The keys of the alerts that name the resource, whether or not they say of which namespace and kind it is.
function keysOf({ namespace, of }: Resource): readonly string[] {
  const namespaces = namespace === undefined ? [undefined] : [undefined, namespace];
  const kinds = [undefined, of.kind.toLowerCase()];
  return namespaces.flatMap((one) => kinds.map((other) => keyOf(one, other)));
}

// No namespace and no kind has a line break: where one stands, the names of a resource lead to other keys.
function keyOf(namespace = "\n", kind = "\n"): string {
  return `${namespace}\n${kind}`;
}

// The earliest, and one that is suppressed the least: whether all alerts of a group are suppressed is told by it alone.
function witnessesOf(group: Alert[]): Alert[] {
  if (group.length <= MAX_WITNESSES) return group;
  const leastSuppressed = group.reduce((one, other) => (suppressionOf(other) < suppressionOf(one) ? other : one));
  const earliest = group.sort((one, other) => compareText(sinceOf(one), sinceOf(other)) || compareText(one.value ?? "", other.value ?? ""));
  return [...new Set([leastSuppressed, ...earliest.slice(0, MAX_WITNESSES - 1)])];
}

function suppressionOf({ suppressed }: Alert): number {
  if (suppressed === undefined) return 0;
  return suppressed === "inhibited" ? 1 : 2;
}

// Without a time: later than all others.
function sinceOf({ activeAt }: Alert): string {
  return activeAt ?? "~";
}
