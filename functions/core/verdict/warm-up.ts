// Says when it is no longer too early to tell.

import type { Resource } from "../kubernetes/resource.ts";
import type { JudgedFlow, Profile } from "../profile/profile.ts";
import type { Alert } from "../prometheus/alert.ts";
import { parseDurationMs, parseTimeMs } from "../time.ts";
import { WATCHDOG } from "./finding.ts";
import { applies, matches } from "./matching.ts";
import { findOwnRules } from "./own-rules.ts";
import { isPendingInDoubt, type Read, warmUpMs } from "./proof.ts";
import type { Knowledge } from "./verdict.ts";

/** When the silence of the first source about a resource means something, in milliseconds since the epoch; undefined where nothing tells. */
export function warmUpEndMs(profile: Profile, flow: JudgedFlow, resource: Resource, known: Knowledge, nowMs: number): number | undefined {
  const ends = known.readings.flatMap((reading) => {
    const waits = reading.was === "read" ? waitsOf(profile, flow, resource, known, reading, nowMs) : [];
    const endMs = Math.max(...waits.filter((ms) => ms > nowMs));
    return Number.isFinite(endMs) ? [endMs] : [];
  });
  return ends.length === 0 ? undefined : Math.min(...ends);
}

// The start, the watchdog, and the alerts that may have been firing before their evaluator began anew.
function waitsOf(
  profile: Profile,
  flow: JudgedFlow,
  resource: Resource,
  known: Knowledge,
  reading: Read,
  nowMs: number,
): readonly number[] {
  if (reading.evidence.was !== "asked") return [];
  const { ageMs } = reading.evidence;
  const { rules, watchdogs } = findOwnRules(flow, reading.evidence);
  const ofWatchdog = (reading.pending.get(WATCHDOG) ?? []).map((alert) => firesAtMs(alert, watchdogs[0]?.forMs ?? warmUpMs(profile)));
  const doubted = flow.rows.filter((row) => applies(row.when, resource) && isPendingInDoubt(profile, flow, row, reading));
  const ofRows = doubted.flatMap((row) => {
    const forMs = rules.get(row.alert)?.[0]?.forMs ?? parseDurationMs(row.for ?? profile.rules.for);
    const own = (reading.pending.get(row.alert) ?? []).filter((alert) => matches(profile, row, alert, resource, known.uncarried));
    return own.map((alert) => firesAtMs(alert, forMs));
  });
  return [nowMs - (ageMs ?? Number.POSITIVE_INFINITY) + warmUpMs(profile), ...ofWatchdog, ...ofRows];
}

function firesAtMs({ activeAt }: Alert, forMs: number): number {
  return parseTimeMs(activeAt) + forMs;
}
