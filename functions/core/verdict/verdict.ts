// Judges one resource: gate, firing row, finding, pending row, health, in this order.

import type { Told } from "../kubernetes/condition.ts";
import type { Resource } from "../kubernetes/resource.ts";
import { type Gate, isJudged, type JudgedFlow, type Profile, type Row, type Says } from "../profile/profile.ts";
import type { Alert, Reading } from "../prometheus/alert.ts";
import { alertText, isAllSilenced } from "../prometheus/silence.ts";
import { type AlertIndex, alertsAbout, indexAlerts } from "./alert-index.ts";
import { withDetails } from "./details.ts";
import { type Finding, findingText } from "./finding.ts";
import { identifyOf } from "./identity.ts";
import { applies, findFlow, findGate, outdatedGeneration, type Uncarried } from "./matching.ts";
import { bestOf, isBroken, isPendingInDoubt, type Proof, proveBySource } from "./proof.ts";

/** What decided a verdict; `always` is a flow without anything to read. */
type Decision =
  | { readonly by: "gate"; readonly gate: Gate }
  | { readonly by: "row"; readonly row: Row }
  | { readonly by: "findings"; readonly findings: readonly Finding[] }
  | { readonly by: "healthy" | "always" };

/**
 * What a condition shall say, and because of what. A `provisional` one says that it is too early to tell: what stands already is left as it
 * is. `observedGeneration` is that of a gate which is older than the object.
 */
export type Verdict = Told & {
  readonly because: readonly string[];
  readonly decidedBy: Decision;
  readonly provisional?: true;
  readonly observedGeneration?: number;
};

/** Why a resource is left alone. */
export type Skipped = { readonly skipped: "deleting" | "no flow" };

/** All that is known when a resource is judged: what each source of its cluster said, and the kinds in which names stand that no label carries. */
export type Knowledge = { readonly readings: readonly Reading[]; readonly uncarried: Uncarried };

/** What a profile makes of a resource. */
export type Judge = (resource: Resource) => Verdict | Skipped;

/** The first that holds wins: gate, firing row, finding about the readings, pending row, healthy. What holds for all resources of a flow is found out once. */
export function judgeWith(profile: Profile, known: Knowledge): Judge {
  const standings = new Map<JudgedFlow, Standing>();
  const judgeRows = (flow: JudgedFlow, resource: Resource) => {
    const standing = standings.get(flow) ?? standingOf(profile, flow, known);
    standings.set(flow, standing);
    return decide(profile, flow, standing, resource, known);
  };
  return (resource) => {
    if (resource.deleting) return { skipped: "deleting" };
    const flow = findFlow(profile, resource);
    if (flow === undefined) return { skipped: "no flow" };
    const gate = findGate(profile, resource);
    if (gate !== undefined) return verdictByGate(gate, resource);
    return isJudged(flow) ? judgeRows(flow, resource) : verdictOf(flow.always.status, flow.always, [], { by: "always" });
  };
}

// What a gate says of an older generation says nothing of the one that stands: it is not signed with that one.
function verdictByGate(gate: Gate, resource: Resource): Verdict {
  const { condition, is, says } = gate;
  const verdict = verdictOf(says.status, says, [`${condition} is ${is}`], { by: "gate", gate });
  const observedGeneration = outdatedGeneration(gate, resource);
  if (observedGeneration === undefined) return verdict;
  return { ...verdict, because: [`${condition} is ${is}, of an older generation`], provisional: true, observedGeneration };
}

/** Whether a verdict rests on what alerts say or leave unsaid, so that it needs a source of them. */
export function restsOnAlerts({ decidedBy }: Verdict): boolean {
  return decidedBy.by !== "gate" && decidedBy.by !== "always";
}

export function judge(profile: Profile, resource: Resource, known: Knowledge): Verdict | Skipped {
  return judgeWith(profile, known)(resource);
}

type AboutRow = { readonly row: Row; readonly index: AlertIndex };

/** How things stand with a flow, whichever resource is asked about: the rows of which some alert fires, and what silence is worth. */
type Standing = {
  readonly firing: readonly AboutRow[];
  readonly proof: Proof;
  /** By source, the rows that are pending where that may be all that a restart left of what fired; none where a proven one is beyond doubt. */
  readonly pending: readonly PendingRows[];
};

type PendingRows = { readonly isProven: boolean; readonly rows: readonly AboutRow[] };

function standingOf(profile: Profile, flow: JudgedFlow, { readings }: Knowledge): Standing {
  const proved = readings.map((reading) => ({ reading, proof: proveBySource(profile, flow, reading) }));
  const pending = proved.flatMap(({ reading, proof }): readonly PendingRows[] => {
    const isProven = proof.was === "proven";
    // A source that cannot show its age is in the same doubt.
    if (!isProven && !proof.findings.every(({ kind }) => kind === "age unknown")) return [];
    return [{ isProven, rows: aboutRows(profile, flow, (row) => doubtedAlerts(profile, flow, row, reading)) }];
  });
  return {
    firing: aboutRows(profile, flow, (row) => believedOf(flow, readings, row.alert)),
    proof: bestOf(proved.map(({ proof }) => proof)),
    pending: pending.some(({ isProven, rows }) => isProven && rows.length === 0) ? [] : pending,
  };
}

