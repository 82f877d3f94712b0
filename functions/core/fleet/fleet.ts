// A fleet document becomes clusters with everything decided; a wrong entry is kept beside the right ones, with what is wrong in it.

import * as z from "zod/mini";
import { type AlertsSource, alertsSchema } from "../access/alerts.ts";
import { audienceUse, sharedAudiences } from "../access/audience.ts";
import { accessErrors, type FleetRules } from "../access/fleet-rules.ts";
import { type Kubernetes, kubernetesSchema } from "../access/kubernetes.ts";
import { ConfigError } from "../errors.ts";
import { isObject, isStringRecord, type JsonObject } from "../json.ts";
import { dnsLabel } from "../names.ts";
import { orNearest } from "../nearest.ts";
import { builtInProfiles } from "../profile/built-in.ts";
import type { Mode } from "../profile/mode.ts";
import { type NamedProfile, type Profile, profileSchema } from "../profile/profile.ts";
import { type Problem, validationErrors, validationProblems } from "../validation.ts";
import { coreKindErrors } from "./core-kinds.ts";
import { heartbeatOf, heartbeatSchema } from "./heartbeat.ts";
import { type Pause, pauseSchema } from "./pause.ts";

/** One cluster with everything decided: defaults merged, profiles found, the source of its alerts named. */
export type ClusterEntry = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly profiles: readonly NamedProfile[];
  readonly mode: Mode;
  readonly paused: Pause;
  /** Whether each transition is told in an Event of the cluster too. */
  readonly events: boolean;
  /** How often passes renew the Lease of the cluster, where the fleet asks for it. */
  readonly heartbeatMs?: number;
  readonly kubernetes: Kubernetes;
  readonly alerts: readonly AlertsSource[];
};

/** An entry that cannot be used: each problem names the path in the file and the remedy. */
export type WrongEntry = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
};

export type Fleet = { readonly clusters: readonly ClusterEntry[]; readonly wrong: readonly WrongEntry[] };

/** `problems` are those of the defaults and of own profiles, whether a cluster uses them or not; `profiles` are all that a cluster may use. */
export type ParsedFleet = Fleet & { readonly problems: readonly Problem[]; readonly profiles: readonly NamedProfile[] };

const DEFAULT_PROFILES = ["kyma-telemetry"];

const fields = {
  labels: z.optional(z.record(z.string(), z.string())),
  profiles: z.optional(z.array(z.string()).check(z.minLength(1))),
  mode: z.optional(z.enum(["own", "shadow", "observe"])),
  paused: z.optional(pauseSchema),
  events: z.optional(z.boolean()),
  heartbeat: z.optional(heartbeatSchema),
  kubernetes: kubernetesSchema,
  alerts: z.optional(alertsSchema),
};
const clusterSchema = z.strictObject({ name: dnsLabel, ...fields });
const optionalFields = { ...fields, kubernetes: z.optional(kubernetesSchema) };

/** The fleet file as people write it; `infra/fleet.schema.json` is generated from it. */
export const fleetSchema = z.strictObject({
  defaults: z.optional(z.strictObject(optionalFields)),
  clusters: z.array(z.strictObject({ name: dnsLabel, ...optionalFields })),
  profiles: z.optional(z.record(z.string(), profileSchema)),
});

const defaultsSchema = z.pick(fleetSchema, { defaults: true });

// The same file seen from further away, so that one wrong cluster does not make the others unusable.
const outlineSchema = z.strictObject(
  {
    defaults: z._default(z.strictObject(Object.fromEntries(Object.keys(fields).map((key) => [key, z.optional(z.unknown())]))), {}),
    clusters: z.array(z.unknown(), "a list of clusters is expected"),
    profiles: z._default(z.record(z.string(), z.unknown()), {}),
  },
  { error: ({ code }) => (code === "invalid_type" ? "a map with the field `clusters` is expected" : undefined) },
);

/** Reads a fleet document. A {@link ConfigError} where it is no fleet at all; a wrong entry is kept beside the right ones. */
export function parseFleet(document: unknown, rules: FleetRules = {}): ParsedFleet {
  const outline = outlineSchema.safeParse(document);
  if (!outline.success) throw new ConfigError(`the fleet file is not usable:\n${validationErrors(outline.error).join("\n")}`);
  const { defaults, clusters, profiles } = outline.data;
  const known = parseProfiles(profiles, rules);
  const seen = new Set<unknown>();
  const entries = clusters.map((cluster, index) => {
    const name = isObject(cluster) ? cluster.name : undefined;
    const entry =
      typeof name === "string" && seen.has(name)
        ? wrong({ ...defaults, ...(isObject(cluster) && cluster) }, [
            { path: ["clusters", index, "name"], message: `stands twice: ${name}` },
          ])
        : parseEntry(cluster, index, defaults, known, rules);
    seen.add(name);
    return entry;
  });
  const uses = entries.map((entry) => ("problems" in entry ? undefined : audienceUse(entry.kubernetes)));
  const shared = sharedAudiences(uses);
  const checked = entries.map((entry, index) =>
    shared.has(uses[index]?.audience ?? "") ? wrong(entry, [{ path: ["clusters", index, ...AUDIENCE], message: SHARED }]) : entry,
  );
  return {
    clusters: checked.flatMap((entry) => ("problems" in entry ? [] : [entry])),
    wrong: checked.filter((entry) => "problems" in entry),
    profiles: [...known.values()].flatMap((profile) => ("problems" in profile ? [] : [profile])),
    problems: [
      ...problemsOfDefaults(defaults, rules),
      ...[...known.values()].flatMap((profile) => ("problems" in profile ? profile.problems : [])),
    ],
  };
}

