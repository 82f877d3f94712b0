// Holds the parser of the Alerts API to every dialect, and to refusing any other body.

import { describe, expect, test } from "vitest";
import { UpstreamError } from "../../../functions/core/errors.ts";
import { countAlerts, type OddEntry, parseAlerts, splitByLabels } from "../../../functions/core/prometheus/alert.ts";
import { alertsBody, anAlert, someAlerts } from "../../support/builders.ts";

const alert = anAlert("TraceGatewayThrottling", { receiver: "otlp" });
const onWire = { labels: alert.labels, annotations: {}, state: "firing", activeAt: alert.activeAt, value: alert.value };
const firing = someAlerts({ firing: [alert] });
const nothing = someAlerts();

describe("parseAlerts reads", () => {
  test.each([
    { dialect: "Prometheus with an alert", body: alertsBody({ firing: [alert] }), reading: firing },
    { dialect: "Prometheus with a pending alert", body: alertsBody({ pending: [alert] }), reading: someAlerts({ pending: [alert] }) },
    { dialect: "Prometheus without alerts", body: alertsBody(), reading: nothing },
    { dialect: "Thanos Query without alerts", body: { status: "success", data: { alerts: null } }, reading: nothing },
    { dialect: "Thanos Ruler", body: { status: "success", data: { Alerts: [onWire] } }, reading: firing },
    { dialect: "Thanos Ruler without alerts", body: { status: "success", data: { Alerts: null } }, reading: nothing },
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

  test("an infinite value as the string that it is", () => {
    const infinite = anAlert("X", {}, { value: "+Inf" });
    expect(parseAlerts(alertsBody({ firing: [infinite] }))).toEqual(someAlerts({ firing: [infinite] }));
  });

  test("alerts of one name together, firing apart from pending ones", () => {
    const alerts = {
      firing: [anAlert("X", { pipeline_name: "one" }), anAlert("X", { pipeline_name: "two" })],
      pending: [anAlert("X", { pipeline_name: "three" })],
    };
    expect(parseAlerts(alertsBody(alerts))).toEqual(someAlerts(alerts));
  });

  test("a warning without its control characters", () => {
    const reading = parseAlerts({ ...alertsBody(), warnings: ["red\u001b[31m\nalert", { toString: "not text", valueOf: 1 }] });
    expect(reading).toMatchObject({ warnings: ["red [31m alert", "not a string"] });
  });

  test("ten of many warnings, and counts the others", () => {
    const { warnings } = parseAlerts({ ...alertsBody(), warnings: Array.from({ length: 500_000 }, (_, index) => `w${index}`) });
    expect(warnings).toEqual([...Array.from({ length: 10 }, (_, index) => `w${index}`), "499990 more"]);
  });
});

describe("parseAlerts does not take for no alerts", () => {
  test.each([
    { what: "undefined", body: undefined },
    { what: "null", body: null },
    { what: "a number", body: 0 },
    { what: "an empty string", body: "" },
    { what: "a list", body: [] },
    { what: "a list of alerts", body: [onWire] },
    { what: "an empty object", body: {} },
    { what: "Mimir's Alertmanager configuration, in YAML", body: "template_files: {}\nalertmanager_config: |\n  route: {}\n" },
    { what: "an error with HTTP 200", body: { status: "error", errorType: "bad_data", error: "no" } },
    { what: "an error that carries a list", body: { status: "error", data: { alerts: [] } } },
    { what: "no status", body: { data: { alerts: [] } } },
    { what: "another status", body: { status: "SUCCESS", data: { alerts: [] } } },
    { what: "success without data", body: { status: "success" } },
    { what: "null data", body: { status: "success", data: null } },
    { what: "data that is a list", body: { status: "success", data: [] } },
    { what: "data that is a string", body: { status: "success", data: "alerts" } },
    { what: "data without a list", body: { status: "success", data: {} } },
    { what: "an answer of the rules API", body: { status: "success", data: { groups: [] } } },
    { what: "an answer of the Alertmanager API", body: { status: "success", data: [onWire] } },
    { what: "alerts as a map", body: { status: "success", data: { alerts: { X: onWire } } } },
    { what: "alerts that are a string", body: { status: "success", data: { alerts: "none" } } },
    { what: "alerts that are false", body: { status: "success", data: { alerts: false } } },
    { what: "alerts that are 0", body: { status: "success", data: { Alerts: 0 } } },
  ])("$what", ({ body }) => {
    expect(failure(body)).toMatchObject({ code: "malformed", message: expect.stringMatching(/^the answer of the Alerts API holds /) });
  });

  test.each([
    { body: null, shape: "no list of alerts: null" },
    { body: [], shape: "no list of alerts: a list" },
    { body: "canary", shape: "no list of alerts: a string" },
    { body: 7, shape: "no list of alerts: a number" },
    { body: {}, shape: "no list of alerts: an object with no keys" },
    { body: { status: "error", error: "canary" }, shape: "no list of alerts: an object with status, error" },
  ])("and the message names the shape: $shape", ({ body, shape }) => {
    expect(failure(body).message).toBe(`the answer of the Alerts API holds ${shape}`);
  });

  test("and its message names the shape of the body, never the content", () => {
    expect(failure({ status: "success", data: { groups: [{ labels: { token: "canary" } }] } }).message).not.toContain("canary");
    expect(failure("canary").message).not.toContain("canary");
  });
});

describe("one odd entry hides nothing: parseAlerts keeps the others, and tells of", () => {
  const holding = (...items: readonly unknown[]) => ({ status: "success", data: { alerts: [...items, onWire] } });
  const { labels } = alert;
  const named = { name: alert.name, labels };
  test.each<{ what: string; item: unknown; odd: OddEntry }>([
    { what: "an alert that is null", item: null, odd: {} },
    { what: "an alert that is a string", item: "firing", odd: {} },
    { what: "an alert that is a list", item: [onWire], odd: {} },
    { what: "an alert without labels", item: { state: "firing" }, odd: {} },
    { what: "labels that are a list", item: { ...onWire, labels: ["alertname"] }, odd: {} },
    { what: "no alertname", item: { ...onWire, labels: { a: "b", c: 1 } }, odd: { labels: { a: "b" } } },
    { what: "a name that is no text", item: { ...onWire, labels: { alertname: 7 } }, odd: { labels: {} } },
    { what: "a label that is a number", item: { ...onWire, labels: { ...labels, code: 500 } }, odd: { ...named, isMutilated: true } },
    { what: "a label that is null", item: { ...onWire, labels: { ...labels, code: null } }, odd: { ...named, isMutilated: true } },
    { what: "no state", item: { labels }, odd: { ...named, state: "of type undefined" } },
    { what: "the state inactive", item: { ...onWire, state: "inactive" }, odd: { ...named, state: "inactive" } },
    { what: "Grafana's state", item: { ...onWire, state: "Normal (NoData)" }, odd: { ...named, state: "Normal (NoData)" } },
    { what: "a state in other case", item: { ...onWire, state: "Firing" }, odd: { ...named, state: "Firing" } },
    { what: "a state of forty characters", item: { ...onWire, state: "x".repeat(40) }, odd: { ...named, state: "x".repeat(40) } },
    {
      what: "a longer state, but not in its words",
      item: { ...onWire, state: "x".repeat(41) },
      odd: { ...named, state: "of type string" },
    },
    { what: "Alertmanager's state", item: { ...onWire, state: { status: "active" } }, odd: { ...named, state: "of type object" } },
  ])("$what", ({ item, odd }) => {
    expect(parseAlerts(holding(item))).toEqual({ ...firing, odd: [odd] });
  });

  test.each([51, 100_000])("fifty of %i such entries, and of all further ones as one that may be about any alert", (count) => {
    const { odd } = parseAlerts(holding(...Array.from({ length: count }, () => ({ ...onWire, state: "Normal" }))));
    expect(odd).toHaveLength(51);
    expect(odd.at(-1)).toEqual({});
  });
});

describe("parseAlerts keeps the names that it is asked for, and", () => {
  const foreign = [
    { ...onWire, labels: { alertname: "Foreign" } },
    { labels: { alertname: "Foreign", code: 500 }, state: "odd" },
  ];
  const body = (...items: readonly unknown[]) => ({ status: "success", data: { alerts: items } });

  test("counts the others, odd ones too", () => {
    expect(parseAlerts(body(...foreign, onWire), new Set([alert.name]))).toEqual({ ...firing, others: 2 });
  });

  test("keeps an odd entry without a name", () => {
    expect(parseAlerts(body(null), new Set([alert.name])).odd).toEqual([{}]);
  });
});

describe("an odd entry of a source that clusters share", () => {
  const split = (odd: OddEntry) => splitByLabels(someAlerts({ odd: [odd] }), ["cluster"]);
  test.each<{ what: string; odd: OddEntry; eu: number; us: number }>([
    { what: "with a cluster's label is about that one", odd: { name: "X", labels: { cluster: "eu" }, state: "?" }, eu: 1, us: 0 },
    { what: "without the label is about none", odd: { name: "X", labels: {}, state: "?" }, eu: 0, us: 0 },
    { what: "whose label is no text may be about each", odd: { name: "X", labels: {}, isMutilated: true }, eu: 1, us: 1 },
    {
      what: "with another label that is no text is about its own",
      odd: { name: "X", labels: { cluster: "eu" }, isMutilated: true },
      eu: 1,
      us: 0,
    },
    { what: "without labels may be about each", odd: {}, eu: 1, us: 1 },
  ])("$what", ({ odd, eu, us }) => {
    expect([split(odd)(["eu"]).odd.length, split(odd)(["us"]).odd.length]).toEqual([eu, us]);
  });
});

test("an odd entry of a source that clusters share is about one only where all of its labels fit", () => {
  const split = splitByLabels(someAlerts({ odd: [{ labels: { cluster: "eu", region: "1" } }] }), ["cluster", "region"]);
  expect([split(["eu", "1"]).odd.length, split(["eu", "2"]).odd.length]).toEqual([1, 0]);
});

describe("splitByLabels", () => {
  const eu = anAlert("X", { cluster: "eu", region: "1" });
  const us = anAlert("X", { cluster: "us", region: "1" });
  const lost = anAlert("X", { cluster: undefined });
  const reading = someAlerts({ firing: [eu, us, lost], pending: [eu], warnings: ["partial"] });

  test("gives each cluster the alerts with its labels", () => {
    const split = splitByLabels(reading, ["cluster"]);
    const warnings = ["partial"];
    expect(split(["eu"])).toEqual(someAlerts({ firing: [eu], pending: [eu], warnings }));
    expect(split(["us"])).toEqual(someAlerts({ firing: [us], warnings }));
    expect(split(["ap"])).toEqual(someAlerts({ warnings }));
  });

  test("requires all labels", () => {
    const split = splitByLabels(reading, ["cluster", "region"]);
    expect(split(["eu", "1"])).toMatchObject({ firing: new Map([["X", [eu]]]) });
    expect(split(["eu", "2"])).toMatchObject({ firing: new Map() });
  });

  test("splits any number of alerts", () => {
    const split = splitByLabels(someAlerts({ firing: Array.from({ length: 200_000 }, () => eu) }), ["cluster"]);
    expect(split(["eu"]).firing.get("X")).toHaveLength(200_000);
  });

  test("does not confuse the values of two labels", () => {
    const tricky = anAlert("X", { a: 'x","y', b: "z" });
    const split = splitByLabels(someAlerts({ firing: [tricky] }), ["a", "b"]);
    expect(split(["x", 'y","z']).firing.size).toBe(0);
    expect(split(['x","y', "z"]).firing.size).toBe(1);
  });
});

describe("countAlerts", () => {
  const one = anAlert("X", { pipeline_name: "one" });
  const two = anAlert("X", { pipeline_name: "two" });
  const other = anAlert("Y", { pipeline_name: "one" });
  const swapped = { ...one, labels: Object.fromEntries(Object.entries(one.labels).reverse()) };
  test.each([
    { what: "none without sources", lists: [], count: 0 },
    { what: "all of a single source", lists: [[one, two, other]], count: 3 },
    { what: "a repeated alert of a single source twice", lists: [[one, one]], count: 2 },
    {
      what: "an alert of both sources once",
      lists: [
        [one, two],
        [two, one],
      ],
      count: 2,
    },
    { what: "an alert of both sources once, in any order of its labels", lists: [[one], [swapped]], count: 1 },
    {
      what: "an alert of both sources once, with any start and value",
      lists: [[one], [{ ...one, activeAt: "later", value: "2" }]],
      count: 1,
    },
    { what: "an alert of one source beside those of the other", lists: [[one], [two, other]], count: 3 },
  ])("counts $what", ({ lists, count }) => {
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
  throw new Error("parseAlerts accepts the body");
}
