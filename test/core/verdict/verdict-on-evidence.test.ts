import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged } from "../../../functions/core/profile/profile.ts";
import type { Reading } from "../../../functions/core/prometheus/alert.ts";
import type { RuleHealth } from "../../../functions/core/prometheus/rule-health.ts";
import { type Finding, WATCHDOG } from "../../../functions/core/verdict/finding.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, knowing, logSpecs, unreadable } from "../../support/builders.ts";
import { selfMonitor } from "./kyma-evidence.ts";
import { servedFlows } from "./kyma-facts.ts";

const [traces] = kymaTelemetry.flows.filter(isJudged);
const byRow = (alert: string) => ({ by: "row", row: traces!.rows.find((row) => row.alert === alert) });
const byFindings = (...findings: readonly Finding[]) => ({ by: "findings", findings });

const verdictOn = (...readings: readonly Reading[]) => judge(kymaTelemetry, aResource(), knowing(...readings));

const worst = anAlert("TraceGatewayAllDataDropped");
const mildest = anAlert("TraceGatewayThrottling");
const absent = anAlert("TraceGatewayTargetsAbsent", { pipeline_name: undefined });
const watchdog = anAlert(WATCHDOG, { pipeline_name: undefined });
const unproven = { status: "Unknown", reason: "GatewayProbingFailed" };

describe("a row that fires", () => {
  const firing = (health: RuleHealth | readonly RuleHealth[] | undefined) =>
    aReading({ firing: [worst], evidence: selfMonitor({ rules: { TraceGatewayAllDataDropped: health } }) });

  test.each(["failing", "stalled"] as const)("does not count where its own rule is %s", (health) => {
    const because = [`rules ${health}: TraceGatewayAllDataDropped`];
    const decidedBy = byFindings({ kind: health, alerts: ["TraceGatewayAllDataDropped"] });
    expect(verdictOn(firing(health))).toEqual({ ...unproven, message: expect.any(String), because, decidedBy });
  });

  test.each([
    { its: "rule works", health: "ok" },
    { its: "rule was not evaluated yet", health: "not evaluated yet" },
    { its: "rule is not told of", health: undefined },
    { its: "name is that of two rules, one of which works", health: ["failing", "ok"] },
  ] as const)("counts where its $its", ({ health }) => {
    expect(verdictOn(firing(health))).toMatchObject({ status: "False", because: ["TraceGatewayAllDataDropped"] });
  });

  test("gives way to a milder one where its rule is broken", () => {
    const evidence = selfMonitor({ rules: { TraceGatewayAllDataDropped: "failing" } });
    expect(verdictOn(aReading({ firing: [worst, mildest], evidence }))).toMatchObject({ status: "False", reason: "GatewayThrottling" });
  });

  test("counts by the rule of the source on which it fires", () => {
    const healthy = aReading({ evidence: selfMonitor() });
    expect(verdictOn(firing("failing"), healthy)).toMatchObject({ status: "True" });
    expect(
      verdictOn(firing("ok"), aReading({ evidence: selfMonitor({ rules: { TraceGatewayAllDataDropped: "failing" } }) })),
    ).toMatchObject({ status: "False" });
  });

  test("on one of a pair is enough, however healthy the other", () => {
    const healthy = aReading({ firing: [watchdog], evidence: selfMonitor() });
    for (const pair of [
      [firing("ok"), healthy],
      [healthy, firing("ok")],
    ])
      expect(verdictOn(...pair)).toMatchObject({ status: "False", because: ["TraceGatewayAllDataDropped"] });
  });

  test("on both of a pair counts by the alerts of either, in whatever order", () => {
    const other = aReading({ firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: "other" })], evidence: selfMonitor() });
    expect(verdictOn(other, firing("ok"))).toMatchObject({ status: "False" });
    expect(verdictOn(firing("ok"), other)).toMatchObject({ status: "False" });
  });

  test("of a pair that disagree on which, the worst decides", () => {
    const [one, other] = [worst, mildest].map((alert) => aReading({ firing: [alert], evidence: selfMonitor() }));
    expect(verdictOn(other!, one!)).toMatchObject({ reason: "GatewayAllTelemetryDataDropped" });
  });
});

