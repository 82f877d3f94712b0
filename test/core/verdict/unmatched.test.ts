// An alert that fires and counts for no resource is told with its nearest miss.

import { describe, expect, test } from "vitest";
import { unmatchedText } from "../../../functions/core/outcome/attention.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Profile } from "../../../functions/core/profile/profile.ts";
import type { Alert } from "../../../functions/core/prometheus/alert.ts";
import { findUnmatched, obstacleTo } from "../../../functions/core/verdict/unmatched.ts";
import { anAlert, aReading, aResource, knowing, logSpecs, unreadable } from "../../support/builders.ts";

const ALERT = "TraceGatewayAllDataDropped";
const traces = aResource({ name: "checkout" });
const fluentBit = aResource({ kind: "LogPipeline", name: "logs", spec: logSpecs.fluentBit });
const namespaced: Profile = { ...kymaTelemetry, identify: { name: "pipeline_name", namespace: "ns", unlabelled: "none" } };

function unmatched(firing: readonly Alert[], { profile = kymaTelemetry, resources = [traces, fluentBit], unlisted = [] as string[] } = {}) {
  return findUnmatched([profile], { resources, known: knowing(aReading({ firing })) }, new Set(unlisted));
}

describe("what keeps an alert from being about a resource is", () => {
  const inShop = aResource({ name: "checkout", namespace: "shop" });
  const { kind } = kymaTelemetry.identify;
  const named = { pipeline_name: "checkout" };
  test.each<{ what: string; identify?: object; labels: object; obstacle: object }>([
    {
      what: "its kind",
      labels: { ...named, pipeline_type: "metric" },
      obstacle: { label: "pipeline_type", value: "metric", wanted: "tracepipeline" },
    },
    { what: "its name", labels: { pipeline_name: "x" }, obstacle: { label: "pipeline_name", value: "x", wanted: "checkout" } },
    { what: "that it has no name", labels: {}, obstacle: { label: "pipeline_name", wanted: "checkout" } },
    {
      what: "its namespace, where its kind fits",
      identify: { namespace: "ns" },
      labels: { ...named, pipeline_type: "TRACEPIPELINE", ns: "x" },
      obstacle: { label: "ns", value: "x", wanted: "shop" },
    },
    {
      what: "no label, where all of them fit",
      identify: { namespace: "ns" },
      labels: { ...named, pipeline_type: "tracePipeline", ns: "shop" },
      obstacle: {},
    },
    { what: "no label, where none says its namespace", labels: named, obstacle: {} },
  ])("$what", ({ identify, labels, obstacle }) => {
    const alert = anAlert(ALERT, { pipeline_name: undefined, ...labels });
    expect(obstacleTo({ name: "pipeline_name", kind, unlabelled: "none", ...identify }, alert, inShop)).toEqual(obstacle);
  });
});

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

  test("is told where one source of a pair alone names it, and the other cannot be read or is quiet", () => {
    const firing = aReading({ firing: [anAlert(ALERT, { pipeline_name: "zzz" })] });
    for (const other of [unreadable(), aReading()])
      for (const readings of [
        [firing, other],
        [other, firing],
      ])
        expect(findUnmatched([kymaTelemetry], { resources: [traces], known: knowing(...readings) }, new Set())).toHaveLength(1);
  });

  test("is not told with a resource of another kind, neither of its name nor of nearly its name", () => {
    for (const name of ["logs", "log"])
      expect(unmatched([anAlert(ALERT, { pipeline_name: name })], { resources: [fluentBit] })).toEqual([
        { alert: ALERT, label: "pipeline_name", value: name },
      ]);
  });

  test("without a name is told with its label alone", () => {
    const firing = [anAlert(ALERT, { pipeline_name: undefined })];
    expect(unmatched(firing, { profile: namespaced })).toEqual([{ alert: ALERT, label: "pipeline_name" }]);
  });

  test("of two kinds is told where both can be listed, with a resource of either", () => {
    const [row] = kymaTelemetry.flows.flatMap((flow) => ("rows" in flow ? flow.rows.filter(({ alert }) => alert === ALERT) : []));
    const flows = kymaTelemetry.flows.map((flow) =>
      row && "rows" in flow && flow.of.kind === "MetricPipeline" ? { ...flow, rows: [row] } : flow,
    );
    const profile = { ...kymaTelemetry, flows };
    const resources = [aResource({ kind: "MetricPipeline", name: "shops" })];
    const firing = [anAlert(ALERT, { pipeline_name: "shop" })];
    expect(unmatched(firing, { profile, resources })).toMatchObject([{ resource: { kind: "MetricPipeline", name: "shops" } }]);
    expect(unmatched(firing, { profile, resources, unlisted: ["MetricPipeline"] })).toEqual([]);
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
