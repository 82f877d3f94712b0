import type { Told } from "../kubernetes/condition.ts";
import type { Resource } from "../kubernetes/resource.ts";
import { type Gate, isJudged, type JudgedFlow, type Profile, type Row, type Says } from "../profile/profile.ts";
import type { Alert, Reading } from "../prometheus/alert.ts";
import { alertText, isAllSilenced } from "../prometheus/silence.ts";
import { type AlertIndex, alertsAbout, indexAlerts } from "./alert-index.ts";
import { withDetails } from "./details.ts";
import { type Finding, findingText } from "./finding.ts";
import { applies, findFlow, isGateClosed, type Uncarried } from "./matching.ts";
import { isBroken, type Proof, proveHealth } from "./proof.ts";

/** What decided a verdict; `always` is a flow without anything to read. */
type Decision =
  | { readonly by: "gate"; readonly gate: Gate }
  | { readonly by: "row"; readonly row: Row }
  | { readonly by: "findings"; readonly findings: readonly Finding[] }
  | { readonly by: "healthy" | "always" };

/**
 * What a condition shall say, and because of what. A `provisional` one says that the source is too young to tell: what stands already is
 * left as it is.
 */
export type Verdict = Told & { readonly because: readonly string[]; readonly decidedBy: Decision; readonly provisional?: true };

/** Why a resource is left alone. */
export type Skipped = { readonly skipped: "deleting" | "no flow" };

/** All that is known when a resource is judged: what each source of its cluster said, and the kinds in which names stand that no label carries. */
export type Knowledge = { readonly readings: readonly Reading[]; readonly uncarried: Uncarried };

/** What a profile makes of a resource. */
export type Judge = (resource: Resource) => Verdict | Skipped;

/** The first that holds wins: gate, firing row, finding about the readings, healthy. What holds for all resources of a flow is found out once. */
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
    const gate = profile.gates.find((candidate) => isGateClosed(candidate, resource));
    if (gate !== undefined) return verdictOf(gate.says.status, gate.says, [`${gate.condition} is ${gate.is}`], { by: "gate", gate });
    return isJudged(flow) ? judgeRows(flow, resource) : verdictOf(flow.always.status, flow.always, [], { by: "always" });
  };
}

export function judge(profile: Profile, resource: Resource, known: Knowledge): Verdict | Skipped {
  return judgeWith(profile, known)(resource);
}

type Firing = { readonly row: Row; readonly alerts: readonly Alert[] };
type FiringRow = { readonly row: Row; readonly index: AlertIndex };

/** How things stand with a flow, whichever resource is asked about: the rows of which some alert fires, and what silence is worth. */
type Standing = { readonly firing: readonly FiringRow[]; readonly proof: Proof };

function standingOf(profile: Profile, flow: JudgedFlow, { readings }: Knowledge): Standing {
  const firing: FiringRow[] = [];
  for (const row of flow.rows) {
    const alerts = believedOf(readings, row.alert);
    if (alerts !== NONE) firing.push({ row, index: indexAlerts(profile.identify, alerts) });
  }
  return { firing, proof: proveHealth(profile, flow, readings) };
}

function decide(profile: Profile, flow: JudgedFlow, standing: Standing, resource: Resource, known: Knowledge): Verdict {
  const firing = firingFor(profile, standing.firing, resource, known);
  const ignored: string[] = [];
  for (const one of firing) {
    if (!isIgnored(profile, one.row, one.alerts)) return toldBy(profile, one, firing, ignored);
    ignored.push(nameOf(one));
  }
  const { was, findings } = standing.proof;
  if (was === "proven") return verdictOf("True", flow.healthy, ignored, { by: "healthy" });
  const because = [...new Set(findings.map(findingText)), ...ignored];
  const verdict = verdictOf("Unknown", unprovenOf(flow, resource), because, { by: "findings", findings });
  return was === "warming up" ? { ...verdict, provisional: true } : verdict;
}

function verdictOf(status: Told["status"], { reason, message }: Says, because: readonly string[], decidedBy: Decision): Verdict {
  return { status, reason, message, because, decidedBy };
}

// The rows that fire for this one resource, and those of their alerts that are about it.
function firingFor(profile: Profile, firing: readonly FiringRow[], resource: Resource, known: Knowledge): readonly Firing[] {
  const matching: Firing[] = [];
  for (const { row, index } of firing) {
    const about = applies(row.when, resource) ? alertsAbout(profile, row, index, resource, known.uncarried) : NONE;
    if (about.length > 0) matching.push({ row, alerts: about });
  }
  return matching;
}

function toldBy({ details }: Profile, decisive: Firing, firing: readonly Firing[], ignored: readonly string[]): Verdict {
  const { row, alerts } = decisive;
  const message = details ? withDetails(row.message, alerts, firing.filter((other) => other !== decisive).map(nameOf)) : row.message;
  return verdictOf(row.status ?? "False", { reason: row.reason, message }, [nameOf(decisive), ...ignored], { by: "row", row });
}

function nameOf({ row, alerts }: Firing): string {
  return alertText(row.alert, alerts);
}

/** Whether a row does not count, for all of its alerts are silenced. A silence proves nothing: what says that nothing is known stays. */
export function isIgnored({ silenced }: Profile, { status }: Row, alerts: readonly Alert[]): boolean {
  return silenced === "ignored" && status !== "Unknown" && isAllSilenced(alerts);
}

const NONE: readonly Alert[] = [];

/** The firing alerts of a source, unless the rule behind them is broken. */
export function trustedAlerts(reading: Reading, alert: string): readonly Alert[] {
  const firing = reading.was === "read" ? reading.firing.get(alert) : undefined;
  return firing === undefined || isBroken(reading, alert) ? NONE : firing;
}

function believedOf(readings: readonly Reading[], alert: string): readonly Alert[] {
  let all = NONE;
  for (const reading of readings) {
    const alerts = trustedAlerts(reading, alert);
    if (alerts !== NONE) all = all === NONE ? alerts : [...all, ...alerts];
  }
  return all;
}

function unprovenOf(flow: JudgedFlow, resource: Resource): JudgedFlow["unproven"][number] {
  const fitting = flow.unproven.find(({ when }) => applies(when, resource));
  if (fitting === undefined) throw new Error(`the profile leaves ${resource.of.kind} without an unproven verdict`);
  return fitting;
}