// Of the rows with any alerts.
function aboutRows(profile: Profile, { rows }: JudgedFlow, alertsOf: (row: Row) => readonly Alert[]): readonly AboutRow[] {
  const about: AboutRow[] = [];
  for (const row of rows) {
    const alerts = alertsOf(row);
    if (alerts.length > 0) about.push({ row, index: indexAlerts(identifyOf(profile, row), alerts) });
  }
  return about;
}

function decide(profile: Profile, flow: JudgedFlow, standing: Standing, resource: Resource, known: Knowledge): Verdict {
  const firing = alertsFor(profile, standing.firing, resource, known);
  const ignored: string[] = [];
  for (const one of firing) {
    if (!isIgnored(profile, one.row, one.alerts)) return toldBy(profile, one, firing, ignored);
    ignored.push(nameOf(one));
  }
  const { was, findings } = withPending(profile, standing, resource, known);
  if (was === "proven") return verdictOf("True", flow.healthy, ignored, HEALTHY);
  const because = [...new Set(findings.map(findingText)), ...ignored];
  const verdict = verdictOf("Unknown", unprovenOf(flow, resource), because, { by: "findings", findings });
  return was === "warming up" ? { ...verdict, provisional: true } : verdict;
}

// One proven source on which nothing is pending for the resource is enough.
function withPending(profile: Profile, { proof, pending }: Standing, resource: Resource, known: Knowledge): Proof {
  if (pending.length === 0) return proof;
  const bySource = pending.map(({ isProven, rows }) => ({ isProven, rows: alertsFor(profile, rows, resource, known) }));
  if (bySource.some(({ isProven, rows }) => isProven && rows.length === 0)) return proof;
  const alerts = [...new Set(bySource.flatMap(({ rows }) => rows.map(({ row }) => row.alert)))];
  if (alerts.length === 0) return proof;
  return { was: "warming up", findings: [{ kind: "pending", alerts }] };
}

function verdictOf(status: Told["status"], { reason, message }: Says, because: readonly string[], decidedBy: Decision): Verdict {
  return { status, reason, message, because, decidedBy };
}

type Firing = { readonly row: Row; readonly alerts: readonly Alert[] };

// The rows of which some alert is about this one resource, and those alerts.
function alertsFor(profile: Profile, rows: readonly AboutRow[], resource: Resource, known: Knowledge): readonly Firing[] {
  const own: Firing[] = [];
  for (const { row, index } of rows) {
    const alerts = alertsAbout(profile, row, index, resource, known.uncarried);
    if (alerts.length > 0 && applies(row.when, resource)) own.push({ row, alerts });
  }
  return own;
}

function toldBy({ details }: Profile, decisive: Firing, firing: readonly Firing[], ignored: readonly string[]): Verdict {
  const { row, alerts } = decisive;
  const message = details ? withDetails(row.message, alerts, firing.filter((other) => other !== decisive).map(nameOf)) : row.message;
  return verdictOf(row.status ?? "False", { reason: row.reason, message }, [nameOf(decisive), ...ignored], { by: "row", row });
}

function nameOf({ row, alerts }: Firing): string {
  return alertText(row.alert, alerts);
}

/** Whether a row does not count, because all of its alerts are silenced. A silence proves nothing: what says that nothing is known stays. */
export function isIgnored({ silenced }: Profile, { status }: Row, alerts: readonly Alert[]): boolean {
  return silenced === "ignored" && status !== "Unknown" && isAllSilenced(alerts);
}

const NONE: readonly Alert[] = [];
const HEALTHY: Decision = { by: "healthy" };

/** The firing alerts of a source, unless the rule behind them is broken. */
export function trustedAlerts(flow: JudgedFlow, reading: Reading, alert: string): readonly Alert[] {
  const firing = reading.was === "read" ? reading.firing.get(alert) : undefined;
  return firing === undefined || isBroken(flow, reading, alert) ? NONE : firing;
}

function doubtedAlerts(profile: Profile, flow: JudgedFlow, row: Row, reading: Reading): readonly Alert[] {
  const pending = reading.was === "read" ? reading.pending.get(row.alert) : undefined;
  return pending === undefined || !isPendingInDoubt(profile, flow, row, reading) ? NONE : pending;
}

function believedOf(flow: JudgedFlow, readings: readonly Reading[], alert: string): readonly Alert[] {
  let all = NONE;
  for (const reading of readings) {
    const alerts = trustedAlerts(flow, reading, alert);
    if (alerts !== NONE) all = all === NONE ? alerts : [...all, ...alerts];
  }
  return all;
}

function unprovenOf(flow: JudgedFlow, resource: Resource): JudgedFlow["unproven"][number] {
  const fitting = flow.unproven.find(({ when }) => applies(when, resource));
  if (fitting === undefined) throw new Error(`the profile leaves ${resource.of.kind} without an unproven verdict`);
  return fitting;
}
