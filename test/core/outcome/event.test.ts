import { describe, expect, test } from "vitest";
import { parseResource } from "../../../functions/core/kubernetes/resource.ts";
import { eventOf } from "../../../functions/core/outcome/event.ts";
import type { Patched } from "../../../functions/core/outcome/outcome.ts";
import { aResource } from "../../support/builders.ts";

const NOW = "2026-06-01T12:30:00Z";

type Parts = { name?: string; namespace?: string } & Partial<Patched["condition"]>;

/** The Event of a pipeline that a status False has been written on, unless something else is said. */
function anEvent({ name = "backend", namespace, ...condition }: Parts = {}) {
  const { of, object } = aResource({ name, namespace, resourceVersion: "42" });
  const resource = parseResource(of, { ...object, metadata: { ...Object(object.metadata), uid: "0a1b" } });
  const outcome: Patched = {
    apiVersion: "telemetry.kyma-project.io/v1beta1",
    kind: "TracePipeline",
    name,
    namespace,
    was: "patched",
    condition: { type: "TelemetryFlowHealthy", status: "False", reason: "GatewayThrottling", message: "Too much.", ...condition },
    because: [],
  };
  return eventOf(resource, outcome, NOW);
}

test("says what the condition says, of which object and since when, and stands in the namespace default for what belongs to none", () => {
  expect(JSON.parse(JSON.stringify(anEvent()))).toEqual({
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { namespace: "default", generateName: "backend-" },
    eventTime: "2026-06-01T12:30:00.000000Z",
    reportingController: "alertstatus.io/alertstatus",
    reportingInstance: "alertstatus",
    action: "SetCondition",
    type: "Warning",
    reason: "GatewayThrottling",
    note: "Too much.",
    regarding: {
      apiVersion: "telemetry.kyma-project.io/v1beta1",
      kind: "TracePipeline",
      name: "backend",
      uid: "0a1b",
      resourceVersion: "42",
    },
  });
});

test("stands beside a resource that has a namespace", () => {
  expect(anEvent({ namespace: "shop" })).toMatchObject({ metadata: { namespace: "shop" }, regarding: { namespace: "shop" } });
});

test.each([
  { status: "True", type: "Normal" },
  { status: "False", type: "Warning" },
  { status: "Unknown", type: "Warning" },
])("of a condition that becomes $status is $type", ({ status, type }) => {
  expect(anEvent({ status }).type).toBe(type);
});

describe("is cut to what the API server takes", () => {
  const bytes = (text: string) => Buffer.byteLength(text);
  test.each([
    { what: "a note", message: "x".repeat(2_000), note: `${"x".repeat(1_021)}…` },
    { what: "a note of umlauts, in bytes", message: "ü".repeat(2_000), note: `${"ü".repeat(510)}…` },
    { what: "a note between two halves of a character", message: `x${"🔥".repeat(400)}`, note: `x${"🔥".repeat(255)}…` },
    { what: "no note that fits", message: "x".repeat(1_024), note: "x".repeat(1_024) },
  ])("$what", ({ message, note }) => {
    expect(anEvent({ message }).note).toBe(note);
    expect(bytes(note)).toBeLessThanOrEqual(1_024);
  });

  test("a reason", () => {
    expect(bytes(anEvent({ reason: "R".repeat(1_024) }).reason)).toBe(128);
  });

  test.each([
    ["a".repeat(253), `${"a".repeat(50)}-`],
    [`${"a".repeat(48)}.-.b`, `${"a".repeat(48)}-`],
    ["a.b-c", "a.b-c-"],
  ])("the name %s", (name, generateName) => {
    expect(anEvent({ name }).metadata.generateName).toBe(generateName);
  });
});