const AUDIENCE = ["kubernetes", "auth", "webIdentity", "audience"];
const SHARED = "another server has the same audience, so that each could show its tokens to the other: leave it out";

function problemsOfDefaults(defaults: JsonObject, rules: FleetRules): readonly Problem[] {
  const { data, error } = defaultsSchema.safeParse({ defaults });
  return error === undefined ? accessErrors(data.defaults ?? {}, rules, (path) => ["defaults", ...path]) : validationProblems(error);
}

function parseEntry(
  cluster: unknown,
  index: number,
  defaults: JsonObject,
  known: KnownProfiles,
  rules: FleetRules,
): ClusterEntry | WrongEntry {
  const own: JsonObject = isObject(cluster) ? cluster : {};
  const whole = { ...defaults, ...own };
  const parsed = clusterSchema.safeParse(isObject(cluster) ? whole : cluster);
  const isInherited = (key: PropertyKey | undefined) => typeof key === "string" && key in defaults && !(key in own);
  const inFile = (path: readonly PropertyKey[]) => (isInherited(path[0]) ? ["defaults", ...path] : ["clusters", index, ...path]);
  const written = parsed.success ? accessErrors(parsed.data, rules, inFile) : validationProblems(parsed.error, inFile);
  if (!parsed.success || written.length > 0) return wrong(whole, written);
  const { name, labels = {}, mode = "own", paused = false, events = false, heartbeat, kubernetes } = parsed.data;
  const inCluster = (field: string, messages: readonly string[]) =>
    messages.map((message) => ({ path: ["clusters", index, field], message }));
  const found = (parsed.data.profiles ?? DEFAULT_PROFILES).map(
    (profile) => known.get(profile) ?? { problems: inCluster("profiles", [unknownProfile(profile, known)]) },
  );
  const profiles = found.flatMap((profile) => ("problems" in profile ? [] : [profile]));
  const alerts = parsed.data.alerts ?? profiles[0]?.alerts;
  const problems = [
    ...found.flatMap((profile) => ("problems" in profile ? profile.problems : [])),
    ...inCluster("profiles", sharedConditions(profiles)),
    ...inCluster("alerts", parsed.data.alerts === undefined ? sourceProblems(profiles) : []),
  ];
  if (alerts === undefined || problems.length > 0) return wrong(whole, problems);
  return { name, labels, mode, paused, events, ...heartbeatOf(heartbeat), kubernetes, alerts: [alerts].flat(), profiles };
}

type WrongProfile = { readonly problems: readonly Problem[] };
type KnownProfiles = ReadonlyMap<string, NamedProfile | WrongProfile>;

function parseProfiles(own: JsonObject, rules: FleetRules): KnownProfiles {
  const builtIn = Object.entries(builtInProfiles).map(([name, profile]) => [name, { ...profile, name }] as const);
  return new Map([...builtIn, ...Object.entries(own).map(([name, document]) => [name, parseProfile(name, document, rules)] as const)]);
}

function parseProfile(name: string, document: unknown, rules: FleetRules): NamedProfile | WrongProfile {
  if (Object.hasOwn(builtInProfiles, name))
    return { problems: [{ path: ["profiles", name], message: "this is the name of a built-in profile, choose another for your own" }] };
  const inFile = (path: readonly PropertyKey[]) => ["profiles", name, ...path];
  const { data, error } = profileSchema.safeParse(document);
  const problems = error === undefined ? profileErrors(name, data, rules) : validationProblems(error, inFile);
  return data === undefined || problems.length > 0 ? { problems } : { ...data, name };
}

function profileErrors(name: string, profile: Profile, rules: FleetRules): readonly Problem[] {
  const place = (path: readonly PropertyKey[]) => ["profiles", name, ...path];
  const kinds = coreKindErrors(profile, rules.coreKinds).map((problem) => ({ ...problem, path: place(problem.path) }));
  return [...accessErrors(profile, rules, place), ...kinds];
}

function unknownProfile(name: string, known: KnownProfiles): string {
  return `there is no profile ${name}${orNearest([name], known.keys()) || `; known are ${[...known.keys()].join(", ")}`}`;
}

function sharedConditions(profiles: readonly Profile[]): string[] {
  const owned = profiles.flatMap(({ condition, flows }) => [...new Set(flows.map(({ of }) => `${condition} of ${of.kind}.${of.group}`))]);
  return owned.filter((claim, index) => owned.indexOf(claim) !== index).map((claim) => `two of them own the condition ${claim}`);
}

function sourceProblems(profiles: readonly Profile[]): string[] {
  const sources = new Set(profiles.map(({ alerts }) => JSON.stringify(alerts)));
  if (sources.size > 1) return ["needed here, for the profiles of this cluster name different sources"];
  return sources.has(JSON.stringify(undefined)) ? ["needed here, for no profile of this cluster names a source"] : [];
}

function wrong({ name, labels }: JsonObject, problems: readonly Problem[]): WrongEntry {
  return { name: typeof name === "string" ? name : "(unnamed)", labels: isStringRecord(labels) ? labels : {}, problems };
}
