// Holds silences to alerts that surely match, and their cost to linear growth.

import { describe, expect, test } from "vitest";
import { parseSilences, withSilences } from "../../../functions/core/prometheus/silence.ts";
import { anAlert, someAlerts } from "../../support/builders.ts";

const LOST = "TraceGatewayAllDataDropped";
const alert = anAlert(LOST);

/** An alert of the Alertmanager API, active by default. */
const anEntry = (labels: Readonly<Record<string, string>> = {}, status: object = {}) => ({
  labels: { ...alert.labels, ...labels },
  annotations: {},
  status: { state: "active", silencedBy: [], inhibitedBy: [], ...status },
});
const silenced = { state: "suppressed", silencedBy: ["6b2a"] };
const inhibited = { state: "suppressed", inhibitedBy: ["f00d"] };

function marksOf(body: readonly object[], alerts = [alert], within: Readonly<Record<string, string>> = {}) {
  const { firing } = withSilences(someAlerts({ firing: alerts }), parseSilences(body), within);
  return [...firing.values()].flat().map(({ suppressed }) => suppressed);
}

describe("an alert that the Alertmanager", () => {
  test.each<{ has: string; body: readonly object[]; is: "silenced" | "inhibited" | undefined }>([
    { has: "has silenced", body: [anEntry({}, silenced)], is: "silenced" },
    { has: "inhibits", body: [anEntry({}, inhibited)], is: "inhibited" },
    { has: "inhibits and has silenced", body: [anEntry({}, { ...silenced, inhibitedBy: ["f00d"] })], is: "silenced" },
    { has: "notifies about", body: [anEntry()], is: undefined },
    { has: "has not processed yet", body: [anEntry({}, { state: "unprocessed" })], is: undefined },
    { has: "does not have", body: [], is: undefined },
    { has: "has under another name only", body: [anEntry({ alertname: "Other" }, silenced)], is: undefined },
    { has: "has for another pipeline only", body: [anEntry({ pipeline_name: "other" }, silenced)], is: undefined },
    { has: "has without one of its labels", body: [{ ...anEntry({}, silenced), labels: { alertname: LOST } }], is: undefined },
    { has: "has with external labels of its Prometheus", body: [anEntry({ cluster: "eu", replica: "a" }, silenced)], is: "silenced" },
    {
      has: "has twice under external labels, only once silenced,",
      body: [anEntry({ cluster: "eu" }, silenced), anEntry({ cluster: "us" })],
      is: undefined,
    },
    {
      has: "has twice under external labels, only the second silenced,",
      body: [anEntry({ cluster: "us" }), anEntry({ cluster: "eu" }, silenced)],
      is: undefined,
    },
    {
      has: "has twice, both silenced,",
      body: [anEntry({ cluster: "eu" }, silenced), anEntry({ cluster: "us" }, silenced)],
      is: "silenced",
    },
    { has: "has twice, silenced and inhibited,", body: [anEntry({ a: "1" }, silenced), anEntry({ a: "2" }, inhibited)], is: "inhibited" },
  ])("$has is marked $is", ({ body, is }) => {
    expect(marksOf(body)).toEqual([is]);
  });

  test("has with fewer labels than its own is not marked", () => {
    expect(marksOf([anEntry({}, silenced)], [anAlert(LOST, { receiver: "otlp" })])).toEqual([undefined]);
  });
});

describe("an Alertmanager that serves several clusters marks only alerts with the labels of the cluster", () => {
  test.each([
    { cluster: "eu", body: [anEntry({ cluster: "eu" }, silenced), anEntry({ cluster: "us" })], is: "silenced" },
    { cluster: "us", body: [anEntry({ cluster: "eu" }, silenced), anEntry({ cluster: "us" })], is: undefined },
    { cluster: "ap", body: [anEntry({ cluster: "eu" }, silenced)], is: undefined },
  ])("in $cluster: $is", ({ cluster, body, is }) => {
    expect(marksOf(body, [alert], { cluster })).toEqual([is]);
  });
});

test("each firing alert is marked for itself, and pending ones are not", () => {
  const other = anAlert(LOST, { pipeline_name: "other" });
  const alerts = someAlerts({ firing: [alert, other], pending: [alert] });
  expect(withSilences(alerts, parseSilences([anEntry({}, silenced)]))).toEqual({
    ...alerts,
    firing: new Map([[LOST, [{ ...alert, suppressed: "silenced" }, other]]]),
  });
});

test("without a suppressed alert, withSilences returns the very same alerts", () => {
  const alerts = someAlerts({ firing: [alert] });
  expect(withSilences(alerts, parseSilences([anEntry()]))).toBe(alerts);
});

test("twice the alerts of both sides cost twice the work", () => {
  const readsOf = (count: number) => {
    let reads = 0;
    const countReads = {
      get(labels: Readonly<Record<string, string>>, name: string) {
        reads++;
        return labels[name];
      },
    };
    const labels = Array.from({ length: count }, (_, index) => ({ alertname: LOST, pipeline_name: `p${index}` }));
    const body = labels.map((own, index) => ({ ...anEntry({}, index === 0 ? silenced : {}), labels: new Proxy(own, countReads) }));
    marksOf(
      body,
      labels.map(({ pipeline_name }) => anAlert(LOST, { pipeline_name })),
    );
    return reads;
  };
  expect(readsOf(2_000) / readsOf(1_000)).toBeLessThan(2.1);
});

test("an alert with the 65th set of label names is not marked", () => {
  const alerts = Array.from({ length: 65 }, (_, index) => anAlert(LOST, { [`label_${index}`]: "x" }));
  const marks = marksOf(
    alerts.map(({ labels }) => anEntry(labels, silenced)),
    alerts,
  );
  expect([marks[63], marks[64]]).toEqual(["silenced", undefined]);
});

describe("an answer of the Alertmanager is malformed where it", () => {
  test.each<[what: string, body: unknown, why: string]>([
    ["is that of a Prometheus", { status: "success", data: { alerts: [] } }, "is no list of alerts"],
    ["is null", null, "is no list of alerts"],
    ["holds a string", ["alert"], "holds an alert without labels or status"],
    ["holds an alert without labels", [{ status: silenced }], "holds an alert without labels or status"],
    ["holds an alert without a status", [{ labels: alert.labels }], "holds an alert without labels or status"],
    ["holds a label that is not a string", [{ labels: { alertname: 1 }, status: silenced }], "holds an alert without labels or status"],
  ])("%s", (_, body, why) => {
    expect(() => parseSilences(body)).toThrow(
      expect.objectContaining({ code: "malformed", message: `the answer of the Alertmanager ${why}` }),
    );
  });
});

test.each([
  { cluster: "eu", is: "silenced" },
  { cluster: "us", is: undefined },
])("an alert of $cluster that is asked for within eu, where it is silenced, is $is", ({ cluster, is }) => {
  const labelled = { ...alert, labels: { ...alert.labels, cluster } };
  expect(marksOf([anEntry({ cluster: "eu" }, silenced)], [labelled], { cluster: "eu" })).toEqual([is]);
});
