// Simulates what a Prometheus says about its rules, its age and its clock.

import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";

/** The faults of a simulated Prometheus; without any it is healthy. */
export type EvidenceSettings = {
  /** An hour where nothing is said. */
  readonly startedMsAgo?: number;
  readonly evaluatedMsAgo?: number;
  /** How far its clock is ahead of the one of the tests. */
  readonly aheadMs?: number;
  /** The alerts that it has rules for: those of Kyma's self-monitor where nothing is said. */
  readonly rules?: readonly string[];
  readonly failing?: readonly string[];
};

const INTERVAL_S = 30;
const HOUR_MS = 3_600_000;

const rows = kymaTelemetry.flows.flatMap((flow) => ("rows" in flow ? flow.rows : []));

// The seventeen that Kyma's own self-monitor has rules for.
const kymaAlerts = rows.filter(({ status }) => status !== "Unknown").map(({ alert }) => alert);

/** The body of `GET /api/v1/rules?type=alert&exclude_alerts=true`. */
export function rulesBody({ evaluatedMsAgo = 0, aheadMs = 0, rules = kymaAlerts, failing = [] }: EvidenceSettings): object {
  const lastEvaluation = timeText(aheadMs - evaluatedMsAgo);
  const written = rules.map((name) => ({
    state: "inactive",
    name,
    query: rows.find(({ alert }) => alert === name)?.expr?.replaceAll("$window", "5m") ?? "vector(1)",
    duration: 60,
    keepFiringFor: 0,
    labels: {},
    annotations: {},
    alerts: null,
    health: failing.includes(name) ? "err" : "ok",
    ...(failing.includes(name) && { lastError: "found duplicate series for the match group" }),
    evaluationTime: 0.0001,
    lastEvaluation,
    type: "alerting",
  }));
  const group = { name: "default", file: "/etc/prometheus/rules.yml", rules: written };
  return succeeded({ groups: [{ ...group, interval: INTERVAL_S, limit: 0, evaluationTime: 0.001, lastEvaluation }] });
}

/** The body of `GET /api/v1/status/runtimeinfo`. */
export function runtimeBody({ startedMsAgo = HOUR_MS, aheadMs = 0 }: EvidenceSettings): object {
  return succeeded({
    startTime: timeText(aheadMs - startedMsAgo),
    CWD: "/prometheus",
    hostname: "telemetry-self-monitor",
    serverTime: timeText(aheadMs),
    reloadConfigSuccess: true,
    lastConfigTime: timeText(aheadMs - startedMsAgo),
    corruptionCount: 0,
    goroutineCount: 26,
    GOMAXPROCS: 2,
    GOMEMLIMIT: 2 ** 30,
    GOGC: "75",
    GODEBUG: "",
    storageRetention: "2h",
  });
}

function succeeded(data: object): object {
  return { status: "success", data };
}

function timeText(fromNowMs: number): string {
  return new Date(Date.now() + fromNowMs).toISOString();
}
