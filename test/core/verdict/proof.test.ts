import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged } from "../../../functions/core/profile/profile.ts";
import type { Reading } from "../../../functions/core/prometheus/alert.ts";
import type { RuleHealth } from "../../../functions/core/prometheus/rule-health.ts";
import { findingText, WATCHDOG } from "../../../functions/core/verdict/finding.ts";
import { isWarmingUp, type Proof, proveHealth } from "../../../functions/core/verdict/proof.ts";
import { anAlert, aReading, unreadable } from "../../support/builders.ts";
import { selfMonitor } from "./kyma-evidence.ts";
import { everyAbsentAlert, servedFlows } from "./kyma-facts.ts";

const traces = kymaTelemetry.flows.filter(isJudged)[0]!;
const proof = (...readings: readonly Reading[]) => {
  const { was, findings } = proveHealth(kymaTelemetry, traces, readings);
  return { was, because: findings.map(findingText) };
};
const watchdog = anAlert(WATCHDOG, { pipeline_name: undefined });

const MINUTE_MS = 60_000;

test.each([
  { finding: { kind: "not evaluated yet", alerts: [] }, is: true },
  { finding: { kind: "warming up" }, is: true },
  { finding: { kind: "pending", alerts: [] }, is: true },
  { finding: { kind: "stalled", alerts: [] }, is: false },
  { finding: { kind: "age unknown" }, is: false },
] as const)("time alone takes away what is $finding.kind: $is", ({ finding, is }) => {
  expect(isWarmingUp(finding)).toBe(is);
});

type Case = { readonly source: string; readonly reading: Reading; readonly was: Proof["was"]; readonly because?: readonly string[] };
const judge = ({ reading, was, because = [] }: Case) => {
  expect(proof(reading)).toEqual({ was, because });
};

describe("complete: a source that", () => {
  const cases: readonly Case[] = [
    { source: "is Kyma's own self monitor, an hour old", reading: aReading({ evidence: selfMonitor() }), was: "proven" },
    { source: "cannot be read", reading: unreadable("timeout"), was: "unproven", because: ["alerts unreadable: timeout"] },
    {
      source: "answers in part",
      reading: aReading({ warnings: ["a", "b"], evidence: selfMonitor() }),
      was: "unproven",
      because: ["partial answer: a", "partial answer: b"],
    },
    {
      source: "keeps its rules to itself",
      reading: aReading({ evidence: { was: "unreadable", code: "forbidden" } }),
      was: "unproven",
      because: ["rules unreadable: forbidden"],
    },
    {
      source: "answers in part and keeps its rules to itself",
      reading: aReading({ warnings: ["a"], evidence: { was: "unreadable", code: "not-found" } }),
      was: "unproven",
      because: ["partial answer: a", "rules unreadable: not-found"],
    },
    { source: "its owner vouches for", reading: aReading({ evidence: { was: "waived" } }), was: "proven" },
    {
      source: "its owner vouches for, though nobody watches this cluster there",
      reading: aReading({ evidence: { was: "waived" }, isShared: true }),
      was: "proven",
    },
    {
      source: "its owner vouches for, but that answers in part",
      reading: aReading({ evidence: { was: "waived" }, warnings: ["a"] }),
      was: "unproven",
      because: ["partial answer: a"],
    },
  ];
  test.each(cases)("$source: $was", judge);
});

