import { expect, test } from "vitest";
import { kymaTelemetry } from "../../functions/core/kyma-telemetry.ts";
import type { NamedProfile, Row } from "../../functions/core/profile.ts";
import { renderRules } from "../../functions/core/rules.ts";
import { kinds } from "../support/builders.ts";
import { everyAlert } from "./kyma-facts.ts";

const says = { reason: "Broken", message: "It is broken." };
const aProfile = (rows: readonly Row[], rules: Partial<NamedProfile["rules"]> = {}): NamedProfile => ({
  name: "mine",
  condition: "Mine",
  identify: { name: "name", unlabelled: "none" },
  rules: { for: "1m", window: "5m", ...rules },
  gates: [],
  flows: [{ of: kinds.TracePipeline, rows: [...rows], unproven: [says], healthy: says }],
});
const rulesOf = (profile: NamedProfile) => renderRules([profile]).groups[0]?.rules;

test("a profile brings one group of its own name, in the order of its rows", () => {
  const { groups } = renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }, aProfile([{ alert: "A", expr: "up == 0", ...says }])]);
  expect(groups.map(({ name }) => name)).toEqual(["kyma-telemetry", "mine"]);
  expect(groups[0]?.rules.map(({ alert }) => alert).sort()).toEqual([...everyAlert].sort());
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
    { alert: "A", expr: "up == 0", for: "1m" },
    { alert: "B", expr: "up == 0", for: "10m" },
  ]);
});

test("the window stands wherever it is named", () => {
  const [rule] = rulesOf(aProfile([{ alert: "A", expr: "rate(a[$window]) > rate(b[$window])", ...says }], { window: "90s" })) ?? [];
  expect(rule?.expr).toBe("rate(a[90s]) > rate(b[90s])");
});

test("an alert keeps firing as long as the profile wants it", () => {
  expect(rulesOf(aProfile([{ alert: "A", expr: "up == 0", ...says }], { keepFiringFor: "3m" }))).toEqual([
    { alert: "A", expr: "up == 0", for: "1m", keep_firing_for: "3m" },
  ]);
});

test("an alert that means something in two flows is one rule", () => {
  const profile = aProfile([{ alert: "A", expr: "up == 0", ...says }]);
  expect(rulesOf({ ...profile, flows: [...profile.flows, ...profile.flows] })).toEqual([{ alert: "A", expr: "up == 0", for: "1m" }]);
});
