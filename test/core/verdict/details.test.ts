import { describe, expect, test } from "vitest";
import { findCondition } from "../../../functions/core/kubernetes/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Profile } from "../../../functions/core/profile/profile.ts";
import type { Alert } from "../../../functions/core/prometheus/alert.ts";
import { withDetails } from "../../../functions/core/verdict/details.ts";
import { planResource } from "../../../functions/core/verdict/plan.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, inMode, knowing } from "../../support/builders.ts";

const RUNBOOK = "https://runbooks.example/lost?x=1#now";
const detailed: Profile = { ...kymaTelemetry, details: true };
const alert = (more: Partial<Alert> = {}) => anAlert("TraceGatewayAllDataDropped", {}, more);
const details = (firing: readonly Partial<Alert>[], others: readonly string[] = []) =>
  withDetails("Lost.", firing.map(alert), others).slice(6);

describe("what follows the sentence", () => {
  test.each<{ of: string; firing: readonly Partial<Alert>[]; others?: readonly string[]; says: string }>([
    { of: "one alert", firing: [{}], says: "Details: firing since 2026-01-01T00:00:00Z, value 1" },
    {
      of: "one with a runbook",
      firing: [{ annotations: { runbook_url: RUNBOOK, summary: "It is lost." } }],
      says: `Details: firing since 2026-01-01T00:00:00Z, value 1, runbook ${RUNBOOK}`,
    },
    {
      of: "several: the time and the value of the earliest",
      firing: [
        { activeAt: "2026-03-01T00:00:00Z", value: "3e+00" },
        { activeAt: "2026-02-01T00:00:00+01:00", value: "2e+00" },
      ],
      says: "Details: firing since 2026-02-01T00:00:00+01:00, value 2",
    },
    {
      of: "several without a time of their own, the time of whoever has one",
      firing: [{ activeAt: undefined, value: "3e+00" }, { value: "2e+00" }, { activeAt: "soon", value: "4" }],
      says: "Details: firing since 2026-01-01T00:00:00Z, value 2",
    },
    {
      of: "a time to the nanosecond",
      firing: [{ activeAt: "2026-01-01T00:00:00.123456789Z" }],
      says: "Details: firing since 2026-01-01T00:00:00Z, value 1",
    },
    { of: "Go's zero time, which is none", firing: [{ activeAt: "0001-01-01T00:00:00Z" }], says: "Details: value 1" },
    {
      of: "a value with many digits",
      firing: [{ value: "1.2345678e-02" }],
      says: "Details: firing since 2026-01-01T00:00:00Z, value 0.01235",
    },
    { of: "a value without bounds", firing: [{ value: "+Inf" }], says: "Details: firing since 2026-01-01T00:00:00Z, value +Inf" },
    { of: "a value that is none", firing: [{ value: "NaN" }], says: "Details: firing since 2026-01-01T00:00:00Z" },
    {
      of: "others that fire beside it",
      firing: [{}],
      others: ["A", "B (silenced)"],
      says: "Details: firing since 2026-01-01T00:00:00Z, value 1, also firing: A, B (silenced)",
    },
    {
      of: "a crowd beside it",
      firing: [{ activeAt: undefined, value: undefined }],
      others: ["A", "B", "C", "D", "E", "F", "G"],
      says: "Details: also firing: A, B, C, D, E, 2 more",
    },
    {
      of: "two of one moment, of which one has no value",
      firing: [{ value: "2" }, { value: undefined }],
      says: "Details: firing since 2026-01-01T00:00:00Z",
    },
    {
      of: "the same two, the other way round",
      firing: [{ value: undefined }, { value: "2" }],
      says: "Details: firing since 2026-01-01T00:00:00Z",
    },
    { of: "an alert that says nothing of itself", firing: [{ activeAt: undefined, value: undefined }], says: "" },
  ])("$of", ({ firing, others, says }) => {
    expect(details(firing, others)).toBe(says);
  });

  test("does not depend on the order on the wire", () => {
    const firing = ["1", "2", "3"].map((value) => ({ value }));
    expect(details(firing.toReversed())).toBe(details(firing));
  });
});

