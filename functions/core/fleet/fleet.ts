// A fleet document becomes clusters with everything decided; a wrong entry is kept beside the right ones, with what is wrong in it.

import * as z from "zod/mini";
import { type AlertsSource, alertsSchema } from "../access/alerts.ts";
import { audienceUse, sharedAudiences } from "../access/audience.ts";
import { accessErrors, type FleetRules } from "../access/fleet-rules.ts";
import { type Kubernetes, kubernetesSchema } from "../access/kubernetes.ts";
import { ConfigError } from "../errors.ts";
import { isObject, isStringRecord, type JsonObject } from "../json.ts";
import { dnsLabel } from "../names.ts";
import { modeSchema } from "../profile/mode.ts";
import { type NamedProfile, profileSchema } from "../profile/profile.ts";
import { type Problem, validationErrors, validationProblems } from "../validation.ts";
import { heartbeatOf, heartbeatSchema } from "./heartbeat.ts";
import { type Pause, pauseSchema } from "./pause.ts";
import { assignProfiles, type ClusterProfile, type KnownProfiles, parseProfiles, profilesSchema, sourceProblems } from "./profiles.ts";
import { findRing, parseRings, type Rings, ringsSchema } from "./rings.ts";

/** One cluster with everything decided: defaults merged, profiles found, the source of its alerts named. */
export type ClusterEntry = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly profiles: readonly ClusterProfile[];
  /** The labels of the ring that gives it its profiles. */
  readonly ring?: string;
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

/**
 * `problems` are those of the defaults and of own profiles, whether a cluster uses them or not; `profiles` are all that a cluster may use, and
 * `rings` the labels of all rings in their order.
 */
export type ParsedFleet = Fleet & {
  readonly problems: readonly Problem[];
  readonly profiles: readonly NamedProfile[];
  readonly rings: readonly string[];
};

const fields = {
  labels: z.optional(z.record(z.string(), z.string())),
  profiles: z.optional(profilesSchema),
  mode: z.optional(modeSchema),
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
  defaults: z.optional(z.strictObject({ ...optionalFields, rings: z.optional(ringsSchema) })),
  clusters: z.array(z.strictObject({ name: dnsLabel, ...optionalFields })),
  profiles: z.optional(z.record(z.string(), profileSchema)),
});

const defaultsSchema = z.pick(fleetSchema, { defaults: true });

// The same file seen from further away, so that one wrong cluster does not make the others unusable.
const outlineSchema = z.strictObject(
  {
    defaults: z._default(
      z.strictObject(Object.fromEntries([...Object.keys(fields), "rings"].map((key) => [key, z.optional(z.unknown())]))),
      {},
    ),
    clusters: z.array(z.unknown(), "a list of clusters is expected"),
    profiles: z._default(z.record(z.string(), z.unknown()), {}),
  },
  { error: ({ code }) => (code === "invalid_type" ? "a map with the field `clusters` is expected" : undefined) },
);

/** Reads a fleet document. A {@link ConfigError} where it is no fleet at all; a wrong entry is kept beside the right ones. */
export function parseFleet(document: unknown, rules: FleetRules = {}): ParsedFleet {
  const outline = outlineSchema.safeParse(document);
  if (!outline.success) throw new ConfigError(`the fleet file is not usable:\n${validationErrors(outline.error).join("\n")}`);
  const { defaults: inDefaults, clusters, profiles } = outline.data;
  const { rings, ...defaults } = inDefaults;
  const given: Given = { defaults, rings: parseRings(rings), known: parseProfiles(profiles, rules), rules };
  const seen = new Set<unknown>();
  const entries = clusters.map((cluster, index) => {
    const name = isObject(cluster) ? cluster.name : undefined;
    const entry =
      typeof name === "string" && seen.has(name)
        ? wrong({ ...defaults, ...(isObject(cluster) && cluster) }, [
            { path: ["clusters", index, "name"], message: `stands twice: ${name}` },
          ])
        : parseEntry(cluster, index, given);
    seen.add(name);
    return entry;
  });
  const uses = entries.map((entry) => audienceUse("kubernetes" in entry ? entry.kubernetes : undefined));
  const shared = sharedAudiences(uses);
  const checked = entries.map((entry, index) =>
    shared.has(uses[index]?.audience) ? wrong(entry, [{ path: ["clusters", index, ...AUDIENCE], message: SHARED }]) : entry,
  );
  return {
    clusters: checked.flatMap((entry) => ("problems" in entry ? [] : [entry])),
    wrong: checked.filter((entry) => "problems" in entry),
    profiles: [...given.known.values()].flatMap((one) => ("problems" in one ? [] : [one.profile])),
    rings: "problems" in given.rings ? [] : given.rings.map(({ when }) => when),
    problems: [
      ...problemsOfDefaults(inDefaults, rules),
      ...[...given.known.values()].flatMap((one) => ("problems" in one ? one.problems : [])),
    ],
  };
}

