// The modes in which a profile acts on a cluster, and the condition type that each of them writes.

import type { Profile } from "./profile.ts";

/** `own` writes the profile's condition, `shadow` a condition of its own beside it, `observe` none. */
export type Mode = "own" | "shadow" | "observe";

/** The type of the condition that a profile writes in this mode; in `observe` mode, the type that it would write. A type has one prefix at most. */
export function conditionType({ condition }: Profile, mode: Mode): string {
  if (mode !== "shadow") return condition;
  const [prefix, name] = condition.split("/");
  return name === undefined ? `alertstatus.io/${condition}` : `shadow.${prefix}/${name}`;
}
