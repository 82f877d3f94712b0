// Replays sources that a test writes down: which series count, and what their silence is worth.

import { describe, expect, it } from "vitest";
import type { NamedProfile } from "../../functions/core/profile/profile.ts";
import type { Evidence } from "../../functions/core/prometheus/rule-health.ts";
import { GROUP_LABEL, WATCHDOG } from "../../functions/core/verdict/finding.ts";
import type { Ask } from "../../functions/replay/fetch.ts";
import { type Grid, timeAt } from "../../functions/replay/grid.ts";
import { pastAt } from "../../functions/replay/past.ts";
import { type Origin, type PastSource, recordSource } from "../../functions/replay/record.ts";
import { timelinesOf } from "../../functions/replay/timeline.ts";
import { aResource, aRuleGroup, kinds } from "../support/builders.ts";

const EVERY_MS = 30_000;
const grid: Grid = { fromMs: 1_700_000_010_000, stepMs: EVERY_MS / 2, count: 400 };
const says = { reason: "Lost", message: "All is lost." };
const profile: NamedProfile = {
  name: "shop",
  condition: "Flowing",
  identify: { name: "pipeline_name", unlabelled: "none" },
  rules: { for: "1m", window: "1m", keepFiringFor: "1m" },
  gates: [],
  flows: [
    {
      of: kinds.TracePipeline,
      rows: [
        { alert: "Lost", expr: "sum by (pipeline_name) (lost) > 0", ...says },
        { alert: "Foreign", reason: "Foreign", message: "Another rule fires." },
      ],
      unproven: [{ reason: "Unproven", message: "It is not known." }],
      healthy: { reason: "Healthy", message: "All is well." },
    },
  ],
};

type Series = { labels: Record<string, string>; is?: (step: number) => boolean };
/** By a part of the query, what the source has at each whole step; asked for its scrapes, it scrapes all the time. */
function source(
  series: Readonly<Record<string, readonly Series[]>>,
  more: Partial<PastSource> = {},
  scrapes = true,
): PastSource & { asked: string[] } {
  const asked: string[] = [];
  const ask: Ask = async ({ query, fromMs, toMs, stepMs }) => {
    asked.push(query);
    const times = Array.from({ length: Math.floor((toMs - fromMs) / stepMs) + 1 }, (_, at) => fromMs + at * stepMs);
    const scrape = {
      labels: {},
      timesMs: Float64Array.from(times),
      values: Float64Array.from(times, (ms) => Math.floor(ms / EVERY_MS) * 30),
    };
    if (query.startsWith("max(timestamp(up")) return { series: scrapes ? [scrape] : [], warnings: [] };
    const [, found = []] = Object.entries(series).find(([part]) => query.includes(part)) ?? [];
    const there = found.map(({ labels, is = () => true }) => {
      const own = times.filter((ms) => is(Math.floor((ms - grid.fromMs) / EVERY_MS)));
      return { labels, timesMs: Float64Array.from(own), values: new Float64Array(own.length).fill(1) };
    });
    return { series: there.filter(({ timesMs }) => timesMs.length > 0), warnings: [] };
  };
  return { ask, evidence: working, labels: undefined, intervalMs: EVERY_MS, waits: new Map(), asked, ...more };
}

const ofGroup = { [GROUP_LABEL]: "g" };
const rules = new Map(
  ["Lost", "Foreign", WATCHDOG].map((name) => [name, [{ health: "ok", labels: name === WATCHDOG ? ofGroup : {} } as const]]),
);
const working: Evidence = { was: "asked", groups: [{ ...aRuleGroup({}), rules }], ageMs: 3_600_000, skewMs: 0 };
const recorded = (alertname: string, alertstate: string, labels: Record<string, string> = {}, is?: Series["is"]): Series => ({
  labels: { __name__: "ALERTS", alertname, alertstate, ...labels },
  ...(is && { is }),
});
const watchdog = recorded(WATCHDOG, "firing", ofGroup);

/** What is said of one resource, as status and reason from step to step, in runs. */
async function said(from: PastSource | readonly PastSource[], origin: Origin): Promise<readonly string[]> {
  const recordings = await Promise.all([from].flat().map((one) => recordSource(one, profile, grid, origin)));
  const pasts = recordings.map((recording) => pastAt(recording, 0));
  const resources = [aResource({ name: "shop" })];
  const [timeline] = timelinesOf(profile, { resources, isReplayed: () => true }, pasts);
  return timeline!.spans.map(
    ({ run, status, reason }) => `${(timeAt(pasts[0]!.grid, run[0]) - grid.fromMs) / EVERY_MS} ${status} ${reason}`,
  );
}
const isLost = (step: number) => step >= 100 && step < 110;

