// A gate that speaks of an older generation does not sign the new one.

import { expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { planResource } from "../../../functions/core/verdict/plan.ts";
import { aReading, aResource, inMode, knowing, standing } from "../../support/builders.ts";

const OWN = "TelemetryFlowHealthy";
const gate = (observedGeneration?: number | string) => ({
  ...{ type: "ConfigurationGenerated", status: "False", reason: "EndpointInvalid" },
  ...(observedGeneration !== undefined && { observedGeneration }),
});
const plan = (observed: number | string | undefined, ...conditions: readonly object[]) =>
  planResource(
    [inMode("own", kymaTelemetry)],
    aResource({ generation: 2, conditions: [gate(observed), ...conditions] }),
    knowing(aReading()),
    "2026-06-01T00:00:00Z",
  );
const SAYS = { type: OWN, status: "False", reason: "ConfigurationNotGenerated" };
const writtenBy = (made: ReturnType<typeof plan>) => made.patch?.at(-1);

test.each([2, undefined, "1"])("a gate of this generation, or of none, is signed with this one: %j", (observed) => {
  const made = plan(observed);
  expect(writtenBy(made)).toMatchObject({ ...SAYS, observedGeneration: 2 });
  expect(made.judged).toMatchObject([{ verdict: { because: ["ConfigurationGenerated is False"] } }]);
});

test("an older one is signed with its own generation, where nothing stands", () => {
  const made = plan(1);
  expect(writtenBy(made)).toMatchObject({ ...SAYS, observedGeneration: 1 });
  expect(made.judged).toMatchObject([
    { verdict: { because: ["ConfigurationGenerated is False, of an older generation"], provisional: true } },
  ]);
});

test.each([
  { stands: "what it said itself of the older generation", condition: standing(OWN, { ...SAYS, observedGeneration: 1 }) },
  { stands: "what it said itself of the new generation", condition: standing(OWN, { ...SAYS, observedGeneration: 2 }) },
  { stands: "True of the older generation", condition: standing(OWN, { observedGeneration: 1 }) },
  { stands: "True of the new generation", condition: standing(OWN, { observedGeneration: 2 }) },
  { stands: "False for another reason", condition: standing(OWN, { status: "False", reason: "GatewayThrottling" }) },
])("an older one leaves what stands: $stands", ({ condition }) => {
  expect(plan(1, condition).patch).toBeUndefined();
});

test("no alerts have to be newer than what a gate says", () => {
  expect(plan(2).needsNewerAlerts).toBe(false);
});
