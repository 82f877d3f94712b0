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
import { doubts } from "./proof.ts";
import { findCondition, type Resource } from "./resource.ts";

/** What a condition shall say, and because of what: the gate, the alert or the doubts that decided. */
export type Verdict = Told & { readonly because: readonly string[] };

/** Why a resource is left alone. */
export type Skipped = { readonly skipped: "deleting" | "no flow" };

/** The first that holds wins: gate, firing row, doubt about the reading, healthy. */
export function judge(profile: Profile, resource: Resource, reading: Reading): Verdict | Skipped {
  if (resource.deleting) return { skipped: "deleting" };
  const flow = flowOf(profile, resource);
  if (flow === undefined) return { skipped: "no flow" };
  const gate = profile.gates.find((candidate) => isShut(candidate, resource));
  if (gate !== undefined) return { ...gate.says, because: [`${gate.condition} is ${gate.is}`] };
  return isJudged(flow) ? judgeRows(profile.identify, flow, resource, reading) : { ...flow.always, because: [] };
}

function judgeRows(identify: Identify, flow: JudgedFlow, resource: Resource, reading: Reading): Verdict {
  const row = flow.rows.find((candidate) => fires(identify, candidate, resource, reading));
  if (row !== undefined)
    return {
      status: row.status ?? "False",
      reason: row.reason,
      message: row.message,
      because: [row.alert],
    };
  const because = doubts(reading);
  if (because.length === 0) return { status: "True", ...flow.healthy, because };
  const { reason, message } = unprovenOf(flow, resource);
  return { status: "Unknown", reason, message, because };
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

export function fires(identify: Identify, row: Row, resource: Resource, reading: Reading): boolean {
  const firing = reading.was === "read" ? reading.firing.get(row.alert) : undefined;
  return firing !== undefined && fits(row.when, resource) && firing.some((alert) => counts(identify, alert, resource));
}

/** Whether an alert is about the resource: by its labels, which the profile names. */
export function counts(identify: Identify, alert: Alert, resource: Resource): boolean {
  const name = alert.labels[identify.name];
  if (name === undefined) return identify.unlabelled === "every";
  const kind = identify.kind && alert.labels[identify.kind];
  if (kind !== undefined && kind !== resource.of.kind.toLowerCase()) return false;
  return name === resource.name && (identify.namespace === undefined || alert.labels[identify.namespace] === resource.namespace);
}

export function fits(when: Presence | undefined, resource: Resource): boolean {
  if (when === undefined) return true;
  return (when.has ?? []).every((path) => isThere(path, resource)) && !(when.lacks ?? []).some((path) => isThere(path, resource));
}

function isThere(path: string, resource: Resource): boolean {
  const value = valueAt(resource.object, path.split("."));
  return value !== undefined && value !== null;
}

function unprovenOf(flow: JudgedFlow, resource: Resource): JudgedFlow["unproven"][number] {
  const fitting = flow.unproven.find(({ when }) => fits(when, resource));
  if (fitting === undefined) throw new Error(`the profile leaves ${resource.of.kind} without an unproven verdict`);
  return fitting;
}