describe("rules there and working: a source", () => {
  const ruled = (rules: Parameters<typeof selfMonitor>[0], firing = [watchdog]) => aReading({ firing, evidence: selfMonitor(rules) });
  const all = "TraceGatewayAllDataDropped";
  const some = "TraceGatewaySomeDataDropped";
  const cases: readonly Case[] = [
    { source: "without one rule", reading: ruled({ rules: { [all]: undefined } }), was: "unproven", because: [`rules not loaded: ${all}`] },
    {
      source: "without any rule",
      reading: aReading({ evidence: { ...selfMonitor(), groups: [] } }),
      was: "unproven",
      because: [`rules not loaded: ${servedFlows[0]!.rows.map(([alert]) => alert).join(", ")}`],
    },
    { source: "with a failing rule", reading: ruled({ rules: { [all]: "failing" } }), was: "unproven", because: [`rules failing: ${all}`] },
    { source: "with a stalled rule", reading: ruled({ rules: { [all]: "stalled" } }), was: "unproven", because: [`rules stalled: ${all}`] },
    {
      source: "with one rule of each kind",
      reading: ruled({ rules: { [all]: undefined, [some]: "failing", TraceGatewayThrottling: "stalled" } }),
      was: "unproven",
      because: [`rules not loaded: ${all}`, `rules failing: ${some}`, "rules stalled: TraceGatewayThrottling"],
    },
    {
      source: "with two rules of one name, of which one fails",
      reading: ruled({ rules: { [all]: ["ok", "failing"] } }),
      was: "unproven",
      because: [`rules failing: ${all}`],
    },
    {
      source: "with a rule that was not evaluated yet, however long the watchdog fires",
      reading: ruled({ rules: { [all]: "not evaluated yet" } }),
      was: "warming up",
      because: [`rules not evaluated yet: ${all}`],
    },
    {
      source: "with a rule that fails and one that was not evaluated yet",
      reading: ruled({ rules: { [all]: "failing", [some]: "not evaluated yet" } }),
      was: "unproven",
      because: [`rules failing: ${all}`],
    },
    {
      source: "whose rules fail for another kind only",
      reading: ruled({ rules: { MetricAgentAllDataDropped: "failing" } }),
      was: "proven",
    },
    { source: "without the rules of another kind", reading: ruled({ rules: { LogFluentBitAllDataDropped: undefined } }), was: "proven" },
  ];
  test.each(cases)("$source: $was", judge);

  const ours: readonly { rules: string; health: RuleHealth | undefined; was: Proof["was"]; doubt?: string }[] = [
    { rules: "are not there, for nobody is required to have them", health: undefined, was: "proven" },
    { rules: "work", health: "ok", was: "proven" },
    { rules: "are there and fail", health: "failing", was: "unproven", doubt: "rules failing" },
    { rules: "are there and are stalled", health: "stalled", was: "unproven", doubt: "rules stalled" },
    { rules: "are there and were not evaluated yet", health: "not evaluated yet", was: "warming up", doubt: "rules not evaluated yet" },
  ];
  test.each(ours)("whose rules about absent targets $rules: $was", ({ health, was, doubt }) => {
    const rules = Object.fromEntries(everyAbsentAlert.map((alert) => [alert, health]));
    expect(proof(ruled({ rules }))).toEqual({ was, because: doubt === undefined ? [] : [`${doubt}: TraceGatewayTargetsAbsent`] });
  });

  test.each(ours.slice(1))("whose watchdog fires, and whose rules for it $rules: $was", ({ health, was, doubt }) => {
    expect(proof(ruled({ rules: { [WATCHDOG]: health } }))).toEqual({ was, because: doubt === undefined ? [] : [`${doubt}: ${WATCHDOG}`] });
  });
});

