import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import type { NamedProfile, Row } from "../../functions/core/profile/profile.ts";
import { GROUP_LABEL, WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { type RenderOptions, renderRules } from "../../functions/rules/render.ts";
import { everyAbsentAlert, everyAlert } from "../core/verdict/kyma-facts.ts";
import { kinds } from "../support/builders.ts";

const says = { reason: "Broken", message: "It is broken." };
const aProfile = (rows: readonly Row[], rules: Partial<NamedProfile["rules"]> = {}): NamedProfile => ({
  name: "mine",
  condition: "Mine",
  identify: { name: "name", unlabelled: "none" },
  rules: { for: "1m", window: "5m", ...rules },
  gates: [],
  flows: [{ of: kinds.TracePipeline, rows: [...rows], unproven: [says], healthy: says }],
});
const allOf = (profile: NamedProfile, options?: RenderOptions) => renderRules([profile], options).groups.flatMap(({ rules }) => rules);
const rulesOf = (profile: NamedProfile, options?: RenderOptions) => allOf(profile, options).filter(({ alert }) => alert !== WATCHDOG);

test("a profile brings a group for each flow, named by profile and kind, with a watchdog that names the group", () => {
  const { groups } = renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }, aProfile([{ alert: "A", expr: "up == 0", ...says }])]);
  const names = ["tracepipeline", "metricpipeline", "logpipeline", "logpipeline-2"].map((kind) => `kyma-telemetry-${kind}`);
  expect(groups.map(({ name }) => name)).toEqual([...names, "mine-tracepipeline"]);
  for (const { name, rules } of groups) expect(rules.at(-1)).toMatchObject({ alert: WATCHDOG, labels: { [GROUP_LABEL]: name } });
  const alerts = groups.slice(0, -1).flatMap(({ rules }) => rules.slice(0, -1).map(({ alert }) => alert));
  expect(alerts.sort()).toEqual([...everyAlert, ...everyAbsentAlert].sort());
});

test("a flow of many rows brings groups of twenty rules, each with its watchdog", () => {
  const rows = Array.from({ length: 40 }, (_, index) => ({ alert: `A${index}`, expr: "up == 0", ...says }));
  const { groups } = renderRules([aProfile(rows)]);
  expect(groups.map(({ name, rules }) => [name, rules.length])).toEqual([
    ["mine-tracepipeline", 20],
    ["mine-tracepipeline-2", 20],
    ["mine-tracepipeline-3", 3],
  ]);
  expect(groups.flatMap(({ rules }) => rules.slice(0, -1).map(({ alert }) => alert))).toEqual(rows.map(({ alert }) => alert));
});

test("every alert gets the labels that are asked for, the watchdog too", () => {
  const [rule, watchdog] = allOf(aProfile([{ alert: "A", expr: "up == 0", ...says }]), {
    labels: { cluster: "a" },
    withoutKeepFiringFor: true,
  });
  expect(rule).toEqual({ alert: "A", expr: "up == 0", for: "1m", labels: { cluster: "a" } });
  expect(watchdog).toMatchObject({ labels: { cluster: "a", [GROUP_LABEL]: "mine-tracepipeline" } });
});

test("the watchdog of a profile waits as long as that profile needs", () => {
  const patient = aProfile([{ alert: "A", expr: "up == 0", ...says }], { for: "2m" });
  const { groups } = renderRules([{ ...patient, name: "patient" }, aProfile([{ alert: "B", expr: "up == 1", ...says }])]);
  const watchdogs = groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert === WATCHDOG));
  expect(watchdogs.map((rule) => rule.for)).toEqual(["7m", "6m"]);
});

test("a profile whose rules all stand elsewhere brings a watchdog alone", () => {
  const { groups } = renderRules([aProfile([{ alert: "Theirs", ...says }])]);
  expect(groups).toEqual([{ name: "mine", rules: [{ alert: WATCHDOG, expr: "vector(1)", for: "6m", labels: { [GROUP_LABEL]: "mine" } }] }]);
});

test("a row without PromQL belongs to rules that are not ours", () => {
  expect(rulesOf(aProfile([{ alert: "Theirs", ...says }]))).toEqual([]);
});

test("a row waits as long as the profile says, unless it says so itself", () => {
  const rows = [
    { alert: "A", expr: "up == 0", ...says },
    { alert: "B", expr: "up == 0", for: "10m", ...says },
  ];
  expect(rulesOf(aProfile(rows))).toEqual([
    { alert: "A", expr: "up == 0", for: "1m", keep_firing_for: "2m" },
    { alert: "B", expr: "up == 0", for: "10m", keep_firing_for: "2m" },
  ]);
});

