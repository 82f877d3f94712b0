// Lists the situations of scrape targets that the rules must distinguish.

import { GROUP_LABEL, WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { type Series, services } from "../support/kyma-metrics.ts";
import { type Samples, type Situation, together } from "./rule-situations.ts";

/** Which alerts say that no target of a service can be scraped. */
const ABSENT = {
  gateway: ["TraceGatewayTargetsAbsent", "MetricGatewayTargetsAbsent", "LogGatewayTargetsAbsent"],
  metricAgent: ["MetricAgentTargetsAbsent"],
  logAgent: ["LogAgentTargetsAbsent"],
  fluentBit: ["LogFluentBitTargetsAbsent"],
} as const;
const allAbsent = Object.values(ABSENT).flat();

export const up = (service: string, labels: Readonly<Record<string, string>> = {}): Series => ({ service, metric: "up", labels, cut: {} });
const firing = (alerts: readonly string[]) => alerts.map((alert) => ({ alert, labels: {} }));
/** The watchdog of each group of Kyma's profile, where most targets were scraped twice. */
export const watchdogs = (labels: Readonly<Record<string, string>> = {}) =>
  ["tracepipeline", "metricpipeline", "logpipeline", "logpipeline-2"].map((group) => ({
    alert: WATCHDOG,
    labels: { scraped_twice: "1", ...labels, [GROUP_LABEL]: `kyma-telemetry-${group}` },
  }));
const isUp = (service: string): Samples => ({ of: up(service), values: "1x60" });

const names = ["gateway", "metricAgent", "logAgent", "fluentBit"] as const;
type Name = (typeof names)[number];

/** Its target is down, and those of the others are up. */
function downAlone(name: Name): Situation {
  const others = Object.values(services).filter((other) => other !== services[name]);
  return {
    when: `${name}: its target alone is down`,
    isUp: false,
    series: [...others.map(isUp), { of: up(services[name], { instance: "a" }), values: "0x60" }],
    fires: firing(ABSENT[name]),
    notYetAt: "30s",
    at: ["1m", "20m"],
  };
}

function absent(name: Name): readonly Situation[] {
  const alerts = ABSENT[name];
  const service = services[name];
  const by = (...series: readonly Samples[]) => ({ isUp: false, series });
  const [a, b] = [up(service, { instance: "a" }), up(service, { instance: "b" })];
  return [
    { when: "its target is up", ...by(isUp(service)), fires: [], nearly: alerts },
    { when: "it has no target", ...by(), fires: firing(alerts), notYetAt: "30s", at: ["1m", "20m"] },
    { when: "one of two targets is down", ...by({ of: a, values: "0x60" }, { of: b, values: "1x60" }), fires: [], nearly: alerts },
    { when: "both targets are down", ...by({ of: a, values: "0x60" }, { of: b, values: "0x60" }), fires: firing(alerts), notYetAt: "30s" },
    {
      when: "its target is down, and comes back",
      ...by({ of: a, values: "0x7 1x50" }),
      fires: firing(alerts),
      notYetAt: "30s",
      at: ["1m", "5m30s"],
      later: [{ at: "6m", fires: [] }],
    },
    {
      when: "its target goes away",
      ...by({ of: a, values: "1x8 stale" }),
      fires: [],
      at: ["4m", "5m"],
      later: [{ at: "5m30s", fires: firing(alerts) }],
    },
    { when: "its target is down for half a minute", ...by({ of: a, values: "1x4 0 1x50" }), fires: [], nearly: alerts },
  ];
}

export const sourceSituations: readonly Situation[] = [
  ...names.map(downAlone),
  ...together("each service", names, absent),
  {
    when: "the watchdog waits for as long as the longest `for` and the window together",
    isWatched: true,
    series: [],
    fires: [],
    nearly: [WATCHDOG],
    at: ["6m"],
    later: [
      { at: "6m30s", fires: watchdogs() },
      { at: "30m", fires: watchdogs() },
    ],
  },
  {
    when: "the watchdog fires although nothing is scraped",
    isUp: false,
    isWatched: true,
    series: [],
    fires: firing(allAbsent),
    notYetAt: "30s",
    at: ["1m", "5m30s"],
    later: [{ at: "6m", fires: [...firing(allAbsent), ...watchdogs({ scraped_twice: "0" })] }],
  },
  {
    when: "the watchdog starts anew after a gap that is longer than the window, when most targets were scraped twice",
    isUp: false,
    isWatched: true,
    series: Object.values(services).map((service) => ({ of: up(service), values: "1x20 _x15 1x60" })),
    fires: [],
    at: ["6m"],
    later: [
      { at: "14m", fires: watchdogs() },
      { at: "14m30s", fires: [] },
      { at: "18m", fires: firing(allAbsent) },
      { at: "24m", fires: [] },
      { at: "24m30s", fires: watchdogs() },
    ],
  },
  {
    when: "the watchdog starts anew as long as fewer than half of the targets were scraped twice",
    isWatched: true,
    series: Array.from({ length: 5 }, (_, index) => ({ of: up("slow", { instance: `${index}` }), values: "_x20 1 _x60" })),
    fires: [],
    at: ["6m"],
    later: [
      { at: "6m30s", fires: watchdogs() },
      { at: "10m", fires: [] },
    ],
  },
];
