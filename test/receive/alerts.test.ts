// Holds the parsers of pushes to what Prometheus and Alertmanager send, and to their bounds.

import { describe, expect, test } from "vitest";
import { type Push, parsePostedAlerts, parseWebhook } from "../../functions/receive/alerts.ts";
import { aGroup, aPosted, aPush, aPushed, inGroup, NOW_MS, STARTED, UNSET } from "./pushes.ts";

const posted = (body: unknown) => parsePostedAlerts(JSON.stringify(body), NOW_MS);
const webhook = (body: unknown) => parseWebhook(JSON.stringify(body));
const OVER = "2026-01-01T00:00:59.000Z";
const forever = { endsMs: Number.POSITIVE_INFINITY };
const over = { state: "resolved", endsMs: Date.parse(OVER) } as const;

describe("parsePostedAlerts reads", () => {
  test.each<{ what: string; body: unknown; push: Push }>([
    { what: "a firing alert", body: [aPosted("A")], push: aPush(aPushed("A")) },
    { what: "a resolved alert", body: [aPosted("A", { endsAt: OVER })], push: aPush(aPushed("A", over)) },
    {
      what: "a firing and a resolved alert in one body",
      body: [aPosted("A"), aPosted("B", { endsAt: OVER })],
      push: aPush(aPushed("A"), aPushed("B", over)),
    },
    { what: "an empty list", body: [], push: aPush() },
    { what: "an alert without an end", body: [{ labels: { alertname: "A" }, startsAt: STARTED }], push: aPush(aPushed("A", forever)) },
    { what: "an end that Go left unset", body: [aPosted("A", { endsAt: UNSET })], push: aPush(aPushed("A", forever)) },
    { what: "an alert without a start", body: [{ labels: {} }], push: aPush({ ...aPushed("A", { start: "", ...forever }), labels: {} }) },
    { what: "an alert with unknown fields", body: [{ ...aPosted("A"), extra: [{}] }], push: aPush(aPushed("A")) },
  ])("$what", ({ body, push }) => {
    expect(posted(body)).toEqual(push);
  });
});

describe("parseWebhook reads", () => {
  test.each<{ what: string; body: unknown; push: Push }>([
    { what: "a firing alert", body: aGroup([inGroup("A")]), push: aPush(aPushed("A", forever)) },
    {
      what: "a resolved alert of a firing group",
      body: aGroup([inGroup("A"), inGroup("B", { status: "resolved", endsAt: OVER })]),
      push: aPush(aPushed("A", forever), aPushed("B", over)),
    },
    {
      what: "a resolved group",
      body: aGroup([inGroup("A", { status: "resolved", endsAt: OVER })], { status: "resolved" }),
      push: aPush(aPushed("A", over)),
    },
    {
      what: "a truncated group as partial",
      body: aGroup([inGroup("A")], { truncatedAlerts: 3 }),
      push: { alerts: [aPushed("A", forever)], isPartial: true },
    },
    {
      what: "a count of left-out alerts that is no number as none",
      body: aGroup([inGroup("A")], { truncatedAlerts: "3" }),
      push: aPush(aPushed("A", forever)),
    },
  ])("$what", ({ body, push }) => {
    expect(webhook(body)).toEqual(push);
  });
});

describe("a push is too large with", () => {
  const alerts = (count: number, labels: number) =>
    Array.from({ length: count }, () => ({ labels: Object.fromEntries(Array.from({ length: labels }, (_, index) => [`l${index}`, "x"])) }));

  test.each([
    { what: "one alert with 257 labels", body: alerts(1, 257) },
    { what: "129 alerts with 256 labels each", body: alerts(129, 256) },
    { what: "4,097 alerts", body: alerts(4_097, 1) },
  ])("$what", ({ body }) => {
    expect(posted(body)).toBe("too-large");
    expect(webhook({ alerts: body })).toBe("too-large");
  });

  test.each([
    { what: "one alert with 256 labels", body: alerts(1, 256) },
    { what: "128 alerts with 256 labels each", body: alerts(128, 256) },
    { what: "4,096 alerts", body: alerts(4_096, 8) },
  ])("and is accepted with $what", ({ body }) => {
    expect(posted(body)).toMatchObject({ isPartial: false });
  });
});

describe("a body is malformed where it", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const holding = (more: string) => `[{"labels":{},"more":${more}}]`;

  test.each([
    { it: "is empty", text: "" },
    { it: "is not JSON", text: "alerts" },
    { it: "is truncated", text: JSON.stringify([aPosted("A")]).slice(0, -1) },
    { it: "is null", text: "null" },
    { it: "is an object instead of a list", text: JSON.stringify(aGroup([])) },
    { it: "holds no objects", text: "[1]" },
    { it: "holds an alert without labels", text: "[{}]" },
    { it: "holds a label that is not a string", text: '[{"labels":{"a":1}}]' },
    { it: "is nested deeper than 16 levels", text: holding(nested(15)) },
    { it: "consists of brackets only", text: "[".repeat(1_000_000) },
  ])("$it", ({ text }) => {
    expect(parsePostedAlerts(text, NOW_MS)).toBe("malformed");
  });

  test.each([{ text: "[]" }, { text: "{}" }, { text: '{"alerts":{}}' }, { text: '{"alerts":[{"status":"firing"}]}' }])(
    "is $text instead of a group",
    ({ text }) => {
      expect(parseWebhook(text)).toBe("malformed");
    },
  );

  test("but not where it is nested 16 levels deep", () => {
    expect(parsePostedAlerts(holding(nested(14)), NOW_MS)).toMatchObject({ alerts: [{ labels: {} }] });
  });

  test("but not where its strings hold brackets and quotes", () => {
    const labels = { alertname: "A", expr: `"\\"${"[{".repeat(50)}\\` };
    expect(posted([aPosted("A", { labels })])).toEqual(aPush(aPushed("A", { labels })));
  });
});

test("a push with too many alerts is refused before any of them is parsed", () => {
  const some = (count: number) => Array.from({ length: count }, () => ({ labels: {} }));
  expect(posted(some(4_096))).toMatchObject({ alerts: { length: 4_096 } });
  expect(posted([...some(4_096), "not even an alert"])).toBe("too-large");
  expect(webhook(aGroup(some(4_097)))).toBe("too-large");
});
