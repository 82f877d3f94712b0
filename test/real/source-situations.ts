// Lists the situations of scrape targets that the rules must distinguish.

import { GROUP_LABEL, WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { type Series, services } from "../support/kyma-metrics.ts";
import type { Samples, Situation } from "./rule-situations.ts";

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

const absent = (["gateway", "metricAgent", "logAgent", "fluentBit"] as const).flatMap((name): Situation[] => {
  const alerts = ABSENT[name];
  const service = services[name];
  const others = Object.values(services).filter((other) => other !== service);
  const besides = (...samples: readonly Samples[]) => ({ isUp: false, series: [...others.map(isUp), ...samples] });
  const [a, b] = [up(service, { instance: "a" }), up(service, { instance: "b" })];
  return [
    { when: `${name}: its target is up`, ...besides(isUp(service)), fires: [], nearly: alerts },
    {
      when: `${name}: its target is down`,
      ...besides({ of: a, values: "0x60" }),
      fires: firing(alerts),
      notYetAt: "30s",
      at: ["1m", "20m"],
    },
    { when: `${name}: it has no target`, ...besides(), fires: firing(alerts), notYetAt: "30s", at: ["1m", "20m"] },
    {
      when: `${name}: one of two targets is down`,
      ...besides({ of: a, values: "0x60" }, { of: b, values: "1x60" }),
      fires: [],
      nearly: alerts,
    },
    {
      when: `${name}: both targets are down`,
      ...besides({ of: a, values: "0x60" }, { of: b, values: "0x60" }),
      fires: firing(alerts),
      notYetAt: "30s",
    },
    {
      when: `${name}: its target is down, and comes back`,
      ...besides({ of: a, values: "0x7 1x50" }),
      fires: firing(alerts),
      notYetAt: "30s",
      at: ["1m", "5m30s"],
      later: [{ at: "6m", fires: [] }],
    },
    {
      when: `${name}: its target goes away`,
      ...besides({ of: a, values: "1x8 stale" }),
      fires: [],
      at: ["4m", "5m"],
      later: [{ at: "5m30s", fires: firing(alerts) }],
    },
    { when: `${name}: its target is down for half a minute`, ...besides({ of: a, values: "1x4 0 1x50" }), fires: [], nearly: alerts },
  ];
});

export const sourceSituations: readonly Situation[] = [
  ...absent,
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
