import type { JudgedFlow, Profile } from "../profile/profile.ts";
import type { Reading } from "../prometheus/alert.ts";
import type { Evidence, RuleHealth } from "../prometheus/rule-health.ts";
import { parseDurationMs } from "../time.ts";

/**
 * What the readings of a cluster's sources are worth where no row fires: `proven` makes it healthy, `young` keeps what stands, `doubted`
 * makes it unknown. The doubts say in words what is missing.
 */
export type Proof = { readonly was: "proven" | "young" | "doubted"; readonly doubts: readonly string[] };

/** The rule that fires once a source has evaluated for long enough: rendered with a profile's rules. */
export const WATCHDOG = "AlertstatusWatchdog";

// A `for` beyond ten minutes survives a restart, and a watchdog that survives proves nothing.
const LONGEST_WATCHDOG_MS = parseDurationMs("9m");
const MOST_SKEW_MS = parseDurationMs("2m");

/** One proven source is enough; else a young one is better than a doubted one. */
export function proveHealth(profile: Profile, flow: JudgedFlow, readings: readonly Reading[]): Proof {
  const proofs = readings.map((reading) => proofOfOne(profile, flow, reading));
  const best = proofs.find(({ was }) => was === "proven") ?? proofs.find(({ was }) => was === "young");
  return best ?? { was: "doubted", doubts: [...new Set(proofs.flatMap(({ doubts }) => doubts))] };
}

/** How long a source must have been evaluating before its silence means something: the longest `for`, and the window of its rates. */
export function warmUpMs({ rules, flows }: Profile): number {
  const waits = flows.flatMap((flow) => ("rows" in flow ? flow.rows.map((row) => parseDurationMs(row.for ?? rules.for)) : []));
  return Math.min(Math.max(parseDurationMs(rules.for), ...waits) + parseDurationMs(rules.window), LONGEST_WATCHDOG_MS);
}

/** Whether the rule behind an alert is known to be broken, so that what it says counts for nothing. */
export function isBroken(reading: Reading, alert: string): boolean {
  if (reading.was === "unreadable" || reading.evidence.was !== "asked") return false;
  const healths = reading.evidence.rules.get(alert) ?? [];
  return healths.length > 0 && healths.every((health) => health === "failing" || health === "stalled");
}

function proofOfOne(profile: Profile, flow: JudgedFlow, reading: Reading): Proof {
  if (reading.was === "unreadable") return { was: "doubted", doubts: [`alerts unreadable: ${reading.code}`] };
  const partial = reading.warnings.map((warning) => `partial answer: ${warning}`);
  const { evidence } = reading;
  if (evidence.was === "waived") return { was: partial.length > 0 ? "doubted" : "proven", doubts: partial };
  if (evidence.was === "unreadable") return { was: "doubted", doubts: [...partial, `rules unreadable: ${evidence.code}`] };
  const doubts = [
    partial,
    ruleDoubts(flow, evidence).broken,
    ownershipDoubts(reading),
    silenceDoubts(reading, evidence),
    clockDoubts(evidence),
    ageDoubts(reading, evidence),
  ].flat();
  if (doubts.length > 0) return { was: "doubted", doubts };
  const youth = youthOf(profile, flow, reading, evidence);
  return { was: youth.length > 0 ? "young" : "proven", doubts: youth };
}

export type Read = Extract<Reading, { was: "read" }>;
export type Asked = Extract<Evidence, { was: "asked" }>;

type RuleDoubts = { readonly broken: readonly string[]; readonly unevaluated: readonly string[] };
const known = new WeakMap<Asked, Map<JudgedFlow, RuleDoubts>>();

// One piece of evidence serves all resources of all passes of a minute: what it says of a flow's rules is found out once.
export function ruleDoubts(flow: JudgedFlow, evidence: Asked): RuleDoubts {
  const byFlow = known.get(evidence) ?? new Map<JudgedFlow, RuleDoubts>();
  const doubts = byFlow.get(flow) ?? {
    broken: (["not loaded", "failing", "stalled"] as const).flatMap((health) => rulesThatAre(health, flow, evidence)),
    unevaluated: rulesThatAre("not evaluated yet", flow, evidence),
  };
  known.set(evidence, byFlow.set(flow, doubts));
  return doubts;
}

// The rows that say what is unknown, and the watchdog, are ours alone: whoever brings rules of their own need not have them.
function rulesThatAre(health: RuleHealth | "not loaded", { rows }: JudgedFlow, { rules }: Asked): readonly string[] {
  const ours = rows.filter(({ status }) => status === "Unknown").map(({ alert }) => alert);
  const required = rows.map(({ alert }) => alert).filter((alert) => !ours.includes(alert));
  const asked = [...required, ...[...ours, WATCHDOG].filter((alert) => rules.has(alert))];
  const alerts = asked.filter((alert) => (rules.get(alert) ?? ["not loaded"]).some((found) => found === health));
  return alerts.length === 0 ? [] : [`rules ${health}: ${alerts.join(", ")}`];
}

// On a source that many clusters share, only a watchdog with this cluster's labels tells that this cluster is watched at all.
export function ownershipDoubts({ isShared, firing, pending }: Read): readonly string[] {
  return isShared && !firing.has(WATCHDOG) && !pending.has(WATCHDOG)
    ? [`not watched: no ${WATCHDOG} carries the labels of this cluster`]
    : [];
}

// A watchdog that is evaluated and says nothing finds nothing to watch, however long that lasts: that is not youth.
export function silenceDoubts({ isShared, firing, pending }: Read, { rules }: Asked): readonly string[] {
  const isSilent = rules.get(WATCHDOG)?.includes("ok") === true && !firing.has(WATCHDOG) && !pending.has(WATCHDOG);
  return isSilent && !isShared ? [`not watched: ${WATCHDOG} finds nothing that is scraped`] : [];
}

export function clockDoubts({ skewMs }: Asked): readonly string[] {
  return Math.abs(skewMs) > MOST_SKEW_MS ? [`the source's clock is off by ${secondsText(skewMs)}`] : [];
}

export function ageDoubts({ firing, pending }: Read, { ageMs, rules }: Asked): readonly string[] {
  const isKnown = ageMs !== undefined || firing.has(WATCHDOG) || pending.has(WATCHDOG) || rules.has(WATCHDOG);
  return isKnown ? [] : [`age unknown: neither ${WATCHDOG} nor a start time`];
}

function youthOf(profile: Profile, flow: JudgedFlow, reading: Read, evidence: Asked): readonly string[] {
  const { unevaluated } = ruleDoubts(flow, evidence);
  return unevaluated.length > 0 ? unevaluated : youthOfSource(profile, reading, evidence);
}

export function youthOfSource(profile: Profile, { firing, pending }: Read, { ageMs = 0 }: Asked): readonly string[] {
  if (pending.has(WATCHDOG)) return [`young: ${WATCHDOG} is pending`];
  if (firing.has(WATCHDOG)) return [];
  return ageMs < LONGEST_WATCHDOG_MS && ageMs < warmUpMs(profile) ? [`young: started ${secondsText(ageMs)} ago`] : [];
}

function secondsText(ms: number): string {
  return `${Math.round(Math.abs(ms) / 1000)}s`;
}
