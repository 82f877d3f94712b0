import type { ObjectKind } from "../kubernetes/resource.ts";
import type { Profile } from "./profile.ts";

/** Every kind that profiles speak of, once. */
export function kindsOf(profiles: readonly Profile[]): readonly ObjectKind[] {
  const kinds: ObjectKind[] = [];
  for (const { flows } of profiles) for (const { of } of flows) if (!kinds.some((kind) => isSame(kind, of))) kinds.push(of);
  return kinds;
}

function isSame(one: ObjectKind, other: ObjectKind): boolean {
  return one.plural === other.plural && one.version === other.version && one.group === other.group;
}
