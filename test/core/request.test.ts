// Holds requests to clusters by name, so that no message can name an address or mean the whole fleet.

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../functions/core/errors.ts";
import { parseDirectRequest, parseReconcileRequest, parseTick } from "../../functions/core/request.ts";
import { aMessage } from "../support/queue-messages.ts";

test.each([{ payload: {} }, { payload: { clusters: ["a", "b"] } }, { payload: { selector: "region=eu", dryRun: true } }])(
  "a direct request may be $payload",
  ({ payload }) => {
    expect(parseDirectRequest(payload)).toEqual(payload);
  },
);

test.each([undefined, null])("a direct request of %s means the whole fleet", (payload) => {
  expect(parseDirectRequest(payload)).toEqual({});
});

test.each([
  { payload: "prod", names: "(top level)" },
  { payload: [], names: "(top level)" },
  { payload: { cluster: "prod" }, names: "there is no field cluster" },
  { payload: { clusters: "prod" }, names: "clusters" },
  { payload: { clusters: [7] }, names: "clusters[0]" },
  { payload: { selector: { region: "eu" } }, names: "selector" },
  { payload: { dryRun: "false" }, names: "dryRun" },
  { payload: { Records: [] }, names: "there is no field Records" },
])("a direct request of $payload is refused with a message that names $names", ({ payload, names }) => {
  expect(() => parseDirectRequest(payload)).toThrow(ConfigError);
  expect(() => parseDirectRequest(payload)).toThrow(names);
});

test("a queue message with many errors is told of five, on one line", () => {
  const parsed = parseReconcileRequest(aMessage({ clusters: Array(9).fill(7) }).body);
  expect(parsed).toEqual({ malformed: [0, 1, 2, 3, 4].map((at) => `detail.clusters[${at}]: text is expected, not a number`).join("; ") });
});

test("a direct request with several errors has a line for each", () => {
  expect(() => parseDirectRequest({ clusters: 1, dryRun: 2 })).toThrow(
    "is expected:\nclusters: a list is expected, not a number\ndryRun: true or false is expected, not a number",
  );
});

describe("a queue message", () => {
  test("names the clusters to reconcile", () => {
    const { body } = aMessage({ clusters: ["eu", "us"], cause: "push", at: "2026-06-01T00:00:00.250Z" });
    expect(parseReconcileRequest(body)).toEqual({ clusters: ["eu", "us"], cause: "push", atMs: Date.UTC(2026, 5, 1, 0, 0, 0, 250) });
  });

  test("of another system in the account counts as manual", () => {
    expect(parseReconcileRequest(aMessage({ cause: "manual" }, { source: "release-pipeline" }).body)).toMatchObject({ cause: "manual" });
    expect(parseReconcileRequest(aMessage({ cause: "schedule" }, { source: "release-pipeline" }).body)).toMatchObject({ cause: "manual" });
  });

  test.each([
    { what: "is not JSON", body: "reconcile, please", message: "(top level)" },
    { what: "is empty", body: "", message: "(top level)" },
    { what: "is a list", body: "[]", message: "(top level)" },
    { what: "names no cluster: never the whole fleet", body: aMessage({ clusters: [] }).body, message: "detail.clusters: at least one" },
    { what: "has no clusters", body: aMessage({ clusters: undefined }).body, message: "detail.clusters" },
    {
      what: "names something that is no cluster name",
      body: aMessage({ clusters: ["https://evil.example"] }).body,
      message: "detail.clusters[0]",
    },
    { what: "carries an address", body: aMessage({ server: "https://evil.example" }).body, message: "there is no field server" },
    { what: "has another cause", body: aMessage({ cause: "boredom" }).body, message: "detail.cause" },
    { what: "has no time", body: aMessage({ at: undefined }).body, message: "detail.at: an RFC 3339 time is expected" },
    { what: "has a time in another format", body: aMessage({ at: "yesterday" }).body, message: "detail.at: an RFC 3339 time is expected" },
    { what: "has another detail type", body: aMessage({}, { "detail-type": "Condition Changed" }).body, message: "detail-type" },
    { what: "has no detail", body: aMessage({}, { detail: undefined }).body, message: "detail" },
    { what: "is a direct request", body: JSON.stringify({ clusters: ["eu"] }), message: "detail-type" },
  ])("that $what is malformed", ({ body, message }) => {
    expect(parseReconcileRequest(body)).toEqual({ malformed: expect.stringContaining(message) });
  });

  test("with many errors yields a short message that repeats none of it", () => {
    const { body } = aMessage({ clusters: Array.from({ length: 10_000 }, () => "Canary Hunter2") });
    const message = JSON.stringify(parseReconcileRequest(body));
    expect(message.length).toBeLessThan(1_000);
    expect(message).not.toMatch(/canary/i);
  });
});

describe("a tick", () => {
  test("carries its scheduled time", () => {
    expect(parseTick({ time: "2026-06-01T00:00:00Z" })).toBe(Date.UTC(2026, 5, 1));
  });

  test.each([{}, undefined, null, { cluster: "eu" }, { time: "<aws.scheduler.scheduled-time>" }, { time: "" }, { time: 7 }])(
    "without a scheduled time is accepted: %j",
    (payload) => {
      expect(parseTick(payload)).toBeUndefined();
    },
  );
});
