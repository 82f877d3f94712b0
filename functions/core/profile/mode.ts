import type { Profile } from "./profile.ts";

/** What stands beside each other under one name: `own` writes the profile's condition, `shadow` one of its own beside it, `observe` none. */
export type Mode = "own" | "shadow" | "observe";

/** The type of the condition that a profile writes: its own, or in `shadow` mode one that stands beside it. */
export function conditionType({ condition }: Profile, mode: Mode): string {
  return mode === "shadow" ? `alertstatus.io/${condition}` : condition;
}