describe("a replay of what was recorded", () => {
  it("says what fired while it fired", async () => {
    const lost = recorded("Lost", "firing", { pipeline_name: "shop" }, isLost);
    expect(await said(source({ ALERTS: [watchdog, lost] }), "alerts")).toEqual([
      "0 Unknown Unproven",
      "2 True Healthy",
      "100 False Lost",
      "110 True Healthy",
    ]);
  });

  it.each([
    { where: "no watchdog and no metric of evaluations is recorded", series: { ALERTS: [] } },
    { where: "an alert alone is recorded", series: { ALERTS: [recorded("Other", "firing")] } },
  ])("knows nothing where $where", async ({ series }) => {
    expect(await said(source(series), "alerts")).toEqual(["0 Unknown Unproven"]);
  });

  it("believes Prometheus' own metric of its evaluations", async () => {
    const series = { ALERTS: [], prometheus_rule_group_last_evaluation: [{ labels: {} }] };
    const evidence: Evidence = { ...working, groups: [aRuleGroup({ Lost: "ok", Foreign: "ok" })] };
    expect(await said(source(series, { evidence }), "alerts")).toEqual(["0 Unknown Unproven", "4 True Healthy"]);
  });

  it("knows nothing once the evaluations stop, though it goes on scraping", async () => {
    const series = { ALERTS: [{ ...watchdog, is: (step: number) => step < 100 }] };
    expect(await said(source(series), "alerts")).toEqual(["0 Unknown Unproven", "2 True Healthy", "103 Unknown Unproven"]);
  });

  it("takes the watchdog of a group for one, though it is another alert until most targets were scraped twice", async () => {
    const early = recorded(WATCHDOG, "pending", { ...ofGroup, scraped_twice: "0" }, (step) => step < 5);
    const later = recorded(WATCHDOG, "firing", { ...ofGroup, scraped_twice: "1" }, (step) => step >= 5);
    const lost = recorded("Lost", "firing", { pipeline_name: "shop" }, (step) => step === 4);
    expect(await said(source({ ALERTS: [later, lost, early] }), "alerts")).toEqual([
      "0 Unknown Unproven",
      "2 True Healthy",
      "4 False Lost",
      "5 True Healthy",
    ]);
  });

  it("of a source that clusters share counts the series with the labels of this one", async () => {
    const labels = { cluster: "a" };
    const shared = source({ ALERTS: [{ labels: { ...watchdog.labels, ...labels } }] }, { labels });
    expect(await said(shared, "alerts")).toEqual(["0 Unknown Unproven", "2 True Healthy"]);
    const ofAlerts = shared.asked.filter((query) => query.includes("ALERTS") || query.includes("timestamp(up"));
    expect(ofAlerts.length).toBe(2);
    for (const query of ofAlerts) expect(query).toContain('{cluster="a"');
  });

  it("knows of a pair what one of them remembers, and counts what fires on either", async () => {
    const isUp = (step: number) => step < 50 || step >= 150;
    const lost = recorded("Lost", "firing", { pipeline_name: "shop" }, isLost);
    const away = source({ ALERTS: [{ ...watchdog, is: isUp }] }, {}, false);
    expect(await said([away, source({ ALERTS: [watchdog, lost] })], "alerts")).toEqual([
      "0 Unknown Unproven",
      "2 True Healthy",
      "100 False Lost",
      "110 True Healthy",
    ]);
    expect((await said(away, "alerts")).slice(0, 3)).toEqual(["0 Unknown Unproven", "2 True Healthy", "50 Unknown Unproven"]);
  });

  it("knows nothing of a cluster that a shared source does not watch", async () => {
    expect(await said(source({ ALERTS: [] }, { labels: { cluster: "b" } }), "alerts")).toEqual(["0 Unknown Unproven"]);
  });
});

describe("a replay of expressions", () => {
  const lost = { labels: { pipeline_name: "shop" }, is: isLost };

  it("lets them wait and keep firing", async () => {
    expect(await said(source({ lost: [lost], ALERTS: [watchdog] }), "expr")).toEqual([
      "0 Unknown Unproven",
      "4 True Healthy",
      "102 False Lost",
      "112 True Healthy",
    ]);
  });

  it("reads what has no expression from the recorded alerts", async () => {
    const foreign = recorded("Foreign", "firing", { pipeline_name: "shop" }, isLost);
    expect(await said(source({ ALERTS: [watchdog, foreign] }), "expr")).toContain("100 False Foreign");
  });

  it("knows nothing where nothing is scraped", async () => {
    expect(await said(source({ lost: [lost] }, {}, false), "expr")).toEqual(["0 Unknown Unproven"]);
  });

  it("of a source that clusters share keeps the labels, and counts those of this cluster", async () => {
    const ofOther = { labels: { pipeline_name: "shop", cluster: "b" }, is: isLost };
    const shared = source({ lost: [ofOther], ALERTS: [] }, { labels: { cluster: "a" } });
    expect(await said(shared, "expr")).toEqual(["0 Unknown Unproven", "4 True Healthy"]);
    expect(shared.asked).toContain("sum by (pipeline_name, cluster) (lost) > 0");
  });
});
