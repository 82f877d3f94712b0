// Asks one source for all that a replay needs: its alerts as recorded or computed, and the signs of how it did.

import pLimit from "p-limit";
import type { NamedProfile } from "../core/profile/profile.ts";
import { alertNames } from "../core/profile/profile.ts";
import type { Alert } from "../core/prometheus/alert.ts";
import type { Evidence } from "../core/prometheus/rule-health.ts";
import { parseDurationMs } from "../core/time.ts";
import { GROUP_LABEL, WATCHDOG } from "../core/verdict/finding.ts";
import { type Rule, renderRules } from "../rules/render.ts";
import { type Signs, scrapedRuns, scrapeMs } from "./eras.ts";
import { askOffsets, groupIn, type Offsets, OWN_GROUP, ownEvidence } from "./evaluations.ts";
import { type Ask, fetchPresence, fetchValues, type Presence, type Refused } from "./fetch.ts";
import { type Grid, joined, type Run, timeAt } from "./grid.ts";
import type { PastAlert, Recording } from "./past.ts";
import * as queries from "./queries.ts";
import type { Waits } from "./waits.ts";

/** Where the alerts of a replay come from: what was recorded of them, or what their expressions say. */
export type Origin = "alerts" | "expr";

/** A source as it is now, and how it is asked about the past. */
export type PastSource = {
  readonly ask: Ask;
  readonly evidence: Evidence;
  /** The labels that tell its clusters apart. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly intervalMs: number;
  /** By alert, how long its rule waits and keeps firing. */
  readonly waits: ReadonlyMap<string, Waits>;
  /** When its evaluator started, in milliseconds since the epoch, where it tells. */
  readonly startedMs?: number;
};

// What a source is asked side by side, however many rules there are.
const AT_ONCE = 2;
// Prometheus records no alert until it has evaluated twice: https://github.com/prometheus/prometheus/blob/main/rules/group.go
const SILENT_INTERVALS = 2;
const SAME_START_MS = 60_000;

/** All that the source remembers for one profile. */
export async function recordSource(source: PastSource, profile: NamedProfile, grid: Grid, origin: Origin): Promise<Recording> {
  const signs = await askSigns(source, grid);
  const everyMs = signs.scrapedS && scrapeMs(signs.scrapedS);
  const asked = { source, profile, signs, base: { grid, everyMs, isShared: source.labels !== undefined } };
  return origin === "alerts" ? recordAlerts(asked) : recordRules(asked);
}

type Asked = {
  readonly source: PastSource;
  readonly profile: NamedProfile;
  readonly signs: Awaited<ReturnType<typeof askSigns>>;
  readonly base: Pick<Recording, "grid" | "everyMs" | "isShared">;
};

async function recordAlerts({ source, profile, signs, base }: Asked): Promise<Recording> {
  const { intervalMs, evidence } = source;
  const { alerts, refused } = await askAlerts(source, alertNames([profile]), base.grid);
  const watchdogs = alerts.filter(({ alert }) => alert.name === WATCHDOG);
  const evaluated = watchdogs.length > 0 ? joined(watchdogs.flatMap(everSaid)) : await askEvaluations(source, base.grid);
  const waiting = joined(watchdogs.flatMap((one) => (one.was === "recorded" ? one.pending : [])));
  const silentMs = watchdogs.length > 0 ? intervalMs * SILENT_INTERVALS : 0;
  return {
    ...base,
    signs: { ...signs, evaluated, waiting, refused: [...signs.refused, ...refused], intervalMs, silentMs },
    evaluatedBy: evaluatedBy(watchdogs),
    alerts,
    evidence,
  };
}

// The watchdog of a group is one alert after another, where the rates of its targets came and went.
function evaluatedBy(watchdogs: readonly PastAlert[]): Recording["evaluatedBy"] {
  const groups = Map.groupBy(watchdogs, ({ alert }) => alert.labels[GROUP_LABEL] ?? "");
  return new Map([...groups].map(([group, some]) => [group, joined(some.flatMap(everSaid))] as const));
}

// What has no expression is read as it was recorded.
async function recordRules({ source, profile, signs, base }: Asked): Promise<Recording> {
  const { labels = {}, intervalMs, evidence } = source;
  const computed = await askRules(source, profile, base.grid);
  const names = alertNames([profile]).filter((name) => !computed.names.has(name));
  const recorded = names.length === 0 ? NO_ALERTS : await askAlerts(source, names, base.grid);
  const evaluated = scrapedRuns(base.grid, signs.scrapedS, base.everyMs);
  const watchdog = { alert: alertOf(WATCHDOG, { ...labels, ...OWN_GROUP }), waits: NO_WAITS, was: "computed", holds: evaluated } as const;
  const refused = [...signs.refused, ...computed.refused, ...recorded.refused];
  return {
    ...base,
    signs: { ...signs, evaluated, waiting: [], refused, intervalMs, silentMs: 0 },
    evaluatedBy: new Map(),
    alerts: [...computed.alerts, ...recorded.alerts.filter(({ alert }) => alert.name !== WATCHDOG), watchdog],
    evidence: ownEvidence(profile, computed.names, evidence),
  };
}

