// The paths of an object on which a profile's verdicts depend, so that nothing else of it has to be kept.

import { isObject } from "../json.ts";
import type { ObjectKind } from "../kubernetes/resource.ts";
import type { Flow, Profile, Row } from "./profile.ts";

/** Every path that the `when` of some flow, row or unproven verdict of this kind names, or a name that alerts carry, split into its steps. */
export function judgedPaths(profiles: readonly Profile[], { group, version, kind }: ObjectKind): readonly (readonly string[])[] {
  const paths = new Set<string>();
  const labels = new Set<string>();
  for (const { flows, identify } of profiles) {
    const ofKind = flows.filter(({ of }) => of.kind === kind && of.version === version && of.group === group);
    if (ofKind.length === 0) continue;
    for (const path of ofKind.flatMap(presencesOf).flatMap(pathsIn)) paths.add(path);
    if (identify.alias !== undefined) paths.add(identify.alias.path);
    for (const { resourceLabel } of [identify, ...ofKind.flatMap(ownIdentities)])
      if (resourceLabel !== undefined) labels.add(resourceLabel);
  }
  return [...[...paths].map((path) => path.split(".")), ...[...labels].map((label) => ["metadata", "labels", label])];
}

function ownIdentities(flow: Flow): readonly NonNullable<Row["identify"]>[] {
  return "rows" in flow ? flow.rows.flatMap(({ identify = [] }) => identify) : [];
}

function presencesOf(flow: Flow): readonly unknown[] {
  const inner = "rows" in flow ? [...flow.rows, ...flow.unproven] : [];
  return [flow, ...inner].map(({ when }) => when);
}

// Lists of paths, comparisons by path, and alternatives.
function pathsIn(when: unknown): readonly string[] {
  if (!isObject(when)) return [];
  const listed = [when.has, when.lacks].flatMap((paths) => (Array.isArray(paths) ? paths.map(String) : []));
  const compared = [when.is, when.isNot].flatMap((values) => (isObject(values) ? Object.keys(values) : []));
  const alternatives = Array.isArray(when.any) ? when.any.flatMap(pathsIn) : [];
  return [...listed, ...compared, ...alternatives];
}
