import { describe, expect, test } from "vitest";
import { ConfigError } from "../../functions/core/errors.ts";
import { parseDirectRequest, parseReconcileRequest, parseTick } from "../../functions/core/request.ts";
import { aMessage } from "../support/queue-messages.ts";

test.each([{ payload: {} }, { payload: { clusters: ["a", "b"] } }, { payload: { selector: "region=eu", dryRun: true } }])(
  "a person may ask for $payload",
  ({ payload }) => {
    expect(parseDirectRequest(payload)).toEqual(payload);
  },
);

test.each([undefined, null])("%s is the whole fleet", (payload) => {
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
])("$payload is refused, and the message names $names", ({ payload, names }) => {
  expect(() => parseDirectRequest(payload)).toThrow(ConfigError);
  expect(() => parseDirectRequest(payload)).toThrow(names);
});

describe("a queue message", () => {
  test("asks for clusters by name", () => {
    const { body } = aMessage({ clusters: ["eu", "us"], cause: "push", at: "2026-06-01T00:00:00.250Z" });
    expect(parseReconcileRequest(body)).toEqual({ clusters: ["eu", "us"], cause: "push", atMs: Date.UTC(2026, 5, 1, 0, 0, 0, 250) });
  });

  test("may come from another system of the account", () => {
    expect(parseReconcileRequest(aMessage({ cause: "manual" }, { source: "release-pipeline" }).body)).toMatchObject({ cause: "manual" });
    expect(parseReconcileRequest(aMessage({ cause: "schedule" }, { source: "release-pipeline" }).body)).toMatchObject({ cause: "manual" });
  });

  test.each([
    { what: "is no JSON", body: "reconcile, please", told: "(top level)" },
    { what: "is empty", body: "", told: "(top level)" },
    { what: "is a list", body: "[]", told: "(top level)" },
    { what: "names no cluster: never the whole fleet", body: aMessage({ clusters: [] }).body, told: "detail.clusters: at least one" },
    { what: "has no clusters", body: aMessage({ clusters: undefined }).body, told: "detail.clusters" },
    {
      what: "names something that no fleet can hold",
      body: aMessage({ clusters: ["https://evil.example"] }).body,
      told: "detail.clusters[0]",
    },
    { what: "carries an address", body: aMessage({ server: "https://evil.example" }).body, told: "there is no field server" },
    { what: "has another cause", body: aMessage({ cause: "boredom" }).body, told: "detail.cause" },
    { what: "does not say when", body: aMessage({ at: undefined }).body, told: "detail.at: a time is expected" },
    { what: "says when in other words", body: aMessage({ at: "yesterday" }).body, told: "detail.at: a time is expected" },
    { what: "has another detail type", body: aMessage({}, { "detail-type": "Condition Changed" }).body, told: "detail-type" },
    { what: "has no detail", body: aMessage({}, { detail: undefined }).body, told: "detail" },
    { what: "is a payload of a person", body: JSON.stringify({ clusters: ["eu"] }), told: "detail-type" },
  ])("that $what is malformed", ({ body, told }) => {
    expect(parseReconcileRequest(body)).toEqual({ malformed: expect.stringContaining(told) });
  });

  test("that is malformed in many ways is told of in few words, none of them its own", () => {
    const { body } = aMessage({ clusters: Array.from({ length: 10_000 }, () => "Canary Hunter2") });
    const told = JSON.stringify(parseReconcileRequest(body));
    expect(told.length).toBeLessThan(1_000);
    expect(told).not.toMatch(/canary/i);
  });
});

describe("a tick", () => {
  test("says when the scheduler meant it to be", () => {
    expect(parseTick({ time: "2026-06-01T00:00:00Z" })).toBe(Date.UTC(2026, 5, 1));
  });

  test.each([{}, undefined, null, { cluster: "eu" }, { time: "<aws.scheduler.scheduled-time>" }, { time: "" }, { time: 7 }])(
    "is dispatched also where nobody says when it was meant to be: %j",
    (payload) => {
      expect(parseTick(payload)).toBeUndefined();
    },
  );
});
