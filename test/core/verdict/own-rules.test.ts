// Holds evidence to the groups that are a flow's own: namesakes elsewhere count neither for nor against.

import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged } from "../../../functions/core/profile/profile.ts";
import type { Alert } from "../../../functions/core/prometheus/alert.ts";
import type { RuleGroup, RuleHealth } from "../../../functions/core/prometheus/rule-health.ts";
import { findingText, GROUP_LABEL, WATCHDOG } from "../../../functions/core/verdict/finding.ts";
import { isBroken, proveHealth } from "../../../functions/core/verdict/proof.ts";
import { anAlert, aReading, aRuleGroup } from "../../support/builders.ts";

const traces = kymaTelemetry.flows.filter(isJudged)[0]!;
const ROWS = traces.rows.filter(({ status }) => status === undefined).map(({ alert }) => alert);
const [ALL = "", SOME = "", THROTTLING = ""] = ROWS;

const rows = (names: readonly string[], health: RuleHealth = "ok") => Object.fromEntries(names.map((name) => [name, health]));
const own = aRuleGroup({ ...rows(ROWS), [WATCHDOG]: "ok" });
const tenant = (rules: Readonly<Record<string, RuleHealth>>) => aRuleGroup(rules, { name: "tenant", file: "/etc/tenant.yml" });
const labelled = (group: string) => ({ [GROUP_LABEL]: group });
const watchdog = (labels: Readonly<Record<string, string>> = {}) => anAlert(WATCHDOG, { pipeline_name: undefined, ...labels });

type Said = { firing?: readonly Alert[]; pending?: readonly Alert[]; isShared?: boolean };

function proofWith(groups: readonly RuleGroup[], said: Said = { firing: [watchdog()] }, ageMs?: number) {
  const readings = [groups, groups.toReversed()].map((order) =>
    aReading({ ...said, evidence: { was: "asked", groups: order, ageMs, skewMs: 0 } }),
  );
  const proofs = readings.map((reading) => proveHealth(kymaTelemetry, traces, [reading]));
  const [proof, other] = proofs.map(({ was, findings }) => ({ was, because: findings.map(findingText) }));
  // The order of the groups never matters.
  expect(other).toEqual(proof);
  return proof;
}

const PROVEN = { was: "proven", because: [] };

describe("a rule of the same name in a group of others", () => {
  test.each<{ what: string; rules: Readonly<Record<string, RuleHealth>> }>([
    { what: "that fails", rules: { [ALL]: "failing" } },
    { what: "that is stalled", rules: { [SOME]: "stalled", [ALL]: "ok" } },
    { what: "that was not evaluated yet", rules: { [THROTTLING]: "not evaluated yet" } },
    { what: "of the watchdog, that fails", rules: { [WATCHDOG]: "failing" } },
    { what: "for absent targets, that fails", rules: { TraceGatewayTargetsAbsent: "failing", [ALL]: "ok" } },
  ])("$what takes nothing from the proof", ({ rules }) => {
    expect(proofWith([own, tenant(rules)])).toEqual(PROVEN);
  });

  test("gives nothing to the proof either: what fails at home fails", () => {
    const failing = aRuleGroup({ ...rows(ROWS), [ALL]: "failing", [WATCHDOG]: "ok" });
    expect(proofWith([failing, tenant({ [ALL]: "ok" })])).toEqual({ was: "unproven", because: [`rules failing: ${ALL}`] });
  });

  test("neither makes an alert unbelievable, nor believable", () => {
    const reading = (...groups: readonly RuleGroup[]) => aReading({ evidence: { was: "asked", groups, skewMs: 0 } });
    const failing = aRuleGroup({ ...rows(ROWS), [ALL]: "failing" });
    expect(isBroken(traces, reading(own, tenant({ [ALL]: "failing" })), ALL)).toBe(false);
    expect(isBroken(traces, reading(failing, tenant({ [ALL]: "ok" })), ALL)).toBe(true);
  });
});

describe("rows whose rules stand in several groups", () => {
  const first = aRuleGroup(rows([ALL, SOME]), { name: "first" });
  const second = (health: RuleHealth) => aRuleGroup({ ...rows([THROTTLING], health), [WATCHDOG]: "ok" }, { name: "second" });

  test("are proven by the group of each", () => {
    expect(proofWith([first, second("ok")])).toEqual(PROVEN);
    expect(proofWith([first, second("failing")])).toEqual({ was: "unproven", because: [`rules failing: ${THROTTLING}`] });
  });

  test("are told from a namesake by the file that holds most of them", () => {
    expect(proofWith([first, second("ok"), tenant({ [THROTTLING]: "failing" })])).toEqual(PROVEN);
  });

  test("are looked at where they stand, though none that is required is loaded", () => {
    const absent = aRuleGroup({ TraceGatewayTargetsAbsent: "failing" });
    expect(proofWith([absent], {})).toMatchObject({
      because: expect.arrayContaining([`rules not loaded: ${ROWS.join(", ")}`, "rules failing: TraceGatewayTargetsAbsent"]),
    });
  });

  test("count in both of two groups that nothing tells apart", () => {
    const copy = { ...aRuleGroup({ ...rows(ROWS), [ALL]: "failing" }), file: "/etc/copy.yml" };
    expect(proofWith([own, copy])).toEqual({ was: "unproven", because: [`rules failing: ${ALL}`] });
  });
});