test("the window stands wherever it is named", () => {
  const [rule] = rulesOf(aProfile([{ alert: "A", expr: "rate(a[$window]) > rate(b[$window])", ...says }], { window: "90s" }));
  expect(rule?.expr).toBe("rate(a[90s]) > rate(b[90s])");
});

test("an alert keeps firing as long as the profile wants it, or else two minutes, against flapping", () => {
  const [byDefault] = rulesOf(aProfile([{ alert: "A", expr: "up == 0", ...says }]));
  expect(byDefault?.keep_firing_for).toBe("2m");
  expect(rulesOf(aProfile([{ alert: "A", expr: "up == 0", ...says }], { keepFiringFor: "3m" }))).toEqual([
    { alert: "A", expr: "up == 0", for: "1m", keep_firing_for: "3m" },
  ]);
});

describe("the watchdog, last of the group, waits as long as any rule needs", () => {
  const says2 = { expr: "up == 0", ...says };
  test.each([
    { what: "Kyma's: a minute and a window of five", profile: { ...kymaTelemetry, name: "kyma" }, wait: "6m" },
    { what: "a profile without rules of its own", profile: aProfile([{ alert: "Theirs", ...says }]), wait: "6m" },
    {
      what: "the longest wait counts",
      profile: aProfile([
        { alert: "A", ...says2 },
        { alert: "B", for: "150s", ...says2 },
      ]),
      wait: "450s",
    },
    {
      what: "below the ten minutes after which a wait survives a restart",
      profile: aProfile([{ alert: "A", for: "9m", ...says2 }]),
      wait: "9m",
    },
    { what: "however long the window is", profile: aProfile([{ alert: "A", ...says2 }], { window: "1h" }), wait: "9m" },
  ])("$what: $wait", ({ profile, wait }) => {
    expect(allOf(profile).at(-1)).toMatchObject({ alert: WATCHDOG, for: wait });
  });

  const rates = [{ alert: "A", expr: "rate(a[$window]) > 0", ...says }];
  test.each([
    { what: "always holds, where there are no rates", rows: [], by: [], expr: "vector(1)" },
    {
      what: "holds for each cluster, where there are no rates",
      rows: [],
      by: ["cluster", "region"],
      expr: "group by (cluster, region) (up)",
    },
    {
      what: "tells whether most targets have the two samples that a rate needs",
      rows: rates,
      by: [],
      expr: 'count_values("scraped_twice", avg(count_over_time(up[90s]) > bool 1) >= bool 0.5 or vector(0))',
    },
    {
      what: "tells it for each cluster",
      rows: rates,
      by: ["k8s.cluster", "region"],
      expr: 'count_values by ("k8s.cluster", region) ("scraped_twice", avg by ("k8s.cluster", region) (count_over_time(up[90s]) > bool 1) >= bool 0.5 and group by ("k8s.cluster", region) (up))',
    },
  ])("$what", ({ rows, by, expr }) => {
    expect(allOf(aProfile(rows, { window: "90s" }), { by }).at(-1)!.expr).toBe(expr);
  });
});

test("an alert that means the same in two profiles is one rule, and one that has another rule is two", () => {
  const [first, other] = [aProfile([{ alert: "A", expr: "up == 0", ...says }]), aProfile([{ alert: "A", expr: "up == 0", ...says }])];
  const slower = aProfile([{ alert: "A", expr: "up == 0", for: "9m", ...says }]);
  const namesOf = (...profiles: readonly NamedProfile[]) =>
    renderRules(profiles.map((one, index) => ({ ...one, name: `v${index + 1}` }))).groups.map(({ name, rules }) => [
      name,
      ...rules.map(({ alert }) => alert),
    ]);
  expect(namesOf(first, other)).toEqual([
    ["v1-tracepipeline", "A", WATCHDOG],
    ["v2", WATCHDOG],
  ]);
  expect(namesOf(first, slower)[1]).toEqual(["v2-tracepipeline", "A", WATCHDOG]);
});

test("an alert that means something in two flows is one rule", () => {
  const profile = aProfile([{ alert: "A", expr: "up == 0", ...says }]);
  expect(rulesOf({ ...profile, flows: [...profile.flows, ...profile.flows] })).toEqual([
    { alert: "A", expr: "up == 0", for: "1m", keep_firing_for: "2m" },
  ]);
});