describe("a runbook is left out that", () => {
  test.each<[what: string, url: string]>([
    ["is no address", "ask Fritz"],
    ["leads elsewhere than to a page", "javascript:alert(1)"],
    ["carries a login", "https://user:hunter2@runbooks.example/"],
    ["a terminal would obey", "https://runbooks.example/\u001b[31m"],
    ["hides its end", "https://runbooks.example/\u202egnp"],
    ["looks like another host", "https://runb\u043eoks.example/"],
    ["has a host that is none", "https://[runbooks/"],
    ["has two lines", "https://runbooks.example/\nAll is well."],
    ["is too long", `https://runbooks.example/${"x".repeat(500)}`],
  ])("%s", (_, runbook_url) => {
    expect(details([{ annotations: { runbook_url } }])).toBe("Details: firing since 2026-01-01T00:00:00Z, value 1");
  });
});

test("a runbook of 500 characters is named", () => {
  const runbook_url = "https://runbooks.example/".padEnd(500, "x");
  expect(details([{ annotations: { runbook_url } }])).toMatch(/, runbook https:\/\/runbooks\.example\/x+$/);
});

test("of a name beyond 100 characters the first 99 are shown", () => {
  const others = ["y".repeat(100), "z".repeat(101)];
  expect(details([], others)).toBe(`Details: also firing: ${"y".repeat(100)}, ${"z".repeat(99)}…`);
});

test("an alert that fires since the beginning of time has no time", () => {
  expect(details([{ activeAt: "1970-01-01T00:00:00Z" }])).toBe("Details: value 1");
});

test("a message of exactly what the API server takes has its details", () => {
  const detail = " Details: value 1";
  const sentence = "x".repeat(32_768 - detail.length);
  expect(withDetails(sentence, [alert({ activeAt: undefined })], [])).toBe(sentence + detail);
});

test("a message is never longer than the API server takes: then the sentence stands alone", () => {
  const sentence = "x".repeat(32_750);
  expect(withDetails(sentence, [alert()], [])).toBe(sentence);
  expect(withDetails(sentence, [alert({ activeAt: undefined })], []).length).toBeLessThanOrEqual(32_768);
  expect(withDetails("x", [alert({ annotations: { runbook_url: RUNBOOK } })], Array(50).fill("y".repeat(5_000))).length).toBeLessThan(
    2_000,
  );
});

describe("a verdict", () => {
  const firing = [
    alert(),
    anAlert("TraceGatewayThrottling", { pipeline_name: undefined }),
    anAlert("TraceGatewaySomeDataDropped", { pipeline_name: "other" }),
  ];
  const on = (profile: Profile) => judge(profile, aResource(), knowing(aReading({ firing })));
  const { message } = Object(on(kymaTelemetry));

  test("has the details of its own resource where the profile asks for them, and what else is about it", () => {
    expect(on(detailed)).toEqual({
      ...on(kymaTelemetry),
      message: `${message} Details: firing since 2026-01-01T00:00:00Z, value 1, also firing: TraceGatewayThrottling`,
    });
  });

  test("that rests on no alert has none", () => {
    expect(judge(detailed, aResource(), knowing(aReading()))).toEqual(judge(kymaTelemetry, aResource(), knowing(aReading())));
  });
});

describe("once written", () => {
  const NOW = "2026-06-01T00:00:00Z";
  const plan = (profile: Profile, conditions: readonly unknown[], more: Partial<Alert>, generation = 1) =>
    planResource([inMode("own", profile)], aResource({ conditions, generation }), knowing(aReading({ firing: [alert(more)] })), NOW);
  const written = plan(detailed, [], { value: "1e+00" }).patch ?? [];

  test.each<[what: string, profile: Profile, more: Partial<Alert>]>([
    ["the value moves", detailed, { value: "7e+00" }],
    ["it fires anew", detailed, { activeAt: "2026-05-01T00:00:00Z" }],
    ["the runbook moves", detailed, { annotations: { runbook_url: RUNBOOK } }],
    ["the profile asks for details no longer", kymaTelemetry, {}],
  ])("nothing is written because %s", (_, profile, more) => {
    expect(plan(profile, written, more).patch).toBeUndefined();
  });

  test("a condition that is written anyway says how it is now", () => {
    expect(findCondition(plan(detailed, written, { value: "7e+00" }, 2).patch ?? [], "TelemetryFlowHealthy")?.message).toMatch(/value 7$/);
  });
});
