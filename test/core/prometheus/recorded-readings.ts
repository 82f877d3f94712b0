// What each server's recorded answers must be read as.
import { UpstreamError } from "../../../functions/core/errors.ts";
import { parseAlerts } from "../../../functions/core/prometheus/alert.ts";
import { parseRules, parseStartTime, type RuleHealth } from "../../../functions/core/prometheus/rule-health.ts";
import type { Snapshot } from "../../tools/dialects/snapshot.ts";

const LOSS = "TraceGatewayAllDataDropped";
const WATCHDOG = "AlertstatusWatchdog";

type State = "firing" | "pending" | "silent";
type Health = RuleHealth | "not loaded";
type Said<T> = { readonly loss: T; readonly watchdog: T };

/** What an answer is read as: what two alerts say, how their rules are, and whether a start time is believed. */
export type Reading =
  | { readonly alerts: Said<State>; readonly rules: Said<Health>; readonly hasStart: boolean; readonly isPartial: boolean }
  | { readonly unreadable: string };

/** What of a reading is certain in a situation. */
type Expected = {
  readonly alerts?: Partial<Said<State>>;
  readonly rules?: Partial<Said<Health>>;
  readonly hasStart?: boolean;
  readonly isPartial?: boolean;
  readonly unreadable?: string;
};

export function readingOf({ date, alerts, rules, runtimeinfo }: Snapshot): Reading {
  try {
    const { firing, pending, warnings } = parseAlerts(alerts.body);
    const { groups } = parseRules(rules.body, Date.parse(date));
    const stateOf = (alert: string): State => (firing.has(alert) ? "firing" : pending.has(alert) ? "pending" : "silent");
    const healthOf = (alert: string): Health => groups.flatMap((group) => group.rules.get(alert) ?? []).at(0)?.health ?? "not loaded";
    return {
      alerts: { loss: stateOf(LOSS), watchdog: stateOf(WATCHDOG) },
      rules: { loss: healthOf(LOSS), watchdog: healthOf(WATCHDOG) },
      hasStart: runtimeinfo.status === 200 && parseStartTime(runtimeinfo.body) !== undefined,
      isPartial: warnings.length > 0,
    };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { unreadable: error.code };
  }
}

const both = <T>(each: T): Said<T> => ({ loss: each, watchdog: each });
const unevaluated: Expected = { alerts: both("silent"), rules: both("not evaluated yet") };
const failing: Expected = { rules: both("failing") };

// Debian's vmalert, of 2022: an alert that it restores stands before its rule is evaluated, and fires with the first evaluation.
const restoring: Readonly<Record<string, Expected>> = {
  "just restarted on kept data": { alerts: both("pending"), rules: both("not evaluated yet") },
  "restarted on kept data, evaluated": { alerts: both("firing"), rules: both("ok") },
};

const everywhere: Readonly<Record<string, Expected>> = {
  "rules are loaded and not evaluated": unevaluated,
  quiet: { alerts: { loss: "silent", watchdog: "firing" }, rules: both("ok") },
  pending: { alerts: { loss: "pending", watchdog: "firing" }, rules: both("ok") },
  firing: { alerts: both("firing"), rules: both("ok") },
  "just restarted on kept data": unevaluated,
  "restarted on kept data, evaluated": { alerts: { watchdog: "pending" }, rules: both("ok") },
  "restarted on kept data, the watchdog fires": { alerts: { watchdog: "firing" }, rules: both("ok") },
  "just restarted on lost data": { alerts: { watchdog: "pending" }, rules: both("ok") },
  "a rule fails": { rules: { loss: "failing", watchdog: "ok" } },
  "a rule is missing": { rules: { loss: "not loaded", watchdog: "ok" } },
};

type Dialect = {
  /** Whether what answers is what evaluates, and says when it started. */
  readonly hasStart: boolean;
  /** What is so with this server alone. */
  readonly besides?: Readonly<Record<string, Expected>>;
};

const dialects: Readonly<Record<string, Dialect>> = {
  prometheus: { hasStart: true },
  "prometheus-2.42": { hasStart: true },
  vmalert: { hasStart: false, besides: { "what it evaluates is down": failing } },
  "victoria-metrics": { hasStart: false, besides: { "what evaluates is down": { unreadable: "malformed" } } },
  "vmalert-1.79": { hasStart: false, besides: { ...restoring, "what it evaluates is down": failing } },
  "victoria-metrics-1.79": { hasStart: false, besides: { ...restoring, "what evaluates is down": { unreadable: "malformed" } } },
  "thanos-query": {
    hasStart: false,
    besides: {
      "what evaluates is just down": { isPartial: true, rules: both("not loaded") },
      "what evaluates is down": { rules: both("not loaded") },
    },
  },
  "thanos-rule": { hasStart: false, besides: { "what it evaluates is down": failing } },
  cortex: { hasStart: false },
};

export type Row = { readonly server: string; readonly situation: string; readonly reads: Expected };

/** One row for each server and situation: what it must be read as. */
export const rows: readonly Row[] = Object.entries(dialects).flatMap(([server, { hasStart, besides = {} }]) =>
  Object.entries({ ...everywhere, ...besides }).map(([situation, expected]) => {
    const reads = expected.unreadable === undefined ? { isPartial: false, hasStart, ...expected } : expected;
    return { server, situation, reads };
  }),
);
