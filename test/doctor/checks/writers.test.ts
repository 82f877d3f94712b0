// Holds the search for another writer to conditions whose text is not the profile's.

import { describe, expect, test } from "vitest";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged } from "../../../functions/core/profile/profile.ts";
import { writerCheck } from "../../../functions/doctor/checks/writers.ts";
import { aResource, standing } from "../../support/builders.ts";

const [entry] = parseFleet({ clusters: [{ name: "prod", kubernetes: { server: "https://a.example" } }] }).clusters;
const ownMessage = kymaTelemetry.flows.filter(isJudged)[0]!.healthy.message;
const managedFields = [{ manager: "telemetry-manager", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:status": { "f:conditions": {} } } }];

const pipeline = (message?: string, more: object = {}) =>
  aResource({ managedFields, ...more, ...(message !== undefined && { conditions: [standing(kymaTelemetry.condition, { message })] }) });
const check = (mode: "own" | "shadow", ...resources: ReturnType<typeof pipeline>[]) =>
  writerCheck({ profiles: entry!.profiles.map((one) => ({ ...one, mode })) }, resources);

describe("another writer", () => {
  test("is a warning in mode own", () => {
    expect(check("own", pipeline("Another message"), pipeline(ownMessage))).toMatchObject({
      was: "warning",
      message: "telemetry-manager wrote TelemetryFlowHealthy of 1 resource, such as tracepipeline/backend",
    });
  });

  test("is ok in mode shadow", () => {
    expect(check("shadow", pipeline("Another message"))).toMatchObject({
      was: "ok",
      message: expect.stringMatching(/^telemetry-manager wrote/),
    });
  });

  test("is called unknown where managedFields does not name it", () => {
    expect(check("own", pipeline("Another message", { managedFields: [] })).message).toMatch(/^an unknown writer wrote/);
  });
});

test("what the other profile for the same condition wrote has no other writer", () => {
  const [own] = entry!.profiles;
  const flows = own!.flows.map((flow) => (isJudged(flow) ? { ...flow, healthy: { reason: "Fine", message: "It is fine." } } : flow));
  const profiles = [own!, { ...own!, flows, name: "v2", mode: "shadow" } as const];
  expect(writerCheck({ profiles }, [pipeline(ownMessage)])).toMatchObject({
    was: "ok",
    message: expect.stringMatching(/^no other writer/),
  });
});

test("the own message and a missing condition have no other writer", () => {
  expect(check("own", pipeline(ownMessage), pipeline())).toMatchObject({ was: "ok", message: expect.stringMatching(/^no other writer/) });
});
