// What becomes of a plan is told profile by profile.

import { describe, expect, test } from "vitest";
import type { Failure } from "../../../functions/core/errors.ts";
import { judgedCondition } from "../../../functions/core/outcome/outcome.ts";
import { outcomesOf, refusalsOf } from "../../../functions/core/outcome/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Mode } from "../../../functions/core/profile/mode.ts";
import { planResource } from "../../../functions/core/verdict/plan.ts";
import { anAlert, aReading, aResource, inMode, knowing, standing } from "../../support/builders.ts";
import { selfMonitor } from "../verdict/kyma-evidence.ts";

const OWN = "TelemetryFlowHealthy";
const SINCE = "2020-01-01T00:00:00Z";
const dropped = aReading({ firing: [anAlert("TraceGatewayAllDataDropped")] });
const young = aReading({ evidence: selfMonitor({ ageMs: 1_000 }) });
const held: Failure = { code: "held", message: "too many at once" };
const denied: Failure = { code: "forbidden", message: "no right to patch" };

type Given = { mode?: Mode; name?: string; conditions?: readonly unknown[]; reading?: typeof dropped; hold?: Failure };

function plan({ mode = "own", name, conditions = [standing(OWN)], reading = dropped, hold }: Given = {}) {
  const profiles = [{ ...inMode(mode, kymaTelemetry), ...(name !== undefined && { name }) }];
  return planResource(profiles, aResource({ conditions }), knowing(reading), "2026-06-01T00:00:00Z", () => hold);
}

describe("the outcome of a plan", () => {
  test.each<{ what: string; given: Given; outcome: object }>([
    { what: "names its profile", given: { name: "kyma" }, outcome: { was: "patched", profile: "kyma" } },
    { what: "stays a plan in observe mode", given: { mode: "observe" }, outcome: { was: "planned", isObserved: true } },
    {
      what: "is refused where a guard holds it, with the verdict",
      given: { hold: held },
      outcome: { was: "refused", ...held, condition: { status: "False" }, because: ["TraceGatewayAllDataDropped"] },
    },
    {
      what: "is written in spite of a guard where the condition is False already",
      given: { hold: held, conditions: [standing(OWN, { status: "False", reason: "GatewayThrottling" })] },
      outcome: { was: "patched", condition: { status: "False", reason: "GatewayAllTelemetryDataDropped" } },
    },
    {
      what: "is written in spite of a guard where the condition turns True",
      given: { hold: held, reading: aReading(), conditions: [standing(OWN, { status: "False" })] },
      outcome: { was: "patched", condition: { status: "True" } },
    },
    { what: "is no matter of a guard in observe mode", given: { mode: "observe", hold: held }, outcome: { was: "planned" } },
    {
      what: "is refused where a guard holds the first condition that there would be",
      given: { hold: held, conditions: [] },
      outcome: { was: "refused", ...held },
    },
    {
      what: "has an empty reason before where none stood",
      given: { conditions: [standing(OWN, { reason: undefined })] },
      outcome: { was: "patched", before: { status: "True", reason: "" } },
    },
    {
      what: "shows what stands as text, whatever it is, where it is too early to tell",
      given: { conditions: [standing(OWN, { reason: undefined, message: 7, lastTransitionTime: 7 })], reading: young },
      outcome: { was: "unchanged", isWarmingUp: true, condition: { type: OWN, status: "True", reason: "", message: "" } },
    },
  ])("$what", ({ given, outcome }) => {
    expect(outcomesOf(plan(given), "patched")).toMatchObject([outcome]);
  });

  test("is not called observed where it is written", () => {
    const [outcome] = outcomesOf(plan(), "patched");
    expect(outcome).toEqual({
      apiVersion: "telemetry.kyma-project.io/v1beta1",
      kind: "TracePipeline",
      name: "backend",
      was: "patched",
      condition: { type: OWN, status: "False", reason: "GatewayAllTelemetryDataDropped", message: expect.any(String) },
      before: { status: "True", reason: "FlowHealthy" },
      because: ["TraceGatewayAllDataDropped"],
    });
  });

  test.each<{ what: string; given: Given; since: string | undefined }>([
    { what: "the status that stands", given: { conditions: [standing(OWN, { status: "False" })] }, since: SINCE },
    { what: "another status", given: {}, since: undefined },
    {
      what: "the status that stands since a time that is none",
      given: { conditions: [standing(OWN, { status: "False", lastTransitionTime: 7 })] },
      since: undefined,
    },
  ])("tells since when: $what", ({ given, since }) => {
    expect(outcomesOf(plan(given), "patched").map((one) => judgedCondition(one)?.since)).toEqual([since]);
  });
});

describe("of a plan whose write is refused", () => {
  test.each<{ what: string; given: Given; outcome: object }>([
    { what: "what was to be written is refused", given: {}, outcome: { was: "refused", ...denied, condition: { status: "False" } } },
    { what: "what is only observed stays a plan", given: { mode: "observe" }, outcome: { was: "planned" } },
    { what: "what stands already is unchanged", given: { reading: aReading() }, outcome: { was: "unchanged" } },
  ])("$what", ({ given, outcome }) => {
    expect(refusalsOf(plan(given), denied)).toMatchObject([outcome]);
  });
});