describe("where no start time is believed, the watchdog", () => {
  const pending = { was: "warming up", because: [`young: ${WATCHDOG} is pending`] };
  const named = aRuleGroup({ ...rows(ROWS), [WATCHDOG]: "ok" }, { name: "mine" }, { labels: labelled("mine") });

  test("of the group counts, and not that of a tenant which waits for ten years", () => {
    const others = tenant({ [WATCHDOG]: "ok" });
    const said = { firing: [watchdog(labelled("mine"))], pending: [watchdog(), watchdog(labelled("other"))] };
    expect(proofWith([named, others], said)).toEqual(PROVEN);
  });

  test("of a tenant does not make a source older than it is", () => {
    const others = aRuleGroup({ [WATCHDOG]: "ok" }, { name: "other", file: "/etc/other.yml" }, { labels: labelled("other") });
    const said = { firing: [watchdog(labelled("other"))], pending: [watchdog(labelled("mine"))] };
    expect(proofWith([named, others], said)).toEqual(pending);
  });

  test("of a tenant alone tells nothing of the age", () => {
    const unwatched = aRuleGroup(rows(ROWS));
    const said = { firing: [watchdog()] };
    expect(proofWith([unwatched, tenant({ [WATCHDOG]: "ok" })], said)).toEqual({
      was: "unproven",
      because: [`age unknown: neither ${WATCHDOG} nor a start time`],
    });
  });

  test("that is pending tells of a young source, though its rule is not listed", () => {
    expect(proofWith([aRuleGroup(rows(ROWS))], { pending: [watchdog()] })).toEqual(pending);
  });

  test("that is broken finds nothing, and says nothing of what is scraped", () => {
    const broken = aRuleGroup({ ...rows(ROWS), [WATCHDOG]: "failing" });
    expect(proofWith([broken], {})).toEqual({ was: "unproven", because: [`rules failing: ${WATCHDOG}`] });
  });

  test("at the end of an old rule file counts for all groups of the file", () => {
    const groups = [aRuleGroup(rows(ROWS), { name: "one" }), aRuleGroup({ Other: "ok", [WATCHDOG]: "ok" }, { name: "two" })];
    expect(proofWith(groups)).toEqual(PROVEN);
    expect(proofWith(groups, { pending: [watchdog()] })).toEqual(pending);
  });

  test("of the group counts, and not that of another group in the same file", () => {
    const beside = aRuleGroup({ [WATCHDOG]: "failing" }, { name: "beside" }, { labels: labelled("beside") });
    expect(proofWith([named, beside], { firing: [watchdog(labelled("mine"))] })).toEqual(PROVEN);
  });

  test("tells of the group, whatever those of others do", () => {
    const others = tenant({ [WATCHDOG]: "ok" });
    const both = [watchdog(labelled("mine")), watchdog(labelled("other"))];
    expect(proofWith([named, others], { firing: both })).toEqual(PROVEN);
    expect(proofWith([named, others], { firing: both, pending: both })).toEqual(pending);
  });

  test("that names its own group counts for no others, where that group has rules of its own", () => {
    const theirs = aRuleGroup(rows(ROWS), { name: "theirs", file: "/etc/theirs.yml" });
    const tenants = aRuleGroup({ Other: "ok", [WATCHDOG]: "ok" }, { name: "mine", file: "/etc/tenant.yml" }, { labels: labelled("mine") });
    expect(proofWith([theirs, tenants], { firing: [watchdog(labelled("mine"))] })).toMatchObject({ was: "unproven" });
  });

  test("that names its own group, rendered for rows whose rules stand elsewhere, counts for these", () => {
    const theirs = aRuleGroup(rows(ROWS), { name: "theirs", file: "/etc/theirs.yml" });
    const alone = aRuleGroup({ [WATCHDOG]: "ok" }, { name: "mine", file: "/etc/alertstatus.yml" }, { labels: labelled("mine") });
    expect(proofWith([theirs, alone], { firing: [watchdog(labelled("mine"))] })).toEqual(PROVEN);
    expect(proofWith([theirs, alone], { pending: [watchdog(labelled("mine"))] })).toEqual(pending);
  });
});

describe("where a start time is believed, it beats the watchdog", () => {
  const [SECOND_MS, HOUR_MS] = [1_000, 3_600_000];
  test("which may be restored: a source that has just started is warming up, though it fires", () => {
    expect(proofWith([own], { firing: [watchdog()] }, SECOND_MS)).toEqual({ was: "warming up", because: ["young: started 1s ago"] });
  });

  test("which may wait for ten years: an old source is proven, though it is pending", () => {
    expect(proofWith([own], { pending: [watchdog()] }, HOUR_MS)).toEqual(PROVEN);
  });

  test("but a source that clusters share has to have watched this one as long", () => {
    const said = { pending: [watchdog()], isShared: true };
    expect(proofWith([own], said, HOUR_MS)).toEqual({ was: "warming up", because: [`young: ${WATCHDOG} is pending`] });
  });
});