const AUDIENCE = ["kubernetes", "auth", "webIdentity", "audience"];
const SHARED = "another server has the same audience, so that each could show its tokens to the other: leave it out";

function problemsOfDefaults(defaults: JsonObject, rules: FleetRules): readonly Problem[] {
  const { data, error } = defaultsSchema.safeParse({ defaults });
  return error === undefined ? accessErrors(data.defaults ?? {}, rules, (path) => ["defaults", ...path]) : validationProblems(error);
}

/** What a fleet file says beside its clusters. */
type Given = { readonly defaults: JsonObject; readonly rings: Rings; readonly known: KnownProfiles; readonly rules: FleetRules };

function parseEntry(cluster: unknown, index: number, { defaults, rings, known, rules }: Given): ClusterEntry | WrongEntry {
  const own: JsonObject = isObject(cluster) ? cluster : {};
  const { ring, problems = [] } = findRing(rings, own, { ...defaults, ...own });
  const whole = { ...defaults, ...own, ...(ring && { profiles: ring.profiles }) };
  const inFile = (path: readonly PropertyKey[]) => placeOf(path, { index, own, defaults, ring });
  const { data, error } = clusterSchema.safeParse(isObject(cluster) ? whole : cluster);
  const written = error === undefined ? accessErrors(data, rules, inFile) : validationProblems(error, inFile);
  if (data === undefined || written.length + problems.length > 0) return wrong(whole, [...written, ...problems]);
  const decided = decideProfiles(data, known, inFile(["profiles"]), index);
  if ("problems" in decided) return wrong(whole, decided.problems);
  const { name, labels = {}, paused = false, events = false, heartbeat, kubernetes } = data;
  return { name, labels, ...decided, ...(ring && { ring: ring.when }), paused, events, ...heartbeatOf(heartbeat), kubernetes };
}

type Place = {
  readonly index: number;
  readonly own: JsonObject;
  readonly defaults: JsonObject;
  readonly ring?: { readonly index: number };
};

function placeOf(path: readonly PropertyKey[], { index, own, defaults, ring }: Place): readonly PropertyKey[] {
  const [field] = path;
  if (ring !== undefined && field === "profiles") return ["defaults", "rings", ring.index, ...path];
  const isInherited = typeof field === "string" && field in defaults && !(field in own);
  return isInherited ? ["defaults", ...path] : ["clusters", index, ...path];
}

/** The profiles of a cluster and where their alerts are read; `path` is where the profiles are named. */
function decideProfiles(
  { profiles: uses, mode = "own", alerts: named }: z.infer<typeof clusterSchema>,
  known: KnownProfiles,
  path: Problem["path"],
  index: number,
): Pick<ClusterEntry, "profiles" | "alerts"> | { readonly problems: readonly Problem[] } {
  const { profiles, problems: misnamed } = assignProfiles(uses, mode, known, path);
  const unsourced = named === undefined ? sourceProblems(profiles) : [];
  const problems = [...misnamed, ...unsourced.map((message) => ({ path: ["clusters", index, "alerts"], message }))];
  const alerts = named ?? profiles[0]?.alerts;
  return alerts === undefined || problems.length > 0 ? { problems } : { profiles, alerts: [alerts].flat() };
}

function wrong({ name, labels }: JsonObject, problems: readonly Problem[]): WrongEntry {
  return { name: typeof name === "string" ? name : "(unnamed)", labels: isStringRecord(labels) ? labels : {}, problems };
}
