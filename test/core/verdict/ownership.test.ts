import { describe, expect, test } from "vitest";
import { outcomesOf } from "../../../functions/core/outcome/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Mode } from "../../../functions/core/profile/mode.ts";
import { planResource } from "../../../functions/core/verdict/plan.ts";
import { aResource, inMode, knowing } from "../../support/builders.ts";
import { ago, FOREIGN, HEALTHY, NOW, SHADOW, standing, throttled, wrote } from "./written-conditions.ts";

const plan = (conditions: readonly unknown[], { managedFields, mode = "own" }: { managedFields?: readonly unknown[]; mode?: Mode } = {}) =>
  planResource([inMode(mode, kymaTelemetry)], aResource({ conditions, managedFields }), knowing(throttled), NOW);
const isLeft = (...given: Parameters<typeof plan>) => plan(...given).patch === undefined;

describe("where a condition says True and we say False, it is left to its writer", () => {
  test.each([
    { when: "in his words, since a moment ago", condition: standing({ since: NOW }), left: true },
    { when: "in his words, since 299 seconds ago", condition: standing({ since: ago(299) }), left: true },
    { when: "in his words, since five minutes ago", condition: standing({ since: ago(300) }), left: false },
    { when: "in his words, since a day ago", condition: standing({ since: ago(86_400) }), left: false },
    { when: "in his words, since a minute from now on", condition: standing({ since: ago(-60) }), left: true },
    { when: "in his words, since an hour from now on", condition: standing({ since: ago(-3_600) }), left: false },
    { when: "in his words, since no time at all", condition: standing({ since: "lately" }), left: false },
    { when: "in our words for it, since a moment ago", condition: standing({ message: HEALTHY }), left: false },
    { when: "in our words for something else", condition: standing({ message: gateSays() }), left: false },
    {
      when: "in our words for something else, with details of then",
      condition: standing({ message: `${gateSays()} Details: firing since 2026-01-01T00:00:00Z, value 1` }),
      left: false,
    },
    { when: "in his words, with details as we have them", condition: standing({ message: `${FOREIGN} Details: value 1` }), left: true },
    { when: "in no words, since a moment ago", condition: standing({ message: "" }), left: true },
    { when: "in our words and some of his", condition: standing({ message: `${HEALTHY} ` }), left: true },
  ])("$when: $left", ({ condition, left }) => {
    expect(isLeft([condition])).toBe(left);
  });

  test("whenever he wrote the list, for a status is as old as its transition", () => {
    expect(isLeft([standing({ since: ago(600) })], { managedFields: [wrote("telemetry-manager", ago(1))] })).toBe(false);
    expect(isLeft([standing({ since: ago(1) })], { managedFields: [wrote("telemetry-manager", ago(600))] })).toBe(true);
  });

  test("and where nothing stands, there is nothing to be left", () => {
    expect(isLeft([])).toBe(false);
  });
});

describe("where the status agrees and the reason does not, his last write counts", () => {
  const condition = standing({ status: "False", reason: "GatewaySomeTelemetryDataDropped", since: ago(86_400) });
  test.each([
    { wrote: "a moment ago", managedFields: [wrote("telemetry-manager", ago(1))], left: true },
    { wrote: "299 seconds ago", managedFields: [wrote("telemetry-manager", ago(299))], left: true },
    { wrote: "five minutes ago", managedFields: [wrote("telemetry-manager", ago(300))], left: false },
    { wrote: "at a time that nobody knows", managedFields: [], left: false },
    { wrote: "without managed fields", managedFields: undefined, left: false },
    { wrote: "something else a moment ago", managedFields: [wrote("kubectl", ago(1), { "f:spec": {} })], left: false },
    {
      wrote: "after another who wrote it long ago",
      managedFields: [wrote("telemetry-manager", ago(1)), wrote("older", ago(900))],
      left: true,
    },
  ])("$wrote: $left", ({ managedFields, left }) => {
    expect(isLeft([condition], { managedFields })).toBe(left);
  });

  test("where alertstatus wrote the list last, for another condition, no foreign write is dated", () => {
    const shadow = standing({ type: SHADOW });
    expect(isLeft([condition, shadow], { managedFields: [wrote("alertstatus", ago(1))] })).toBe(false);
  });

  test("in our own words it is ours, whoever wrote the list a moment ago", () => {
    expect(isLeft([{ ...condition, message: HEALTHY }], { managedFields: [wrote("telemetry-manager", ago(1))] })).toBe(false);
  });
});

test("in the words of a profile of another condition it is left to its writer", () => {
  const flows = kymaTelemetry.flows.map((flow) =>
    "rows" in flow ? { ...flow, healthy: { ...flow.healthy, message: "Others are well." } } : flow,
  );
  const profiles = [inMode("own", kymaTelemetry), inMode("own", { ...kymaTelemetry, condition: "Other", flows })];
  const resource = aResource({ conditions: [standing({ since: NOW, message: "Others are well." })] });
  expect(planResource(profiles, resource, knowing(throttled), NOW).judged).toMatchObject([{ left: "contested" }, { left: undefined }]);
});

test("where status and reason agree there is nothing to write, and nothing is contested", () => {
  const agreeing = plan([standing({ status: "False", reason: "GatewayThrottling" })], { managedFields: [wrote("telemetry-manager", NOW)] });
  expect(agreeing.patch).toBeUndefined();
  expect(outcomesOf(agreeing, "unchanged")).toMatchObject([{ was: "unchanged", condition: { reason: "GatewayThrottling" } }]);
});

test("in shadow mode nothing is contested, whatever stands there and whoever wrote it", () => {
  const conditions = [standing(), standing({ type: SHADOW })];
  const made = plan(conditions, { mode: "shadow", managedFields: [wrote("telemetry-manager", NOW)] });
  expect(made.patch).toEqual([conditions[0], expect.objectContaining({ type: SHADOW, status: "False" })]);
});

test("in observe mode nobody would write it anyway: it is told as it would be, not as contested", () => {
  expect(outcomesOf(plan([standing()], { mode: "observe" }), "planned")).toMatchObject([
    { was: "planned", condition: { status: "False" } },
  ]);
});

describe("the outcome of a contested condition", () => {
  test("names the field manager", () => {
    const contested = plan([standing()], { managedFields: [wrote("telemetry-manager", ago(1))] });
    expect(outcomesOf(contested, "unchanged")).toEqual([
      {
        apiVersion: "telemetry.kyma-project.io/v1beta1",
        kind: "TracePipeline",
        name: "backend",
        was: "skipped",
        why: "contested",
        by: "telemetry-manager",
      },
    ]);
    expect(contested.needsNewerAlerts).toBe(false);
  });

  test("names nobody where nobody is known", () => {
    expect(outcomesOf(plan([standing()]), "unchanged")).toEqual([
      { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "backend", was: "skipped", why: "contested" },
    ]);
  });
});

function gateSays(): string {
  return kymaTelemetry.gates[0]!.says.message;
}
