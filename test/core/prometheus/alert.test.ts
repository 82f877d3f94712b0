import { describe, expect, test } from "vitest";
import { UpstreamError } from "../../../functions/core/errors.ts";
import { countAlerts, parseAlerts, splitByLabels } from "../../../functions/core/prometheus/alert.ts";
import { alertsBody, anAlert, someAlerts } from "../../support/builders.ts";

const alert = anAlert("TraceGatewayThrottling", { receiver: "otlp" });
const onWire = { labels: alert.labels, annotations: {}, state: "firing", activeAt: alert.activeAt, value: alert.value };
const firing = someAlerts({ firing: [alert] });
const nothing = someAlerts();

describe("what a source may say", () => {
  test.each([
    { dialect: "Prometheus with an alert", body: alertsBody({ firing: [alert] }), reading: firing },
    { dialect: "Prometheus with a pending one", body: alertsBody({ pending: [alert] }), reading: someAlerts({ pending: [alert] }) },
    { dialect: "Prometheus with none", body: alertsBody(), reading: nothing },
    { dialect: "Thanos Query with none", body: { status: "success", data: { alerts: null } }, reading: nothing },
    { dialect: "Thanos Ruler", body: { status: "success", data: { Alerts: [onWire] } }, reading: firing },
    { dialect: "Thanos Ruler with none", body: { status: "success", data: { Alerts: null } }, reading: nothing },
    {
      dialect: "Thanos, whose alerts carry a strategy",
      body: { status: "success", data: { alerts: [{ ...onWire, partialResponseStrategy: "WARN" }] } },
      reading: firing,
    },
    {
      dialect: "Amazon Managed Prometheus",
      body: { status: "success", data: { alerts: [onWire] }, errorType: "", error: "" },
      reading: firing,
    },
    { dialect: "null warnings", body: { ...alertsBody(), warnings: null }, reading: nothing },
    { dialect: "empty warnings", body: { ...alertsBody(), warnings: [] }, reading: nothing },
    { dialect: "warnings", body: { ...alertsBody(), warnings: ["a", "b"] }, reading: someAlerts({ warnings: ["a", "b"] }) },
    { dialect: "a warning that is no list", body: { ...alertsBody(), warnings: "a" }, reading: someAlerts({ warnings: ["a"] }) },
    {
      dialect: "an alert with neither annotations nor times",
      body: { status: "success", data: { alerts: [{ labels: alert.labels, state: "firing" }] } },
      reading: someAlerts({ firing: [{ ...alert, activeAt: undefined, value: undefined }] }),
    },
  ])("$dialect", ({ body, reading }) => {
    expect(parseAlerts(body)).toEqual(reading);
  });

  test("an infinite value stays the text that it is", () => {
    const infinite = anAlert("X", {}, { value: "+Inf" });
    expect(parseAlerts(alertsBody({ firing: [infinite] }))).toEqual(someAlerts({ firing: [infinite] }));
  });

  test("alerts of one name stay together, firing ones apart from pending ones", () => {
    const said = {
      firing: [anAlert("X", { pipeline_name: "one" }), anAlert("X", { pipeline_name: "two" })],
      pending: [anAlert("X", { pipeline_name: "three" })],
    };
    expect(parseAlerts(alertsBody(said))).toEqual(someAlerts(said));
  });

  test("a warning is shown without what a terminal would obey", () => {
    const reading = parseAlerts({ ...alertsBody(), warnings: ["red\u001b[31m\nalert", { toString: "not text", valueOf: 1 }] });
    expect(reading).toMatchObject({ warnings: ["red [31m alert", "not a text"] });
  });

  test("of many warnings, ten are told and the others counted", () => {
    const { warnings } = parseAlerts({ ...alertsBody(), warnings: Array.from({ length: 500_000 }, (_, index) => `w${index}`) });
    expect(warnings).toEqual([...Array.from({ length: 10 }, (_, index) => `w${index}`), "499990 more"]);
  });
});

