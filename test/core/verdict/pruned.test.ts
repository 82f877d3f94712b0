// Holds a plan to quiet where the CRD's schema drops fields of what was written, and to news where a kept field differs.

import { describe, expect, test } from "vitest";
import { isObject } from "../../../functions/core/json.ts";
import type { Resource } from "../../../functions/core/kubernetes/resource.ts";
import { outcomesOf } from "../../../functions/core/outcome/resource.ts";
import { isTransition } from "../../../functions/core/outcome/transition.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { planResource } from "../../../functions/core/verdict/plan.ts";
import { anAlert, aReading, aResource, inMode, knowing } from "../../support/builders.ts";

const NOW = "2026-06-01T00:00:00Z";
const LATER = "2026-06-01T00:10:00Z";
const detailed = { ...kymaTelemetry, details: true };
const throttled = aReading({ firing: [anAlert("TraceGatewayThrottling")] });
const worse = aReading({ firing: [anAlert("TraceGatewayThrottling", {}, { value: "7e+00" })] });
const lost = aReading({ firing: [anAlert("TraceGatewayAllDataDropped")] });

const plan = (resource: Resource, reading = throttled, now = LATER) =>
  planResource([inMode("own", detailed)], resource, knowing(reading), now);

// As the API server keeps the list: some fields are not in the CRD's schema, and it tells who wrote the list last.
function kept(conditions: readonly unknown[], drops: readonly string[], generation = 1): Resource {
  const entries = conditions.map((entry) => Object.fromEntries(Object.entries(Object(entry)).filter(([key]) => !drops.includes(key))));
  const managedFields = [{ manager: "alertstatus", time: NOW, fieldsV1: { "f:status": { "f:conditions": {} } } }];
  return aResource({ conditions: entries, managedFields, generation });
}

const written = plan(aResource(), throttled, NOW).patch!;

describe.each([
  { drops: ["observedGeneration"] },
  { drops: ["reason"] },
  { drops: ["message"] },
  { drops: ["lastTransitionTime"] },
  { drops: ["observedGeneration", "reason"] },
  { drops: ["observedGeneration", "reason", "message", "lastTransitionTime"] },
])("a CRD that drops $drops", ({ drops }) => {
  test("leaves nothing to write in the next pass, even with other details of the moment", () => {
    expect(plan(kept(written, drops)).patch).toBeUndefined();
    expect(plan(kept(written, drops), worse).patch).toBeUndefined();
  });

  test("does not hide another status", () => {
    const { patch, needsNewerAlerts: isNews } = plan(kept(written, drops), aReading());
    expect(patch).toMatchObject([{ status: "True", reason: "FlowHealthy" }]);
    expect(isNews).toBe(true);
  });

  test("makes another generation no transition", () => {
    const made = plan(kept(written, drops, 2));
    expect(outcomesOf(made, "patched").filter(isTransition)).toEqual([]);
    expect(made.patch === undefined).toBe(drops.includes("observedGeneration"));
  });
});

test("another reason is news where the reason is dropped and the message is kept", () => {
  const { patch, needsNewerAlerts: isNews } = plan(kept(written, ["reason"]), lost);
  expect(patch).toMatchObject([{ reason: "GatewayAllTelemetryDataDropped" }]);
  expect(isNews).toBe(true);
});

test("a field that another writer left out is written", () => {
  const foreign = {
    type: "TelemetryFlowHealthy",
    status: "False",
    message: "Another writer's.",
    lastTransitionTime: "2020-01-01T00:00:00Z",
  };
  expect(isObject(plan(aResource({ conditions: [foreign] })).patch?.[0])).toBe(true);
});

test("a second condition of the type is taken out, though the first is as it should be", () => {
  const made = plan(aResource({ conditions: [...written, { type: "TelemetryFlowHealthy", status: "True", reason: "Stale" }] }));
  expect(made.patch).toEqual(written);
  expect(outcomesOf(made, "patched").filter(isTransition)).toEqual([]);
});
