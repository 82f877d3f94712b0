// Whether a flow or a row applies to a resource: by what is there, and by values.

import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { type Presence, profileSchema } from "../../../functions/core/profile/profile.ts";
import { applies } from "../../../functions/core/verdict/matching.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, type Kind, knowing, logSpecs } from "../../support/builders.ts";

describe("presence", () => {
  const resource = aResource({ spec: { a: { on: true, off: false, n: 0, s: "x", empty: {}, nothing: null } } });
  test.each<{ when: Presence; fits: boolean }>([
    { when: {}, fits: true },
    { when: { has: ["spec.a.empty"] }, fits: true },
    { when: { has: ["spec.a.nothing"] }, fits: false },
    { when: { lacks: ["spec.a.nothing", "spec.b.c"] }, fits: true },
    { when: { is: { "spec.a.on": true } }, fits: true },
    { when: { is: { "spec.a.on": false } }, fits: false },
    { when: { is: { "spec.a.on": true, "spec.a.s": "y" } }, fits: false },
    { when: { is: { "spec.a.n": 0, "spec.a.s": "x" } }, fits: true },
    { when: { is: { "spec.a.n": false } }, fits: false },
    { when: { is: { "spec.missing": false } }, fits: false },
    { when: { isNot: { "spec.a.off": false } }, fits: false },
    { when: { isNot: { "spec.missing": false } }, fits: true },
    { when: { isNot: { "spec.a.on": false, "spec.a.s": "x" } }, fits: false },
    { when: { any: [{ is: { "spec.a.off": true } }, { has: ["spec.a.on"] }] }, fits: true },
    { when: { any: [{ is: { "spec.a.off": true } }] }, fits: false },
    { when: { has: ["spec.b"], any: [{ has: ["spec.a"] }] }, fits: false },
    { when: { any: [{ any: [{ lacks: ["spec.a"] }, { is: { "spec.a.n": 0 } }] }] }, fits: true },
  ])("$when: $fits", ({ when, fits }) => {
    expect(applies(when, resource)).toBe(fits);
  });

  test("is part of a profile's schema, and asks for something in `any`", () => {
    const [flow, ...flows] = kymaTelemetry.flows;
    const withWhen = (when: object) => profileSchema.safeParse({ ...kymaTelemetry, flows: [{ ...flow, when }, ...flows] }).success;
    expect(withWhen({ any: [{ is: { "spec.a": true } }, { isNot: { "spec.b": "x" } }] })).toBe(true);
    expect(withWhen({ any: [] })).toBe(false);
    expect(withWhen({ is: { "spec.a": {} } })).toBe(false);
  });
});

describe("absent targets of an agent that a pipeline does not use say nothing of it", () => {
  const input = (more: object) => ({ ...logSpecs.noInput, input: more });
  test.each<{ what: string; kind: Kind; spec: object; alert: string; status: string }>([
    { what: "no input of its own", kind: "MetricPipeline", spec: input({ otlp: {} }), alert: "MetricAgentTargetsAbsent", status: "True" },
    ...["runtime", "prometheus", "istio"].flatMap((name) =>
      [true, false].map((enabled) => ({
        what: `${name} ${enabled}`,
        kind: "MetricPipeline" as const,
        spec: input({ [name]: { enabled } }),
        alert: "MetricAgentTargetsAbsent",
        status: enabled ? "Unknown" : "True",
      })),
    ),
    ...[true, false].flatMap((enabled) => [
      {
        what: `runtime ${enabled}, OTel`,
        kind: "LogPipeline" as const,
        spec: input({ runtime: { enabled }, otlp: {} }),
        alert: "LogAgentTargetsAbsent",
        status: enabled ? "Unknown" : "True",
      },
      {
        what: `runtime ${enabled}, Fluent Bit`,
        kind: "LogPipeline" as const,
        spec: { ...logSpecs.fluentBit, input: { runtime: { enabled } } },
        alert: "LogFluentBitTargetsAbsent",
        status: enabled ? "Unknown" : "True",
      },
    ]),
  ])("$kind with $what: $status", ({ kind, spec, alert, status }) => {
    const reading = aReading({ firing: [anAlert(alert, { pipeline_name: undefined })] });
    expect(judge(kymaTelemetry, aResource({ kind, spec }), knowing(reading))).toMatchObject({ status });
  });
});
