// Whether silence means health: what each source of a cluster shows of itself, and what that is worth together.

import type { JudgedFlow, Profile, Row } from "../profile/profile.ts";
import type { Reading } from "../prometheus/alert.ts";
import { parseDurationMs } from "../time.ts";
import { type Finding, WATCHDOG } from "./finding.ts";
import { type Asked, findOwnRules, type OwnRules, watchdogState } from "./own-rules.ts";

/**
 * What the readings of a cluster's sources are worth where no row fires: `proven` makes it healthy, `warming up` keeps what stands,
 * `unproven` makes it unknown.
 */
export type Proof = { readonly was: "proven" | "warming up" | "unproven"; readonly findings: readonly Finding[] };

// A `for` of ten minutes survives a restart, and a watchdog that survives proves nothing.
const SURVIVING_WAIT_MS = parseDurationMs("10m");
const MAX_WARM_UP_MS = parseDurationMs("9m");
const MAX_SKEW_MS = parseDurationMs("2m");

/** One proven source is enough; else one that is warming up is better than an unproven one. */
export function proveHealth(profile: Profile, flow: JudgedFlow, readings: readonly Reading[]): Proof {
  return bestOf(readings.map((reading) => proveBySource(profile, flow, reading)));
}

export function bestOf(proofs: readonly Proof[]): Proof {
  const best = proofs.find(({ was }) => was === "proven") ?? proofs.find(({ was }) => was === "warming up");
  return best ?? { was: "unproven", findings: proofs.flatMap(({ findings }) => findings) };
}

/** How long a source must have been evaluating before its silence means something: the longest `for`, and the window of its rates. */
export function warmUpMs({ rules, flows }: Profile): number {
  const waits = flows.flatMap((flow) => ("rows" in flow ? flow.rows.map((row) => parseDurationMs(row.for ?? rules.for)) : []));
  return Math.min(Math.max(parseDurationMs(rules.for), ...waits) + parseDurationMs(rules.window), MAX_WARM_UP_MS);
}

/** Whether the rule behind an alert is known to be broken, so that what it says counts for nothing. */
export function isBroken(flow: JudgedFlow, reading: Reading, alert: string): boolean {
  if (reading.was === "unreadable" || reading.evidence.was !== "asked") return false;
  const states = findOwnRules(flow, reading.evidence).rules.get(alert) ?? [];
  return states.length > 0 && states.every(({ health }) => health === "failing" || health === "stalled");
}

/**
 * Whether a row that is pending may have been firing before its evaluator began anew: where no start time can be believed, and its wait is
 * too short to survive a restart.
 */
export function isPendingInDoubt({ rules }: Profile, flow: JudgedFlow, row: Row, reading: Reading): boolean {
  if (reading.was === "unreadable" || reading.evidence.was !== "asked" || reading.evidence.ageMs !== undefined) return false;
  const [own] = findOwnRules(flow, reading.evidence).rules.get(row.alert) ?? [];
  return (own?.forMs ?? parseDurationMs(row.for ?? rules.for)) < SURVIVING_WAIT_MS;
}

/** What one source is worth where no row fires. */
export function proveBySource(profile: Profile, flow: JudgedFlow, reading: Reading): Proof {
  const findings = findingsOf(profile, flow, reading);
  const [first] = findings;
  if (first === undefined) return { was: "proven", findings };
  const grave = findings.filter((finding) => !isWarmingUp(finding));
  return grave.length > 0 ? { was: "unproven", findings: grave } : { was: "warming up", findings: [first] };
}

function findingsOf(profile: Profile, flow: JudgedFlow, reading: Reading): readonly Finding[] {
  if (reading.was === "unreadable") return [{ kind: "unreadable", code: reading.code }];
  const answer = [...reading.warnings.map((warning) => ({ kind: "partial", warning }) as const), ...entryFindings(flow, reading)];
  const { evidence } = reading;
  if (evidence.was === "waived") return answer;
  if (evidence.was === "unreadable") return [...answer, { kind: "rules unreadable", code: evidence.code }];
  const own = findOwnRules(flow, evidence);
  return [...answer, ...own.findings, ...sourceFindings(profile, reading, evidence, own)];
}

/** Whether time alone takes the finding away. */
export function isWarmingUp({ kind }: Finding): boolean {
  return kind === "not evaluated yet" || kind === "warming up" || kind === "pending";
}

export type Read = Extract<Reading, { was: "read" }>;

/** The entries of an answer that cannot be read and may be about a row of the flow, or about its watchdog; each of them once. */
export function entryFindings({ rows }: JudgedFlow, { odd }: Read): readonly Finding[] {
  if (odd.length === 0) return [];
  const names = new Set<string | undefined>([undefined, WATCHDOG, ...rows.map(({ alert }) => alert)]);
  const found = odd.filter(({ name }) => names.has(name));
  const distinct = new Map(found.map(({ name, state }) => [JSON.stringify([name, state]), { name, state }]));
  return [...distinct.values()].map(({ name, state }) => ({ kind: "unreadable entry", alert: name, state }));
}

/** What is wrong with a source, whichever flow it is asked for. */
export function sourceFindings(profile: Profile, reading: Read, evidence: Asked, own: OwnRules): readonly Finding[] {
  const { skewMs } = evidence;
  const watchdog = watchdogState(own, reading);
  return [
    ...watchFindings(reading, own, watchdog),
    ...(Math.abs(skewMs) > MAX_SKEW_MS ? [{ kind: "clock", skewMs } as const] : []),
    ...ageFindings(profile, reading, evidence, { watchdogs: own.watchdogs, state: watchdog }),
  ];
}

type Watched = ReturnType<typeof watchdogState>;

// On a source that many clusters share, only a watchdog with this cluster's labels tells that this cluster is watched at all. Elsewhere, one
// that is evaluated and says nothing finds nothing to watch, however long that lasts.
function watchFindings({ isShared }: Read, { watchdogs }: OwnRules, watchdog: Watched): readonly Finding[] {
  if (watchdog !== undefined) return [];
  if (isShared) return [{ kind: "not watched" }];
  return watchdogs.some(({ health }) => health === "ok") ? [{ kind: "nothing scraped" }] : [];
}

type Watchdogs = Pick<OwnRules, "watchdogs"> & { readonly state: Watched };

// The evaluator's own word comes first: a watchdog may be restored at a restart, with all other alerts. Of a source that many clusters share
// it says nothing about how long this one has been watched.
function ageFindings(profile: Profile, { isShared }: Read, { ageMs }: Asked, { watchdogs, state }: Watchdogs): readonly Finding[] {
  // The longest wait is looked at first: nearly every source is older, and the profile's own need not be summed up.
  if (ageMs !== undefined && ageMs < MAX_WARM_UP_MS && ageMs < warmUpMs(profile)) return [{ kind: "warming up", ageMs }];
  if (state === "pending" && (isShared || ageMs === undefined)) return [{ kind: "warming up" }];
  if (ageMs !== undefined || state === "firing") return [];
  return [watchdogs.length === 0 ? { kind: "age unknown" } : { kind: "warming up" }];
}
