// Rings of a fleet: which clusters, by their labels, have which profiles, so that a new profile goes out ring by ring.

import * as z from "zod/mini";
import { ConfigError } from "../errors.ts";
import { isStringRecord, type JsonObject } from "../json.ts";
import { type Problem, validationProblems } from "../validation.ts";
import { profilesSchema } from "./profiles.ts";
import { matchesLabels, parseSelector, type Requirement } from "./selection.ts";

const FORM = "labels of clusters are expected as for --selector, such as tier=dev or region in (eu,us)";

const ringSchema = z.strictObject({
  when: z.string().check(z.refine((text) => selectorIn(text) !== undefined, FORM)),
  profiles: profilesSchema,
});
export const ringsSchema = z.array(ringSchema).check(z.minLength(1));

type Ring = { readonly when: string; readonly requirements: readonly Requirement[]; readonly profiles: unknown };
/** The rings of a fleet in their order, or why nothing can be said of them. */
export type Rings = readonly Ring[] | { readonly problems: readonly Problem[] };

function selectorIn(text: string): readonly Requirement[] | undefined {
  try {
    return parseSelector(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return undefined;
  }
}

export function parseRings(document: unknown): Rings {
  if (document === undefined) return [];
  const { data, error } = ringsSchema.safeParse(document);
  if (data === undefined) return { problems: validationProblems(error, (path) => ["defaults", "rings", ...path]) };
  return data.map(({ when, profiles }) => ({ when, profiles, requirements: parseSelector(when) }));
}

/** The first ring whose labels a cluster has; none where the cluster names profiles itself. */
type Found = { readonly ring?: Ring & { readonly index: number }; readonly problems?: readonly Problem[] };

/** @param own the cluster as it is written @param whole with the defaults */
export function findRing(rings: Rings, own: JsonObject, whole: JsonObject): Found {
  if ("profiles" in own) return {};
  if ("problems" in rings) return rings;
  const labels = isStringRecord(whole.labels) ? whole.labels : {};
  const index = rings.findIndex(({ requirements }) => matchesLabels(labels, requirements));
  const ring = rings[index];
  return ring === undefined ? {} : { ring: { ...ring, index } };
}