describe("what is no answer of the Alerts API is never taken for no alerts", () => {
  const holding = (item: unknown) => ({ status: "success", data: { alerts: [onWire, item] } });
  test.each([
    { what: "nothing", body: undefined },
    { what: "null", body: null },
    { what: "a number", body: 0 },
    { what: "an empty text", body: "" },
    { what: "a list", body: [] },
    { what: "a list of alerts", body: [onWire] },
    { what: "an empty object", body: {} },
    { what: "Mimir's Alertmanager configuration, YAML as one text", body: "template_files: {}\nalertmanager_config: |\n  route: {}\n" },
    { what: "an error with HTTP 200", body: { status: "error", errorType: "bad_data", error: "no" } },
    { what: "an error that carries a list", body: { status: "error", data: { alerts: [] } } },
    { what: "no status", body: { data: { alerts: [] } } },
    { what: "another status", body: { status: "SUCCESS", data: { alerts: [] } } },
    { what: "success without data", body: { status: "success" } },
    { what: "null data", body: { status: "success", data: null } },
    { what: "data that is a list", body: { status: "success", data: [] } },
    { what: "data that is text", body: { status: "success", data: "alerts" } },
    { what: "data without a list", body: { status: "success", data: {} } },
    { what: "the rules instead", body: { status: "success", data: { groups: [] } } },
    { what: "Alertmanager's own API", body: { status: "success", data: [onWire] } },
    { what: "alerts by name", body: { status: "success", data: { alerts: { X: onWire } } } },
    { what: "alerts that are text", body: { status: "success", data: { alerts: "none" } } },
    { what: "alerts that are false", body: { status: "success", data: { alerts: false } } },
    { what: "alerts that are 0", body: { status: "success", data: { Alerts: 0 } } },
    { what: "an alert that is null", body: holding(null) },
    { what: "an alert that is text", body: holding("firing") },
    { what: "an alert that is a list", body: holding([onWire]) },
    { what: "an alert without labels", body: holding({ state: "firing" }) },
    { what: "labels that are a list", body: holding({ ...onWire, labels: ["alertname"] }) },
    { what: "a label that is a number", body: holding({ ...onWire, labels: { alertname: "X", code: 500 } }) },
    { what: "a label that is null", body: holding({ ...onWire, labels: { alertname: "X", code: null } }) },
    { what: "no alertname", body: holding({ ...onWire, labels: { pipeline_name: "backend" } }) },
    { what: "no state", body: holding({ labels: alert.labels }) },
    { what: "an unknown state", body: holding({ ...onWire, state: "inactive" }) },
    { what: "a state in other case", body: holding({ ...onWire, state: "Firing" }) },
    { what: "Alertmanager's state", body: holding({ ...onWire, state: { status: "active" } }) },
  ])("$what", ({ body }) => {
    expect(failure(body)).toMatchObject({ code: "malformed", message: expect.stringMatching(/^the answer of the Alerts API holds /) });
  });

  test("the message names what was there, never what it said", () => {
    expect(failure({ status: "success", data: { alerts: [{ labels: { token: "canary" } }] } }).message).not.toContain("canary");
    expect(failure("canary").message).not.toContain("canary");
  });
});

describe("a source that many clusters share", () => {
  const eu = anAlert("X", { cluster: "eu", region: "1" });
  const us = anAlert("X", { cluster: "us", region: "1" });
  const lost = anAlert("X", { cluster: undefined });
  const reading = someAlerts({ firing: [eu, us, lost], pending: [eu], warnings: ["partial"] });

  test("gives each one the alerts that carry its labels", () => {
    const split = splitByLabels(reading, ["cluster"]);
    const warnings = ["partial"];
    expect(split(["eu"])).toEqual({ firing: new Map([["X", [eu]]]), pending: new Map([["X", [eu]]]), warnings });
    expect(split(["us"])).toEqual({ firing: new Map([["X", [us]]]), pending: new Map(), warnings });
    expect(split(["nobody"])).toEqual({ firing: new Map(), pending: new Map(), warnings });
  });

  test("wants all the labels", () => {
    const split = splitByLabels(reading, ["cluster", "region"]);
    expect(split(["eu", "1"])).toMatchObject({ firing: new Map([["X", [eu]]]) });
    expect(split(["eu", "2"])).toMatchObject({ firing: new Map() });
  });

  test("however many of them there are", () => {
    const split = splitByLabels(someAlerts({ firing: Array.from({ length: 200_000 }, () => eu) }), ["cluster"]);
    expect(split(["eu"]).firing.get("X")).toHaveLength(200_000);
  });

  test("does not take one label's value for another's", () => {
    const tricky = anAlert("X", { a: 'x","y', b: "z" });
    const split = splitByLabels(someAlerts({ firing: [tricky] }), ["a", "b"]);
    expect(split(["x", 'y","z']).firing.size).toBe(0);
    expect(split(['x","y', "z"]).firing.size).toBe(1);
  });
});

describe("alerts of several sources", () => {
  const one = anAlert("X", { pipeline_name: "one" });
  const two = anAlert("X", { pipeline_name: "two" });
  const other = anAlert("Y", { pipeline_name: "one" });
  const swapped = { ...one, labels: Object.fromEntries(Object.entries(one.labels).reverse()) };
  test.each([
    { what: "none of no source", lists: [], count: 0 },
    { what: "all of a single one", lists: [[one, two, other]], count: 3 },
    { what: "those of one source as often as it names them", lists: [[one, one]], count: 2 },
    {
      what: "what both of a pair name once",
      lists: [
        [one, two],
        [two, one],
      ],
      count: 2,
    },
    { what: "once, in whatever order the labels stand", lists: [[one], [swapped]], count: 1 },
    { what: "once, whenever and with whatever value it began", lists: [[one], [{ ...one, activeAt: "later", value: "2" }]], count: 1 },
    { what: "what only one of them names", lists: [[one], [two, other]], count: 3 },
  ])("count $what", ({ lists, count }) => {
    expect(countAlerts(lists.map((firing) => someAlerts({ firing }).firing))).toBe(count);
  });
});

function failure(body: unknown): UpstreamError {
  try {
    parseAlerts(body);
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
  throw new Error("the body was taken for an answer");
}
