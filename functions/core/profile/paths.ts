// The paths of an object on which a profile's verdicts depend, so that nothing else of it has to be kept.

import { isObject } from "../json.ts";
import type { ObjectKind } from "../kubernetes/resource.ts";
import type { Flow, Profile } from "./profile.ts";

/** Every path that the `when` of some flow, row or unproven verdict of this kind names, or a name of its own, split into its steps. */
export function judgedPaths(profiles: readonly Profile[], { group, version, kind }: ObjectKind): readonly (readonly string[])[] {
  const paths = profiles.flatMap(({ flows, identify }) => {
    const ofKind = flows.filter(({ of }) => of.kind === kind && of.version === version && of.group === group);
    const alias = identify.alias === undefined || ofKind.length === 0 ? [] : [identify.alias.path];
    return [...ofKind.flatMap(presencesOf).flatMap(pathsIn), ...alias];
  });
  return [...new Set(paths)].map((path) => path.split("."));
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
