import { describe, expect, test } from "vitest";
import { type Push, parsePostedAlerts, parseWebhook } from "../../functions/receive/alerts.ts";
import { aGroup, aPosted, aPush, aPushed, inGroup, NOW_MS, STARTED, UNSET } from "./pushes.ts";

const posted = (body: unknown) => parsePostedAlerts(JSON.stringify(body), NOW_MS);
const webhook = (body: unknown) => parseWebhook(JSON.stringify(body));
const OVER = "2026-01-01T00:00:59.000Z";
const forever = { endsMs: Number.POSITIVE_INFINITY };
const over = { state: "resolved", endsMs: Date.parse(OVER) } as const;

describe("Prometheus may say", () => {
  test.each<{ said: string; body: unknown; understood: Push }>([
    { said: "that an alert fires", body: [aPosted("A")], understood: aPush(aPushed("A")) },
    { said: "that one is over", body: [aPosted("A", { endsAt: OVER })], understood: aPush(aPushed("A", over)) },
    { said: "both in one body", body: [aPosted("A"), aPosted("B", { endsAt: OVER })], understood: aPush(aPushed("A"), aPushed("B", over)) },
    { said: "nothing at all", body: [], understood: aPush() },
    { said: "no end", body: [{ labels: { alertname: "A" }, startsAt: STARTED }], understood: aPush(aPushed("A", forever)) },
    { said: "an end that Go did not set", body: [aPosted("A", { endsAt: UNSET })], understood: aPush(aPushed("A", forever)) },
    { said: "no start", body: [{ labels: {} }], understood: aPush({ ...aPushed("A", { start: "", ...forever }), labels: {} }) },
    { said: "what others do not", body: [{ ...aPosted("A"), extra: [{}] }], understood: aPush(aPushed("A")) },
  ])("$said", ({ body, understood }) => {
    expect(posted(body)).toEqual(understood);
  });
});

describe("an Alertmanager may say", () => {
  test.each<{ said: string; body: unknown; understood: Push }>([
    { said: "that an alert fires", body: aGroup([inGroup("A")]), understood: aPush(aPushed("A", forever)) },
    {
      said: "that one of a firing group is over",
      body: aGroup([inGroup("A"), inGroup("B", { status: "resolved", endsAt: OVER })]),
      understood: aPush(aPushed("A", forever), aPushed("B", over)),
    },
    {
      said: "that a group is over",
      body: aGroup([inGroup("A", { status: "resolved", endsAt: OVER })], { status: "resolved" }),
      understood: aPush(aPushed("A", over)),
    },
    {
      said: "that it left some out",
      body: aGroup([inGroup("A")], { truncatedAlerts: 3 }),
      understood: { alerts: [aPushed("A", forever)], isPartial: true },
    },
  ])("$said", ({ body, understood }) => {
    expect(webhook(body)).toEqual(understood);
  });
});

describe("a push is too large that holds", () => {
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
  ])("but not $what", ({ body }) => {
    expect(posted(body)).toMatchObject({ isPartial: false });
  });
});

describe("a body is malformed that", () => {
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const holding = (more: string) => `[{"labels":{},"more":${more}}]`;

  test.each([
    { which: "is empty", text: "" },
    { which: "is no JSON", text: "alerts" },
    { which: "breaks off", text: JSON.stringify([aPosted("A")]).slice(0, -1) },
    { which: "is null", text: "null" },
    { which: "is an object where a list is meant", text: JSON.stringify(aGroup([])) },
    { which: "holds no objects", text: "[1]" },
    { which: "holds an alert without labels", text: "[{}]" },
    { which: "holds a label that is no text", text: '[{"labels":{"a":1}}]' },
    { which: "is nested deeper than alerts are", text: holding(nested(15)) },
    { which: "is nothing but brackets", text: "[".repeat(1_000_000) },
  ])("$which", ({ text }) => {
    expect(parsePostedAlerts(text, NOW_MS)).toBe("malformed");
  });

  test.each([{ text: "[]" }, { text: "{}" }, { text: '{"alerts":{}}' }, { text: '{"alerts":[{"status":"firing"}]}' }])(
    "is $text where a group is meant",
    ({ text }) => {
      expect(parseWebhook(text)).toBe("malformed");
    },
  );

  test("is no body that is nested a little", () => {
    expect(parsePostedAlerts(holding(nested(14)), NOW_MS)).toMatchObject({ alerts: [{ labels: {} }] });
  });

  test("is no body whose texts hold brackets and quotes", () => {
    const labels = { alertname: "A", expr: `"\\"${"[{".repeat(50)}\\` };
    expect(posted([aPosted("A", { labels })])).toEqual(aPush(aPushed("A", { labels })));
  });
});

test("of too many alerts none is looked at", () => {
  const some = (count: number) => Array.from({ length: count }, () => ({ labels: {} }));
  expect(posted(some(4_096))).toMatchObject({ alerts: { length: 4_096 } });
  expect(posted([...some(4_096), "not even an alert"])).toBe("too-large");
  expect(webhook(aGroup(some(4_097)))).toBe("too-large");
});