describe("old enough: a source", () => {
  const OLD = { ageMs: 60 * MINUTE_MS };
  const NEW = { ageMs: 10_000 };
  const UNKNOWN = { ageMs: undefined };
  const evidence = (age: object, isWatched: boolean) => selfMonitor({ ...age, ...(isWatched && { rules: { [WATCHDOG]: "ok" } }) });
  const pending = `young: ${WATCHDOG} is pending`;
  const started = "young: started 10s ago";
  const silent = `not watched: ${WATCHDOG} finds nothing that is scraped`;
  const cases = [
    { dog: "fires", start: "long ago", age: OLD, said: { firing: [watchdog] }, was: "proven" },
    { dog: "fires", start: "just now", age: NEW, said: { firing: [watchdog] }, was: "warming up", because: [started] },
    { dog: "fires", start: "nobody knows when", age: UNKNOWN, said: { firing: [watchdog] }, was: "proven" },
    { dog: "is pending", start: "long ago", age: OLD, said: { pending: [watchdog] }, was: "proven" },
    { dog: "is pending", start: "just now", age: NEW, said: { pending: [watchdog] }, was: "warming up", because: [started] },
    { dog: "is pending", start: "nobody knows when", age: UNKNOWN, said: { pending: [watchdog] }, was: "warming up", because: [pending] },
    {
      dog: "fires for one profile and is pending for another",
      start: "nobody knows when",
      age: UNKNOWN,
      said: { firing: [watchdog], pending: [watchdog] },
      was: "warming up",
      because: [pending],
    },
    { dog: "is silent", start: "long ago", age: OLD, said: {}, was: "unproven", because: [silent] },
    { dog: "is silent", start: "just now", age: NEW, said: {}, was: "unproven", because: [silent] },
    { dog: "is silent", start: "nobody knows when", age: UNKNOWN, said: {}, was: "unproven", because: [silent] },
  ] as const;
  test.each(cases)("whose watchdog $dog and that started $start: $was", ({ age, said, was, ...rest }) => {
    expect(proof(aReading({ ...said, evidence: evidence(age, true) }))).toEqual({ was, because: "because" in rest ? rest.because : [] });
  });

  test.each([
    { start: "6 minutes ago", ageMs: 6 * MINUTE_MS, was: "proven", because: [] },
    { start: "a moment less ago", ageMs: 6 * MINUTE_MS - 1, was: "warming up", because: ["young: started 360s ago"] },
    { start: "5 seconds ago", ageMs: 5_000, was: "warming up", because: ["young: started 5s ago"] },
    { start: "in what is its future", ageMs: -5_000, was: "warming up", because: ["young: started 5s ago"] },
    { start: "nobody knows when", ageMs: undefined, was: "unproven", because: [`age unknown: neither ${WATCHDOG} nor a start time`] },
  ])("without a watchdog that started $start: $was", ({ ageMs, was, because }) => {
    expect(proof(aReading({ evidence: evidence({ ageMs }, false) }))).toEqual({ was, because });
  });
});

describe("ours: a source that many clusters share", () => {
  const shared = (said: Parameters<typeof aReading>[0]) =>
    aReading({ isShared: true, evidence: selfMonitor({ rules: { [WATCHDOG]: "ok" } }), ...said });
  const unwatched = [`not watched: no ${WATCHDOG} carries the labels of this cluster`];
  const cases: readonly Case[] = [
    { source: "with this cluster's watchdog firing", reading: shared({ firing: [watchdog] }), was: "proven" },
    {
      source: "with this cluster's watchdog pending",
      reading: shared({ pending: [watchdog] }),
      was: "warming up",
      because: [`young: ${WATCHDOG} is pending`],
    },
    { source: "with the watchdogs of others only", reading: shared({}), was: "unproven", because: unwatched },
    { source: "without a watchdog at all, however old", reading: shared({ evidence: selfMonitor() }), was: "unproven", because: unwatched },
    {
      source: "with no watchdog and no start time",
      reading: shared({ evidence: selfMonitor({ ageMs: undefined }) }),
      was: "unproven",
      because: [...unwatched, `age unknown: neither ${WATCHDOG} nor a start time`],
    },
  ];
  test.each(cases)("$source: $was", judge);
});

describe("on time: a source whose clock is", () => {
  test.each([
    { off: "two minutes ahead", skewMs: 2 * MINUTE_MS, was: "proven", because: [] },
    { off: "two minutes behind", skewMs: -2 * MINUTE_MS, was: "proven", because: [] },
    { off: "a moment more ahead", skewMs: 2 * MINUTE_MS + 1, was: "unproven", because: ["the source's clock is off by 120s"] },
    { off: "a moment more behind", skewMs: -2 * MINUTE_MS - 1, was: "unproven", because: ["the source's clock is off by 120s"] },
    { off: "an hour ahead", skewMs: 60 * MINUTE_MS, was: "unproven", because: ["the source's clock is off by 3600s"] },
  ])("$off: $was", ({ skewMs, was, because }) => {
    expect(proof(aReading({ evidence: selfMonitor({ skewMs }) }))).toEqual({ was, because });
  });
});
