import type { Alert, Reading } from "./alert.ts";
import { valueAt } from "./json.ts";
import {
  type Flow,
  type Gate,
  type Identify,
  isJudged,
  type JudgedFlow,
  type Presence,
  type Profile,
  type Row,
  type Told,
} from "./profile.ts";
import { isBroken, proofOf } from "./proof.ts";
import { findCondition, type Resource } from "./resource.ts";

/**
 * What a condition shall say, and because of what: the gate, the alert or the doubts that decided. A `provisional` one says that the source
 * is too young to tell: what stands already is left as it is.
 */
export type Verdict = Told & { readonly because: readonly string[]; readonly provisional?: true };

/** Why a resource is left alone. */
export type Skipped = { readonly skipped: "deleting" | "no flow" };

/** All that is known when a resource is judged: what each source of its cluster said, and the kinds in which names stand that no label carries. */
export type Knowledge = { readonly readings: readonly Reading[]; readonly uncarried: ReadonlyMap<Profile, ReadonlySet<string>> };

/** The first that holds wins: gate, firing row, doubt about the readings, healthy. */
export function judge(profile: Profile, resource: Resource, known: Knowledge): Verdict | Skipped {
  if (resource.deleting) return { skipped: "deleting" };
  const flow = flowOf(profile, resource);
  if (flow === undefined) return { skipped: "no flow" };
  const gate = profile.gates.find((candidate) => isShut(candidate, resource));
  if (gate !== undefined) return { ...gate.says, because: [`${gate.condition} is ${gate.is}`] };
  return isJudged(flow) ? judgeRows(profile, flow, resource, known) : { ...flow.always, because: [] };
}

function judgeRows(profile: Profile, flow: JudgedFlow, resource: Resource, known: Knowledge): Verdict {
  const row = flow.rows.find((candidate) => fires(profile, candidate, resource, known));
  if (row !== undefined) return { status: row.status ?? "False", reason: row.reason, message: row.message, because: [row.alert] };
  const { was, doubts } = proofOf(profile, flow, known.readings);
  if (was === "proven") return { status: "True", ...flow.healthy, because: [] };
  const { reason, message } = unprovenOf(flow, resource);
  return { status: "Unknown", reason, message, because: doubts, ...(was === "young" ? { provisional: true } : {}) };
}

/** The kinds of which some resource has a name that the profile's name label cannot carry. */
export function uncarriedKinds({ identify }: Profile, resources: readonly Resource[]): ReadonlySet<string> {
  const isCarried = carrier(identify);
  return new Set(resources.filter(({ name }) => !isCarried(name)).map(({ of }) => of.kind));
}

export function flowOf(profile: Profile, resource: Resource): Flow | undefined {
  return profile.flows.find((flow) => isOfKind(flow, resource) && fits(flow.when, resource));
}

/** Whether a profile has anything to say about resources of this kind. */
export function knowsKind({ flows }: Profile, resource: Resource): boolean {
  return flows.some((flow) => isOfKind(flow, resource));
}

function isOfKind({ of }: Flow, resource: Resource): boolean {
  return of.kind === resource.of.kind && of.version === resource.of.version && of.group === resource.of.group;
}

export function isShut(gate: Gate, resource: Resource): boolean {
  return findCondition(resource.conditions, gate.condition)?.status === gate.is;
}

const NONE: readonly Alert[] = [];

// Asked for every row of every resource, and nearly always of nothing that fires: that is found out first.
function fires(profile: Profile, row: Row, resource: Resource, known: Knowledge): boolean {
  for (const reading of known.readings) {
    const firing = believed(reading, row.alert);
    if (firing !== NONE && fits(row.when, resource) && firing.some((alert) => counts(profile, row, alert, resource, known))) return true;
  }
  return false;
}

/** The firing alerts of a source, unless the rule behind them is broken. */
export function believed(reading: Reading, alert: string): readonly Alert[] {
  const firing = reading.was === "read" ? reading.firing.get(alert) : undefined;
  return firing === undefined || isBroken(reading, alert) ? NONE : firing;
}

/** Whether an alert of a row is about the resource: by its labels, which the profile names. */
export function counts(profile: Profile, row: Row, { labels }: Alert, resource: Resource, known: Knowledge): boolean {
  const { identify } = profile;
  const name = labels[identify.name];
  if (name === undefined) return identify.unlabelled === "every" && countsForAll(profile, row, resource, known);
  const kind = identify.kind && labels[identify.kind];
  if (kind !== undefined && kind !== resource.of.kind.toLowerCase()) return false;
  return name === resource.name && (identify.namespace === undefined || labels[identify.namespace] === resource.namespace);
}

// Where some names cannot be carried by the label, an alert without it is theirs, unless the row is about the whole kind.
function countsForAll(profile: Profile, row: Row, { of, name }: Resource, { uncarried }: Knowledge): boolean {
  return row.about === "kind" || uncarried.get(profile)?.has(of.kind) !== true || !carrier(profile.identify)(name);
}

function carrier({ carries }: Identify): (name: string) => boolean {
  if (carries === undefined) return () => true;
  const pattern = new RegExp(`^(?:${carries})$`);
  return (name) => pattern.test(name);
}

export function fits(when: Presence | undefined, resource: Resource): boolean {
  if (when === undefined) return true;
  return (when.has ?? []).every((path) => isThere(path, resource)) && !(when.lacks ?? []).some((path) => isThere(path, resource));
}

function isThere(path: string, resource: Resource): boolean {
  const value = valueAt(resource.object, stepsOf(path));
  return value !== undefined && value !== null;
}

const steps = new Map<string, readonly string[]>();

function stepsOf(path: string): readonly string[] {
  const known = steps.get(path) ?? path.split(".");
  steps.set(path, known);
  return known;
}

function unprovenOf(flow: JudgedFlow, resource: Resource): JudgedFlow["unproven"][number] {
  const fitting = flow.unproven.find(({ when }) => fits(when, resource));
  if (fitting === undefined) throw new Error(`the profile leaves ${resource.of.kind} without an unproven verdict`);
  return fitting;
}
