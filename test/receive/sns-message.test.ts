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

describe("a notice", () => {
  test("names the alerts that its text names", () => {
    expect(parseSnsMessage(FIRING, false)).toEqual({ alerts: [alert({ alertname: "A", cluster: "eu" })], isPartial: false });
  });

  test("tells what fires from what is over", () => {
    const alerts = [alert({ alertname: "A" }), alert({ alertname: "B", query: "a = b" }), alert({ alertname: "C" }, "resolved")];
    expect(parseSnsMessage(BOTH, false)).toEqual({ alerts, isPartial: false });
  });

  test("may be the JSON of a template, with times in words of its own", () => {
    const message = JSON.stringify(aGroup([inGroup("A", { startsAt: "2026-01-01 00:00:00 +0000 UTC" })]));
    expect(parseSnsMessage(message, false)).toMatchObject({
      alerts: [{ labels: { alertname: "A" }, start: "2026-01-01 00:00:00 +0000 UTC" }],
    });
  });

  test.each([
    { that: "is cut off in its text", message: FIRING.slice(0, FIRING.indexOf("Annotations")), labels: [] },
    { that: "is cut off behind an alert", message: FIRING, labels: [{ alertname: "A", cluster: "eu" }] },
  ])("that $that is partial", ({ message, labels }) => {
    expect(parseSnsMessage(message, true)).toEqual({ alerts: labels.map((each) => alert(each)), isPartial: true });
  });

  test.each([
    { that: "is JSON and cut off", message: JSON.stringify(aGroup([inGroup("A")])).slice(0, -9) },
    { that: "is JSON of something else", message: '{"hello":"world"}' },
    { that: "is in somebody's own words", message: "The backend is gone!" },
    { that: "is empty", message: "" },
    { that: "says that it was no text", message: "MESSAGE: Error - not a valid UTF-8 encoded string" },
  ])("that $that tells no more than that there is news", ({ message }) => {
    expect(parseSnsMessage(message, false)).toEqual(UNREADABLE);
  });

  test("of a quarter of a megabyte is read in no time, whatever it repeats", () => {
    const startedAt = performance.now();
    for (const line of [" - a = b = c", "Labels:", "Labels:\n - a = b", "Alerts Firing:"])
      parseSnsMessage(`Labels:\n${`${line}\n`.repeat(20_000)}`, false);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