describe("a row that fires beats the doubt that", () => {
  const others = { TraceGatewaySomeDataDropped: "failing" } as const;
  test.each([
    { doubt: "the answer is a partial one", reading: aReading({ firing: [mildest], warnings: ["a"], evidence: selfMonitor() }) },
    { doubt: "the rules are kept back", reading: aReading({ firing: [mildest], evidence: { was: "unreadable", code: "forbidden" } }) },
    { doubt: "no rule is loaded", reading: aReading({ firing: [mildest], evidence: { ...selfMonitor(), groups: [] } }) },
    { doubt: "the rule of another row fails", reading: aReading({ firing: [mildest], evidence: selfMonitor({ rules: others }) }) },
    { doubt: "nobody watches this cluster", reading: aReading({ firing: [mildest], isShared: true, evidence: selfMonitor() }) },
    { doubt: "the clock is wrong", reading: aReading({ firing: [mildest], evidence: selfMonitor({ skewMs: 600_000 }) }) },
    { doubt: "the age is not known", reading: aReading({ firing: [mildest], evidence: selfMonitor({ ageMs: undefined }) }) },
    { doubt: "the source is young", reading: aReading({ firing: [mildest], evidence: selfMonitor({ ageMs: 1_000 }) }) },
    { doubt: "the watchdog is pending", reading: aReading({ firing: [mildest], pending: [watchdog], evidence: selfMonitor() }) },
  ])("$doubt: False, and not only for now", ({ reading }) => {
    const because = ["TraceGatewayThrottling"];
    const decidedBy = byRow("TraceGatewayThrottling");
    const verdict = { status: "False", reason: "GatewayThrottling", message: expect.any(String), because, decidedBy };
    expect(verdictOn(reading)).toEqual(verdict);
    expect(verdictOn(reading, unreadable())).toEqual(verdict);
    expect(verdictOn(unreadable(), reading)).toEqual(verdict);
  });
});

describe("where no row fires", () => {
  test("a proven source makes the pipeline healthy", () => {
    expect(verdictOn(aReading({ evidence: selfMonitor() }))).toEqual({
      status: "True",
      reason: "FlowHealthy",
      message: expect.any(String),
      because: [],
      decidedBy: { by: "healthy" },
    });
  });

  test("a young one says that nobody knows, for now", () => {
    expect(verdictOn(aReading({ evidence: selfMonitor({ ageMs: 1_000 }) }))).toEqual({
      ...unproven,
      message: expect.any(String),
      because: ["young: started 1s ago"],
      decidedBy: byFindings({ kind: "warming up", ageMs: 1_000 }),
      provisional: true,
    });
  });

  test("a doubted one says that nobody knows, and means it", () => {
    const verdict = verdictOn(aReading({ evidence: selfMonitor({ skewMs: 600_000, ageMs: 1_000 }) }));
    const because = ["the source's clock is off by 600s"];
    const decidedBy = byFindings({ kind: "clock", skewMs: 600_000 });
    expect(verdict).toEqual({ ...unproven, message: expect.any(String), because, decidedBy });
  });

  test.each(servedFlows)("each flow says it in its own words: $flow", ({ kind, spec, unproven: reason }) => {
    const verdict = judge(kymaTelemetry, aResource({ kind, spec }), knowing(aReading({ evidence: selfMonitor({ ageMs: 1_000 }) })));
    expect(verdict).toMatchObject(reason === undefined ? { status: "True" } : { status: "Unknown", reason, provisional: true });
  });

  test("a gate does not wait for a young source", () => {
    const resource = aResource({ conditions: [{ type: "ConfigurationGenerated", status: "False", reason: "EndpointInvalid" }] });
    const verdict = judge(kymaTelemetry, resource, knowing(aReading({ evidence: selfMonitor({ ageMs: 1_000 }) })));
    expect(verdict).toMatchObject({ status: "False", reason: "ConfigurationNotGenerated" });
    expect(verdict).not.toHaveProperty("provisional");
  });
});

test("two sources that lack the same thing name it once", () => {
  const evidence = selfMonitor({ skewMs: 600_000 });
  expect(verdictOn(aReading({ evidence }), aReading({ evidence }))).toMatchObject({ because: ["the source's clock is off by 600s"] });
});

test("a verdict names the gate that decided, and a flow that always says the same", () => {
  const resource = aResource({ conditions: [{ type: "ConfigurationGenerated", status: "False", reason: "EndpointInvalid" }] });
  expect(judge(kymaTelemetry, resource, knowing())).toMatchObject({ decidedBy: { by: "gate", gate: kymaTelemetry.gates[0] } });
  const untold = aResource({ kind: "LogPipeline", spec: logSpecs.noInput });
  expect(judge(kymaTelemetry, untold, knowing())).toMatchObject({ because: [], decidedBy: { by: "always" } });
});

describe("absent targets say that nobody knows", () => {
  test.each([
    { where: "a proven source", reading: aReading({ firing: [absent], evidence: selfMonitor() }) },
    { where: "a young source", reading: aReading({ firing: [absent], evidence: selfMonitor({ ageMs: 1_000 }) }) },
  ])("on $where, and not only for now", ({ reading }) => {
    const because = ["TraceGatewayTargetsAbsent"];
    const decidedBy = byRow("TraceGatewayTargetsAbsent");
    const verdict = { ...unproven, message: expect.stringContaining("no running gateway"), because, decidedBy };
    expect(verdictOn(reading)).toEqual(verdict);
    expect(verdictOn(reading, aReading({ evidence: selfMonitor() }))).toEqual(verdict);
  });

  test("and so does a rule for them that is broken itself", () => {
    const evidence = selfMonitor({ rules: { TraceGatewayTargetsAbsent: "stalled" } });
    const because = ["rules stalled: TraceGatewayTargetsAbsent"];
    expect(verdictOn(aReading({ firing: [absent], evidence }))).toMatchObject({ ...unproven, because });
    expect(verdictOn(aReading({ evidence }))).toMatchObject({ ...unproven, because });
  });
});
