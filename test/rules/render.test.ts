import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import type { NamedProfile, Row } from "../../functions/core/profile/profile.ts";
import { WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { renderRules } from "../../functions/rules/render.ts";
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
const allOf = (profile: NamedProfile, by?: readonly string[]) => renderRules([profile], by).groups[0]!.rules;
const rulesOf = (profile: NamedProfile, by?: readonly string[]) => allOf(profile, by).slice(0, -1);

test("a profile brings one group of its own name, in the order of its rows", () => {
  const { groups } = renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }, aProfile([{ alert: "A", expr: "up == 0", ...says }])]);
  expect(groups.map(({ name }) => name)).toEqual(["kyma-telemetry", "mine"]);
  expect(groups[0]?.rules.map(({ alert }) => alert).sort()).toEqual([...everyAlert, ...everyAbsentAlert].sort());
});

test("several profiles share one watchdog, which waits as long as the most patient of them needs", () => {
  const patient = aProfile([{ alert: "A", expr: "up == 0", ...says }], { for: "2m" });
  const { groups } = renderRules([{ ...patient, name: "patient" }, aProfile([{ alert: "B", expr: "up == 1", ...says }])]);
  const watchdogs = groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert === WATCHDOG));
  expect(watchdogs).toEqual([{ alert: WATCHDOG, expr: "vector(1)", for: "7m" }]);
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
    expect(allOf(profile).at(-1)).toEqual({ alert: WATCHDOG, expr: "vector(1)", for: wait });
  });

  test("one for each cluster, where the rules tell clusters apart", () => {
    const { expr } = allOf(aProfile([]), ["cluster", "region"]).at(-1)!;
    expect(expr).toBe("group by (cluster, region) (up)");
  });
});

test("an alert that means something in two flows is one rule", () => {
  const profile = aProfile([{ alert: "A", expr: "up == 0", ...says }]);
  expect(rulesOf({ ...profile, flows: [...profile.flows, ...profile.flows] })).toEqual([
    { alert: "A", expr: "up == 0", for: "1m", keep_firing_for: "2m" },
  ]);
});
