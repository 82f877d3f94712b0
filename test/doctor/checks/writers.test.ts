import { describe, expect, test } from "vitest";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged } from "../../../functions/core/profile/profile.ts";
import { writerCheck } from "../../../functions/doctor/checks/writers.ts";
import { aResource, standing } from "../../support/builders.ts";

const [entry] = parseFleet({ clusters: [{ name: "prod", kubernetes: { server: "https://a.example" } }] }).clusters;
const ours = kymaTelemetry.flows.filter(isJudged)[0]!.healthy.message;
const managedFields = [{ manager: "telemetry-manager", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:status": { "f:conditions": {} } } }];

const pipeline = (message?: string, more: object = {}) =>
  aResource({ managedFields, ...more, ...(message !== undefined && { conditions: [standing(kymaTelemetry.condition, { message })] }) });
const check = (mode: "own" | "shadow", ...resources: ReturnType<typeof pipeline>[]) => writerCheck({ ...entry!, mode }, resources);

describe("another writer", () => {
  test("is named where the text is none of the profile's", () => {
    expect(check("own", pipeline("Another text"), pipeline(ours))).toMatchObject({
      was: "warning",
      message: "telemetry-manager wrote TelemetryFlowHealthy of 1 resource, such as tracepipeline/backend",
    });
  });

  test("is let be in mode shadow", () => {
    expect(check("shadow", pipeline("Another text"))).toMatchObject({
      was: "ok",
      message: expect.stringMatching(/^telemetry-manager wrote/),
    });
  });

  test("goes without a name where the API server gives none", () => {
    expect(check("own", pipeline("Another text", { managedFields: [] })).message).toMatch(/^another writer wrote/);
  });
});

test("no other writer is seen in the profile's own text, or where nothing stands", () => {
  expect(check("own", pipeline(ours), pipeline())).toMatchObject({ was: "ok", message: expect.stringMatching(/^no other writer/) });
});
