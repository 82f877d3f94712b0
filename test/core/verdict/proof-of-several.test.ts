import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged, type JudgedFlow, type Profile } from "../../../functions/core/profile/profile.ts";
import type { Reading } from "../../../functions/core/prometheus/alert.ts";
import type { RuleHealth } from "../../../functions/core/prometheus/rule-health.ts";
import { findingText } from "../../../functions/core/verdict/finding.ts";
import { isBroken, proveHealth, warmUpMs } from "../../../functions/core/verdict/proof.ts";
import { aReading, aRuleGroup, kinds, unreadable } from "../../support/builders.ts";
import { selfMonitor } from "./kyma-evidence.ts";

const traces = kymaTelemetry.flows.filter(isJudged)[0]!;
const proof = (...readings: readonly Reading[]) => {
  const { was, findings } = proveHealth(kymaTelemetry, traces, readings);
  return { was, because: findings.map(findingText) };
};
const MINUTE_MS = 60_000;

describe("of several sources", () => {
  const proven = aReading({ evidence: selfMonitor() });
  const failing = aReading({ evidence: selfMonitor({ rules: { TraceGatewayThrottling: "failing" } }) });
  const young = aReading({ evidence: selfMonitor({ ageMs: MINUTE_MS }) });
  const warmingUp = ["young: started 60s ago"];
  const down = unreadable("timeout");
  const failingDoubt = "rules failing: TraceGatewayThrottling";
  const downDoubt = "alerts unreadable: timeout";
  test.each([
    { these: "both proven", readings: [proven, proven], was: "proven", because: [] },
    { these: "one proven, one down", readings: [proven, down], was: "proven", because: [] },
    { these: "one proven, one young", readings: [proven, young], was: "proven", because: [] },
    { these: "one proven, one with failing rules", readings: [proven, failing], was: "proven", because: [] },
    { these: "one down, one young", readings: [down, young], was: "warming up", because: warmingUp },
    { these: "one with failing rules, one young", readings: [failing, young], was: "warming up", because: warmingUp },
    { these: "both young", readings: [young, young], was: "warming up", because: warmingUp },
    { these: "both down", readings: [down, down], was: "unproven", because: [downDoubt, downDoubt] },
    { these: "one down, one with failing rules", readings: [down, failing], was: "unproven", because: [downDoubt, failingDoubt] },
    { these: "three, of which one is proven", readings: [down, failing, proven], was: "proven", because: [] },
  ])("$these: $was, in whatever order", ({ readings, was, because }) => {
    for (const order of [readings, readings.toReversed()]) {
      const { was: is, because: found } = proof(...order);
      expect({ was: is, because: found.toSorted() }).toEqual({ was, because: because.toSorted() });
    }
  });
});

describe("how old is old enough", () => {
  const says = { reason: "A", message: "B" };
  const flow = (...waits: readonly (string | undefined)[]): JudgedFlow => ({
    of: kinds.TracePipeline,
    rows: waits.map((wait, index) => ({ alert: `A${index}`, for: wait, ...says })),
    unproven: [says],
    healthy: says,
  });
  const profile = (rules: Profile["rules"], ...flows: Profile["flows"]): Profile => ({ ...kymaTelemetry, rules, flows });
  const rules = { for: "1m", window: "5m" };
  test.each([
    { what: "Kyma's: a minute and a window of five", of: kymaTelemetry, minutes: 6 },
    { what: "the longest wait of a row counts", of: profile(rules, flow("30s", "3m")), minutes: 8 },
    { what: "in whichever flow it stands", of: profile(rules, flow(undefined), flow("2m")), minutes: 7 },
    { what: "rows that wait less than the profile says do not shorten it", of: profile(rules, flow("0s")), minutes: 6 },
    {
      what: "what an untold flow always says does not matter",
      of: profile(rules, { of: kinds.TracePipeline, always: { status: "True", ...says } }),
      minutes: 6,
    },
    { what: "but never more than nine minutes", of: profile({ for: "1h", window: "1d" }, flow()), minutes: 9 },
    { what: "nor where only one row waits that long", of: profile(rules, flow("10m")), minutes: 9 },
  ])("$what: $minutes minutes", ({ of, minutes }) => {
    expect(warmUpMs(of)).toBe(minutes * MINUTE_MS);
  });

  test("and a source of exactly that age is old enough", () => {
    const slow = profile({ for: "1h", window: "1d" }, flow(undefined));
    const aged = (ageMs: number) => aReading({ evidence: selfMonitor({ ageMs, rules: { A0: "ok" } }) });
    expect(proveHealth(slow, flow(undefined), [aged(9 * MINUTE_MS)])).toMatchObject({ was: "proven" });
    expect(proveHealth(slow, flow(undefined), [aged(9 * MINUTE_MS - 1)])).toMatchObject({ was: "warming up" });
  });
});

describe("the rule behind an alert is broken", () => {
  const says = { reason: "A", message: "B" };
  const aboutA: JudgedFlow = { of: kinds.TracePipeline, rows: [{ alert: "A", ...says }], unproven: [says], healthy: says };
  const cases: readonly { rules: readonly RuleHealth[]; broken: boolean }[] = [
    { rules: [], broken: false },
    { rules: ["ok"], broken: false },
    { rules: ["not evaluated yet"], broken: false },
    { rules: ["failing"], broken: true },
    { rules: ["stalled"], broken: true },
    { rules: ["failing", "stalled"], broken: true },
    { rules: ["failing", "ok"], broken: false },
    { rules: ["stalled", "not evaluated yet"], broken: false },
  ];
  test.each(cases)("where its rules are $rules: $broken", ({ rules, broken }) => {
    expect(isBroken(aboutA, aReading({ evidence: { ...selfMonitor(), groups: [aRuleGroup({ A: rules })] } }), "A")).toBe(broken);
  });

  test.each([
    { source: "that cannot be read", reading: unreadable() },
    { source: "that its owner vouches for", reading: aReading() },
    { source: "that keeps its rules to itself", reading: aReading({ evidence: { was: "unreadable", code: "forbidden" } }) },
    { source: "that has no such rule", reading: aReading({ evidence: selfMonitor() }) },
  ])("never on a source $source", ({ reading }) => {
    expect(isBroken(aboutA, reading, "A")).toBe(false);
  });
});
