// How many resources of a profile may turn False at one time: what makes many of them False at once is more often wrong than so.

import * as z from "zod/mini";

/** `false`: the share of a profile's resources that may turn False in one run. */
export const guardSchema = z.strictObject({
  false: z.string().check(z.regex(/^([1-9][0-9]?|100)%$/, "a share is written from 1% to 100%")),
});

export type Guard = z.infer<typeof guardSchema>;

/** Of so few, a share says nothing: one gateway serves as many. */
export const GUARD_FLOOR = 3;

/** How many of so many resources may turn False. */
export function allowedBy({ false: share }: Guard, resources: number): number {
  return Math.max(GUARD_FLOOR, Math.floor((Number.parseInt(share, 10) * resources) / 100));
}
