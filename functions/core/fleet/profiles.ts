// Which profiles a cluster has, and in which mode each of them acts there.

import * as z from "zod/mini";
import { accessErrors, type FleetRules } from "../access/fleet-rules.ts";
import type { JsonObject } from "../json.ts";
import { orNearest } from "../nearest.ts";
import { builtInProfiles } from "../profile/built-in.ts";
import { type ActingProfile, conditionType, isWriting, type Mode, modeSchema } from "../profile/mode.ts";
import { type NamedProfile, type Profile, profileSchema } from "../profile/profile.ts";
import { type Problem, validationProblems } from "../validation.ts";
import { coreKindErrors } from "./core-kinds.ts";

const useSchema = z.union([z.string(), z.strictObject({ name: z.string(), mode: modeSchema })], {
  error: "the name of a profile is expected, or {name, mode}",
});
export const profilesSchema = z.array(useSchema).check(z.minLength(1));

/** A profile of a cluster, by its name; one without a mode has that of the cluster. */
export type Use = z.infer<typeof useSchema>;
export type ClusterProfile = NamedProfile & ActingProfile;

/** The profiles of a cluster of which nothing is said. */
export const DEFAULT_USES: readonly Use[] = ["kyma-telemetry"];

type Wrong = { readonly problems: readonly Problem[] };
/** In each mode one object, however many clusters have it. */
type Known = { readonly profile: NamedProfile; readonly as: Readonly<Record<Mode, ClusterProfile>> };
/** All profiles that a cluster may name. */
export type KnownProfiles = ReadonlyMap<string, Known | Wrong>;

export function parseProfiles(own: JsonObject, rules: FleetRules): KnownProfiles {
  const builtIn = Object.entries(builtInProfiles).map(([name, profile]) => [name, knownAs({ ...profile, name })] as const);
  return new Map([...builtIn, ...Object.entries(own).map(([name, document]) => [name, parseProfile(name, document, rules)] as const)]);
}

function knownAs(profile: NamedProfile): Known {
  const as = (mode: Mode): ClusterProfile => ({ ...profile, mode });
  return { profile, as: { own: as("own"), shadow: as("shadow"), observe: as("observe") } };
}

function parseProfile(name: string, document: unknown, rules: FleetRules): Known | Wrong {
  if (Object.hasOwn(builtInProfiles, name))
    return { problems: [{ path: ["profiles", name], message: "this is the name of a built-in profile, choose another for your own" }] };
  const inFile = (path: readonly PropertyKey[]) => ["profiles", name, ...path];
  const { data, error } = profileSchema.safeParse(document);
  const problems = error === undefined ? profileErrors(name, data, rules) : validationProblems(error, inFile);
  return data === undefined || problems.length > 0 ? { problems } : knownAs({ ...data, name });
}

function profileErrors(name: string, profile: Profile, rules: FleetRules): readonly Problem[] {
  const place = (path: readonly PropertyKey[]) => ["profiles", name, ...path];
  const kinds = coreKindErrors(profile, rules.coreKinds).map((problem) => ({ ...problem, path: place(problem.path) }));
  return [...accessErrors(profile, rules, place), ...kinds];
}

/** The profiles of a cluster in `mode`, but for those with one of their own; `path` is where they are named. */
export function assignProfiles(
  uses: readonly Use[] | undefined,
  mode: Mode,
  known: KnownProfiles,
  path: Problem["path"],
): { readonly profiles: readonly ClusterProfile[]; readonly problems: readonly Problem[] } {
  const wanted = (uses ?? DEFAULT_USES).map((use) => (typeof use === "string" ? { name: use, mode } : use));
  const found = wanted.map((use) => ({
    use,
    one: known.get(use.name) ?? { problems: [{ path, message: unknownProfile(use.name, known) }] },
  }));
  const profiles = found.flatMap(({ use, one }) => ("problems" in one ? [] : [one.as[use.mode]]));
  const clashes = [...repeated(wanted.map(({ name }) => name)).map((name) => `${name} stands twice`), ...sharedConditions(profiles)];
  const problems = [
    ...found.flatMap(({ one }) => ("problems" in one ? one.problems : [])),
    ...clashes.map((message) => ({ path, message })),
  ];
  return { profiles, problems };
}

function unknownProfile(name: string, known: KnownProfiles): string {
  return `there is no profile ${name}${orNearest([name], known.keys()) || `; known are ${[...known.keys()].join(", ")}`}`;
}

// What is observed only writes no condition that another could write too.
function sharedConditions(profiles: readonly ClusterProfile[]): readonly string[] {
  const distinct = new Map(profiles.map((profile) => [profile.name, profile])).values();
  const written = [...distinct].filter(isWriting).flatMap((profile) => {
    const type = conditionType(profile, profile.mode);
    return [...new Set(profile.flows.map(({ of }) => `${type} of ${of.kind}.${of.group}`))];
  });
  return repeated(written).map((claim) => `two of them write the condition ${claim}: give one of them another mode, {name, mode: shadow}`);
}

function repeated(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) !== index))];
}

/** Why no source is known for profiles whose cluster names none. */
export function sourceProblems(profiles: readonly Profile[]): readonly string[] {
  const sources = new Set(profiles.map(({ alerts }) => JSON.stringify(alerts)));
  if (sources.size > 1) return ["needed here, for the profiles of this cluster name different sources"];
  return sources.has(JSON.stringify(undefined)) ? ["needed here, for no profile of this cluster names a source"] : [];
}
