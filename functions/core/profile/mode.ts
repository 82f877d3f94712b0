// The modes in which a profile acts on a cluster, and the condition type that each of them writes.

import * as z from "zod/mini";
import type { Profile } from "./profile.ts";

export const modeSchema = z.enum(["own", "shadow", "observe"]);

/** `own` writes the profile's condition, `shadow` a condition of its own beside it, `observe` none. */
export type Mode = z.infer<typeof modeSchema>;

/** A profile as one cluster has it. */
export type ActingProfile = Profile & { readonly mode: Mode; readonly name?: string };

/** The type of the condition that a profile writes in this mode; in `observe` mode, the type that it would write. A type has one prefix at most. */
export function conditionType({ condition }: Profile, mode: Mode): string {
  if (mode !== "shadow") return condition;
  const [prefix, name] = condition.split("/");
  return name === undefined ? `alertstatus.io/${condition}` : `shadow.${prefix}/${name}`;
}

/** Whether a profile writes anything onto resources. */
export function isWriting({ mode }: { readonly mode: Mode }): boolean {
  return mode !== "observe";
}
