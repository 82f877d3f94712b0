// Whether silence means health: what each source of a cluster shows of itself, and what that is worth together.

import type { JudgedFlow, Profile } from "../profile/profile.ts";
import type { Reading } from "../prometheus/alert.ts";
import type { Evidence, RuleHealth } from "../prometheus/rule-health.ts";
import { parseDurationMs } from "../time.ts";
import { type Finding, WATCHDOG } from "./finding.ts";

/**
 * What the readings of a cluster's sources are worth where no row fires: `proven` makes it healthy, `warming up` keeps what stands,
 * `unproven` makes it unknown.
 */
export type Proof = { readonly was: "proven" | "warming up" | "unproven"; readonly findings: readonly Finding[] };

// A `for` beyond ten minutes survives a restart, and a watchdog that survives proves nothing.
const LONGEST_WATCHDOG_MS = parseDurationMs("9m");
const MOST_SKEW_MS = parseDurationMs("2m");

/** One proven source is enough; else one that is warming up is better than an unproven one. */
export function proveHealth(profile: Profile, flow: JudgedFlow, readings: readonly Reading[]): Proof {
  const proofs = readings.map((reading) => proofOfOne(profile, flow, reading));
  const best = proofs.find(({ was }) => was === "proven") ?? proofs.find(({ was }) => was === "warming up");
  return best ?? { was: "unproven", findings: proofs.flatMap(({ findings }) => findings) };
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
  const findings = findingsOf(profile, flow, reading);
  const [first] = findings;
  if (first === undefined) return { was: "proven", findings };
  const grave = findings.filter((finding) => !isWarmingUp(finding));
  return grave.length > 0 ? { was: "unproven", findings: grave } : { was: "warming up", findings: [first] };
}

function findingsOf(profile: Profile, flow: JudgedFlow, reading: Reading): readonly Finding[] {
  if (reading.was === "unreadable") return [{ kind: "unreadable", code: reading.code }];
  const partial = reading.warnings.map((warning) => ({ kind: "partial", warning }) as const);
  const { evidence } = reading;
  if (evidence.was === "waived") return partial;
  if (evidence.was === "unreadable") return [...partial, { kind: "rules unreadable", code: evidence.code }];
  return [...partial, ...ruleFindings(flow, evidence), ...sourceFindings(profile, reading, evidence)];
}

/** Whether time alone takes the finding away. */
export function isWarmingUp({ kind }: Finding): boolean {
  return kind === "not evaluated yet" || kind === "warming up";
}

export type Read = Extract<Reading, { was: "read" }>;
export type Asked = Extract<Evidence, { was: "asked" }>;

const UNFIT: readonly ("not loaded" | Exclude<RuleHealth, "ok">)[] = ["not loaded", "failing", "stalled", "not evaluated yet"];

/**
 * What is wrong with the rules of a flow. The rows that say what is unknown, and the watchdog, are rendered with a profile's rules alone:
 * a source with rules of its own need not have them.
 */
export function ruleFindings({ rows }: JudgedFlow, { rules }: Asked): readonly Finding[] {
  const rendered = rows.filter(({ status }) => status === "Unknown").map(({ alert }) => alert);
  const required = rows.map(({ alert }) => alert).filter((alert) => !rendered.includes(alert));
  const asked = [...required, ...[...rendered, WATCHDOG].filter((alert) => rules.has(alert))];
  return UNFIT.flatMap((kind) => {
    const alerts = asked.filter((alert) => (rules.get(alert) ?? ["not loaded"]).some((health) => health === kind));
    return alerts.length === 0 ? [] : [{ kind, alerts }];
  });
}

/** What is wrong with a source, whichever flow it is asked for. */
export function sourceFindings(profile: Profile, reading: Read, evidence: Asked): readonly Finding[] {
  const { skewMs } = evidence;
  return [
    ...watchFindings(reading, evidence),
    ...(Math.abs(skewMs) > MOST_SKEW_MS ? [{ kind: "clock", skewMs } as const] : []),
    ...ageFindings(profile, reading, evidence),
  ];
}

// On a source that many clusters share, only a watchdog with this cluster's labels tells that this cluster is watched at all. Elsewhere, one
// that is evaluated and says nothing finds nothing to watch, however long that lasts.
function watchFindings({ isShared, firing, pending }: Read, { rules }: Asked): readonly Finding[] {
  if (firing.has(WATCHDOG) || pending.has(WATCHDOG)) return [];
  if (isShared) return [{ kind: "not watched" }];
  return rules.get(WATCHDOG)?.includes("ok") === true ? [{ kind: "nothing scraped" }] : [];
}

function ageFindings(profile: Profile, { firing, pending }: Read, { ageMs: toldMs, rules }: Asked): readonly Finding[] {
  if (pending.has(WATCHDOG)) return [{ kind: "warming up" }];
  if (firing.has(WATCHDOG)) return [];
  if (toldMs === undefined && !rules.has(WATCHDOG)) return [{ kind: "age unknown" }];
  const ageMs = toldMs ?? 0;
  // The longest wait is looked at first: nearly every source is older, and the profile's own need not be summed up.
  return ageMs < LONGEST_WATCHDOG_MS && ageMs < warmUpMs(profile) ? [{ kind: "warming up", ageMs }] : [];
}
