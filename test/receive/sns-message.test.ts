// Holds the parser of SNS messages to the default template of Alertmanager, and to whatever else a topic may carry.

import { describe, expect, test } from "vitest";
import { parseSnsMessage } from "../../functions/receive/sns-message.ts";
import { aGroup, inGroup } from "./pushes.ts";

const text = (lines: string) => lines.replace(/^ +\|/gm, "");
const FIRING = text(`the backend is gone

  |Alerts Firing:
  |Labels:
  | - alertname = A
  | - cluster = eu
  |Annotations:
  | - summary = the backend is gone
  |Source: http://prometheus/graph
`);
const BOTH = text(`
  |Alerts Firing:
  |Labels:
  | - alertname = A
  |Annotations:
  |Source: x
  |Labels:
  | - alertname = B
  | - query = a = b
  |Annotations:
  |Source: x
  |
  |
  |Alerts Resolved:
  |Labels:
  | - alertname = C
  |Annotations:
  |Source: x
`);
const alert = (labels: object, state = "firing") => ({ labels, state, start: "", endsMs: Number.POSITIVE_INFINITY });
const UNREADABLE = { alerts: [], isPartial: true };

describe("an SNS message", () => {
  test("of the default template yields its alerts", () => {
    expect(parseSnsMessage(FIRING, false)).toEqual({ alerts: [alert({ alertname: "A", cluster: "eu" })], isPartial: false });
  });

  test("yields firing and resolved alerts apart", () => {
    const alerts = [alert({ alertname: "A" }), alert({ alertname: "B", query: "a = b" }), alert({ alertname: "C" }, "resolved")];
    expect(parseSnsMessage(BOTH, false)).toEqual({ alerts, isPartial: false });
  });

  test("of a JSON template yields its alerts, with times as the template writes them", () => {
    const message = JSON.stringify(aGroup([inGroup("A", { startsAt: "2026-01-01 00:00:00 +0000 UTC" })]));
    expect(parseSnsMessage(message, false)).toMatchObject({
      alerts: [{ labels: { alertname: "A" }, start: "2026-01-01 00:00:00 +0000 UTC" }],
    });
  });

  test.each([
    { that: "is truncated within an alert", message: FIRING.slice(0, FIRING.indexOf("Annotations")), labels: [] },
    { that: "is truncated after an alert", message: FIRING, labels: [{ alertname: "A", cluster: "eu" }] },
  ])("that $that is a partial push", ({ message, labels }) => {
    expect(parseSnsMessage(message, true)).toEqual({ alerts: labels.map((each) => alert(each)), isPartial: true });
  });

  test.each([
    { that: "is truncated JSON", message: JSON.stringify(aGroup([inGroup("A")])).slice(0, -9) },
    { that: "is JSON of something else", message: '{"hello":"world"}' },
    { that: "is of a custom template", message: "The backend is gone!" },
    { that: "is empty", message: "" },
    { that: "reports that it was not UTF-8", message: "MESSAGE: Error - not a valid UTF-8 encoded string" },
  ])("that $that is a partial push without alerts", ({ message }) => {
    expect(parseSnsMessage(message, false)).toEqual(UNREADABLE);
  });

  test.each([
    { repeats: " - a = b = c", alerts: 0 },
    { repeats: "Labels:", alerts: 0 },
    { repeats: "Labels:\n - a = b", alerts: 0 },
    { repeats: "Alerts Firing:", alerts: 0 },
    { repeats: "Labels:\n - a = b\nAnnotations:", alerts: 20_000 },
  ])("of a quarter of a megabyte that repeats $repeats is read to its end", ({ repeats, alerts }) => {
    expect(parseSnsMessage(`Labels:\n${`${repeats}\n`.repeat(20_000)}`, false).alerts).toHaveLength(alerts);
  });
});
