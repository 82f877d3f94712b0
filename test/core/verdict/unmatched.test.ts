// An alert that fires and counts for no resource is told with its nearest miss.

import { describe, expect, test } from "vitest";
import { unmatchedText } from "../../../functions/core/outcome/attention.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Profile } from "../../../functions/core/profile/profile.ts";
import type { Alert } from "../../../functions/core/prometheus/alert.ts";
import { findUnmatched } from "../../../functions/core/verdict/unmatched.ts";
import { anAlert, aReading, aResource, knowing, logSpecs } from "../../support/builders.ts";

const ALERT = "TraceGatewayAllDataDropped";
const traces = aResource({ name: "checkout" });
const fluentBit = aResource({ kind: "LogPipeline", name: "logs", spec: logSpecs.fluentBit });
const namespaced: Profile = { ...kymaTelemetry, identify: { name: "pipeline_name", namespace: "ns", unlabelled: "none" } };

function unmatched(firing: readonly Alert[], { profile = kymaTelemetry, resources = [traces, fluentBit], unlisted = [] as string[] } = {}) {
  return findUnmatched([profile], { resources, known: knowing(aReading({ firing })) }, new Set(unlisted));
}

describe("an alert that fires for no resource", () => {
  test.each([
    {
      alert: anAlert(ALERT, { pipeline_name: "checkouts" }),
      text: 'it says pipeline_name="checkouts", and the nearest, tracepipeline/checkout, has "checkout"',
    },
    { alert: anAlert(ALERT, { pipeline_name: "zzz" }), text: 'it says pipeline_name="zzz"' },
    {
      alert: anAlert(ALERT, { pipeline_name: "checkout", pipeline_type: "MetricPipeline" }),
      text: 'it says pipeline_type="MetricPipeline", and the nearest, tracepipeline/checkout, has "tracepipeline"',
    },
    { alert: anAlert("LogAgentAllDataDropped", { pipeline_name: "logs" }), text: "its row does not apply to logpipeline/logs" },
    { alert: anAlert("MetricGatewayThrottling", { pipeline_name: undefined }), text: "it has no label pipeline_name" },
  ])("$text", ({ alert, text }) => {
    const found = unmatched([alert]);
    expect(found.map(unmatchedText)).toEqual([`${alert.name} counts for no resource: ${text}`]);
  });

  test("in another namespace is told with both", () => {
    const resources = [aResource({ name: "checkout", namespace: "shop" })];
    const miss = (labels: object) =>
      unmatched([anAlert(ALERT, { pipeline_name: "checkout", ...labels })], { profile: namespaced, resources });
    expect(miss({ ns: "shop" })).toEqual([]);
    expect(miss({ ns: "other" })).toMatchObject([{ label: "ns", value: "other", wanted: "shop", resource: { name: "checkout" } }]);
    expect(miss({})).toMatchObject([{ label: "ns", wanted: "shop" }]);
  });

  test("is not told where it counts for some resource, in whatever case its kind is written", () => {
    expect(unmatched([anAlert(ALERT, { pipeline_name: "checkout", pipeline_type: "TracePipeline" })])).toEqual([]);
    expect(unmatched([anAlert("TraceGatewayThrottling", { pipeline_name: undefined })])).toEqual([]);
  });

  test("is not told where its kind cannot be listed, nor where it says that something is not known", () => {
    expect(unmatched([anAlert(ALERT, { pipeline_name: "x" })], { unlisted: ["TracePipeline"] })).toEqual([]);
    expect(unmatched([anAlert("MetricAgentTargetsAbsent", { pipeline_name: undefined })])).toEqual([]);
  });

  test("is one of twenty at most, and of many without a name one is told", () => {
    const many = Array.from({ length: 5_000 }, (_, index) => anAlert(ALERT, { pipeline_name: `p${index}` }));
    expect(unmatched(many)).toHaveLength(20);
    expect(
      unmatched(
        many.map(() => anAlert(ALERT, { pipeline_name: undefined })),
        { resources: [fluentBit] },
      ),
    ).toHaveLength(1);
  });
});