type Answer = { readonly alerts: readonly PastAlert[]; readonly names: ReadonlySet<string>; readonly refused: readonly Refused[] };

const NO_ALERTS: Answer = { alerts: [], names: new Set(), refused: [] };
const NO_WAITS: Waits = { forMs: 0, keepFiringForMs: 0 };

async function askSigns(
  { ask, labels, startedMs }: PastSource,
  grid: Grid,
): Promise<Omit<Signs, "evaluated" | "waiting" | "intervalMs" | "silentMs">> {
  const [scraped, started] = await Promise.all([
    fetchValues(ask, queries.lastScrape(labels), grid),
    fetchValues(ask, queries.STARTED, grid),
  ]);
  const lastStartMs = (started.values.findLast((value) => !Number.isNaN(value)) ?? Number.NaN) * 1_000;
  const isLater = startedMs === undefined || startedMs > timeAt(grid, grid.count);
  // What tells another time than the evaluator itself is another's, or is wrong.
  const isOwn = isLater ? !Number.isNaN(lastStartMs) : Math.abs(lastStartMs - startedMs) < SAME_START_MS;
  return {
    ...(scraped.values.some((value) => !Number.isNaN(value)) && { scrapedS: scraped.values }),
    ...(isOwn && { startedS: started.values }),
    ...(startedMs !== undefined && { latestStartMs: startedMs }),
    refused: scraped.refused,
  };
}

async function askAlerts({ ask, labels, intervalMs, evidence, waits }: PastSource, names: readonly string[], grid: Grid): Promise<Answer> {
  const answers = await pLimit(AT_ONCE).map(batchesOf([...names, WATCHDOG]), (some) =>
    fetchPresence(ask, queries.recorded(some, labels, intervalMs), grid),
  );
  const byLabels = new Map<string, PastAlert & { was: "recorded" }>();
  for (const { labels: found, runs } of answers.flatMap(({ series }) => series)) {
    const { __name__: _, alertstate, ...own } = found;
    const name = own.alertname ?? "";
    const key = JSON.stringify(Object.entries(own).sort());
    const group = name === WATCHDOG ? own[GROUP_LABEL] : groupIn(evidence, name);
    const fresh = {
      alert: alertOf(name, own),
      waits: waits.get(name) ?? NO_WAITS,
      was: "recorded",
      group,
      pending: [],
      firing: [],
    } as const;
    const one = byLabels.get(key) ?? fresh;
    byLabels.set(key, alertstate === "firing" ? { ...one, firing: runs } : { ...one, pending: runs });
  }
  return { alerts: [...byLabels.values()], names: new Set(names), refused: answers.flatMap(({ refused }) => refused) };
}

// What proxies and load balancers take as a URL.
const MAX_NAMES = 60;

function batchesOf(names: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, at) => names.slice(at * MAX_NAMES, (at + 1) * MAX_NAMES));
}

async function askEvaluations({ ask, intervalMs }: PastSource, grid: Grid): Promise<readonly Run[]> {
  const { series } = await fetchPresence(ask, queries.evaluated(intervalMs), grid);
  return joined(series.flatMap(({ runs }) => runs));
}

async function askRules({ ask, labels, intervalMs }: PastSource, profile: NamedProfile, grid: Grid): Promise<Answer> {
  const { groups } = renderRules([profile], { by: Object.keys(labels ?? {}) });
  // Steps of another length meet the moments of the evaluations by chance only.
  const offsets: Offsets = grid.stepMs * 2 === intervalMs ? await askOffsets(ask, intervalMs, grid) : new Map();
  const rules = groups.flatMap(({ name, rules }) => rules.map((rule) => ({ rule, offsetMs: offsets.get(name) ?? 0 })));
  const own = rules.filter(({ rule }) => rule.alert !== WATCHDOG);
  const answers = await pLimit(AT_ONCE).map(own, async ({ rule, offsetMs }) => ({
    rule,
    ...(await fetchPresence(ask, rule.expr, { ...grid, fromMs: grid.fromMs - offsetMs })),
  }));
  return {
    alerts: answers.flatMap(({ rule, series }) => series.filter((one) => isWatched(one, labels)).map((one) => computedAlert(rule, one))),
    names: new Set(own.map(({ rule }) => rule.alert)),
    refused: answers.flatMap(({ refused }) => refused),
  };
}

function isWatched({ labels }: Presence, wanted: PastSource["labels"] = {}): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

function computedAlert({ alert, for: wait, keep_firing_for: keep = "0s" }: Rule, { labels, runs }: Presence): PastAlert {
  const { __name__: _, ...own } = labels;
  const waits = { forMs: parseDurationMs(wait), keepFiringForMs: parseDurationMs(keep) };
  return { alert: alertOf(alert, { ...own, alertname: alert }), waits, was: "computed", holds: runs };
}

function alertOf(name: string, labels: Alert["labels"]): Alert {
  return { name, labels, annotations: {} };
}

function everSaid(one: PastAlert): readonly Run[] {
  return one.was === "recorded" ? [...one.pending, ...one.firing] : one.holds;
}
