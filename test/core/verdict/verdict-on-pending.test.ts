// A row that is pending where nobody can say when its evaluator started may be all that a restart left of an alert that fired.

import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { WATCHDOG } from "../../../functions/core/verdict/finding.ts";
import { planResource } from "../../../functions/core/verdict/plan.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, aRuleGroup, inMode, knowing, standing } from "../../support/builders.ts";
import { selfMonitor } from "./kyma-evidence.ts";

const ALERT = "TraceGatewayAllDataDropped";
const watchdog = anAlert(WATCHDOG, { pipeline_name: undefined });
const unstarted = { ...selfMonitor({ rules: { [WATCHDOG]: "ok" } }), ageMs: undefined };
const about = (name?: string) => anAlert(ALERT, { pipeline_name: name });
const reading = (evidence: Parameters<typeof aReading>[0] extends infer P ? NonNullable<P> : never) =>
  aReading({ firing: [watchdog], pending: [about("backend")], evidence: unstarted, ...evidence });
const judged = (...readings: readonly ReturnType<typeof reading>[]) => judge(kymaTelemetry, aResource(), knowing(...readings));

const kept = {
  status: "Unknown",
  reason: "GatewayProbingFailed",
  provisional: true,
  because: [`pending, and the start of the evaluator is not known: ${ALERT}`],
};

describe("a row that is pending", () => {
  test("keeps what stands, where no start time is believed", () => {
    expect(judged(reading({}))).toMatchObject(kept);
    const lost = standing("TelemetryFlowHealthy", { status: "False", reason: "GatewayAllTelemetryDataDropped" });
    const owner = [inMode("own", kymaTelemetry)];
    const plan = planResource(owner, aResource({ conditions: [lost] }), knowing(reading({})), "2026-06-01T00:00:00Z");
    expect(plan.patch).toBeUndefined();
  });

  test.each([
    { what: "where a start time is believed", more: { evidence: selfMonitor({ rules: { [WATCHDOG]: "ok" } }) } },
    { what: "where the owner of the source vouches for it", more: { evidence: { was: "waived" } as const } },
    { what: "for another pipeline", more: { pending: [about("other")] } },
    { what: "where its rule waits for ten minutes, which survives a restart", more: { evidence: waiting(600_000) } },
  ])("means nothing $what", ({ more }) => {
    expect(judged(reading(more))).toMatchObject({ status: "True" });
  });

  test("counts where its rule waits a moment less", () => {
    expect(judged(reading({ evidence: waiting(599_999) }))).toMatchObject(kept);
  });

  test("counts where nothing tells how old the source is", () => {
    const ageless = { evidence: { ...selfMonitor(), ageMs: undefined }, firing: [] };
    expect(judged(reading(ageless))).toMatchObject(kept);
    expect(judged(reading({ ...ageless, pending: [about("other")] }))).toMatchObject({ because: [expect.stringMatching(/^age unknown/)] });
    expect(judged(reading({ ...ageless, pending: [about("other")] }), reading({}))).toMatchObject(kept);
    expect(judged(reading({ ...ageless, warnings: ["a store is down"] }))).toMatchObject({
      because: ["partial answer: a store is down", expect.stringMatching(/^age unknown/)],
    });
  });

  test("is named beside another", () => {
    const pending = [about("backend"), anAlert("TraceGatewaySomeDataDropped")];
    expect(judged(reading({ pending }))).toMatchObject({
      because: [`pending, and the start of the evaluator is not known: ${ALERT}, TraceGatewaySomeDataDropped`],
    });
  });

  test("counts without a name for every pipeline", () => {
    expect(judged(reading({ pending: [about(undefined)] }))).toMatchObject(kept);
  });

  test("gives way to a row that fires, and to a finding", () => {
    expect(judged(reading({ firing: [watchdog, anAlert("TraceGatewayThrottling")] }))).toMatchObject({ reason: "GatewayThrottling" });
    expect(judged(reading({ warnings: ["a store is down"] }))).toMatchObject({ because: ["partial answer: a store is down"] });
  });

  test("means nothing where another source is proven and has nothing pending", () => {
    const quiet = reading({ pending: [] });
    expect(judged(reading({}), quiet)).toMatchObject({ status: "True" });
    expect(judged(quiet, reading({}))).toMatchObject({ status: "True" });
    expect(judged(reading({}), reading({}))).toMatchObject(kept);
  });
});

function waiting(forMs: number) {
  const names = kymaTelemetry.flows.flatMap((flow) => ("rows" in flow ? flow.rows.map(({ alert }) => alert) : []));
  const rules = Object.fromEntries([...names, WATCHDOG].map((name) => [name, "ok" as const]));
  return { ...unstarted, groups: [aRuleGroup(rules, {}, { forMs })] };
}
