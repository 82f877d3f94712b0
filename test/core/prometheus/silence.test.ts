import { describe, expect, test } from "vitest";
import { parseSilences, withSilences } from "../../../functions/core/prometheus/silence.ts";
import { anAlert, someAlerts } from "../../support/builders.ts";

const LOST = "TraceGatewayAllDataDropped";
const ours = anAlert(LOST);

/** An alert as an Alertmanager tells of it: active unless something is said. */
const known = (labels: Readonly<Record<string, string>> = {}, status: object = {}) => ({
  labels: { ...ours.labels, ...labels },
  annotations: {},
  status: { state: "active", silencedBy: [], inhibitedBy: [], ...status },
});
const silenced = { state: "suppressed", silencedBy: ["6b2a"] };
const inhibited = { state: "suppressed", inhibitedBy: ["f00d"] };

function marksOf(body: readonly object[], alerts = [ours], within: Readonly<Record<string, string>> = {}) {
  const { firing } = withSilences(someAlerts({ firing: alerts }), parseSilences(body), within);
  return [...firing.values()].flat().map(({ suppressed }) => suppressed);
}

describe("what becomes of an alert that the Alertmanager", () => {
  test.each<{ has: string; body: readonly object[]; is: "silenced" | "inhibited" | undefined }>([
    { has: "has silenced", body: [known({}, silenced)], is: "silenced" },
    { has: "inhibits", body: [known({}, inhibited)], is: "inhibited" },
    { has: "inhibits and has silenced", body: [known({}, { ...silenced, inhibitedBy: ["f00d"] })], is: "silenced" },
    { has: "sends on", body: [known()], is: undefined },
    { has: "has not looked at yet", body: [known({}, { state: "unprocessed" })], is: undefined },
    { has: "does not know", body: [], is: undefined },
    { has: "knows by another name only", body: [known({ alertname: "Other" }, silenced)], is: undefined },
    { has: "knows for another pipeline only", body: [known({ pipeline_name: "other" }, silenced)], is: undefined },
    { has: "knows with the external labels of its Prometheus", body: [known({ cluster: "eu", replica: "a" }, silenced)], is: "silenced" },
    {
      has: "knows twice, by labels that are not the alert's own, and sends on once",
      body: [known({ cluster: "eu" }, silenced), known({ cluster: "us" })],
      is: undefined,
    },
    { has: "knows twice, silenced both", body: [known({ cluster: "eu" }, silenced), known({ cluster: "us" }, silenced)], is: "silenced" },
    { has: "knows twice, silenced and inhibited", body: [known({ a: "1" }, silenced), known({ a: "2" }, inhibited)], is: "inhibited" },
  ])("$has: $is", ({ body, is }) => {
    expect(marksOf(body)).toEqual([is]);
  });

  test("knows with fewer labels than it has is not that alert", () => {
    expect(marksOf([known({}, silenced)], [anAlert(LOST, { receiver: "otlp" })])).toEqual([undefined]);
  });
});

describe("of an Alertmanager that serves several clusters, only what carries the labels counts", () => {
  test.each([
    { cluster: "eu", body: [known({ cluster: "eu" }, silenced), known({ cluster: "us" })], is: "silenced" },
    { cluster: "us", body: [known({ cluster: "eu" }, silenced), known({ cluster: "us" })], is: undefined },
    { cluster: "ap", body: [known({ cluster: "eu" }, silenced)], is: undefined },
  ])("in $cluster: $is", ({ cluster, body, is }) => {
    expect(marksOf(body, [ours], { cluster })).toEqual([is]);
  });
});

test("each alert is marked for itself, and what is pending is let be", () => {
  const other = anAlert(LOST, { pipeline_name: "other" });
  const alerts = someAlerts({ firing: [ours, other], pending: [ours] });
  expect(withSilences(alerts, parseSilences([known({}, silenced)]))).toEqual({
    ...alerts,
    firing: new Map([[LOST, [{ ...ours, suppressed: "silenced" }, other]]]),
  });
});

test("where nothing is suppressed, the alerts are the very same", () => {
  const alerts = someAlerts({ firing: [ours] });
  expect(withSilences(alerts, parseSilences([known()]))).toBe(alerts);
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
    const body = labels.map((own, index) => ({ ...known({}, index === 0 ? silenced : {}), labels: new Proxy(own, countReads) }));
    marksOf(
      body,
      labels.map(({ pipeline_name }) => anAlert(LOST, { pipeline_name })),
    );
    return reads;
  };
  expect(readsOf(2_000) / readsOf(1_000)).toBeLessThan(2.1);
});

test("an alert with the 65th set of label names counts as not suppressed", () => {
  const alerts = Array.from({ length: 65 }, (_, index) => anAlert(LOST, { [`label_${index}`]: "x" }));
  const marks = marksOf(
    alerts.map(({ labels }) => known(labels, silenced)),
    alerts,
  );
  expect([marks[63], marks[64]]).toEqual(["silenced", undefined]);
});

describe("an answer is malformed that", () => {
  test.each<[what: string, body: unknown, why: string]>([
    ["is that of a Prometheus", { status: "success", data: { alerts: [] } }, "is no list of alerts"],
    ["is nothing", null, "is no list of alerts"],
    ["holds something else", ["alert"], "holds an alert without labels or status"],
    ["holds an alert without labels", [{ status: silenced }], "holds an alert without labels or status"],
    ["holds an alert without a status", [{ labels: ours.labels }], "holds an alert without labels or status"],
    ["holds labels that are no text", [{ labels: { alertname: 1 }, status: silenced }], "holds an alert without labels or status"],
  ])("%s", (_, body, why) => {
    expect(() => parseSilences(body)).toThrow(
      expect.objectContaining({ code: "malformed", message: `the answer of the Alertmanager ${why}` }),
    );
  });
});
