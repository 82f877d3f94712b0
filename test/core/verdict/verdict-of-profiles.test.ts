import { describe, expect, test } from "vitest";
import type { Flow, Profile, Row } from "../../../functions/core/profile/profile.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, kinds, knowing, unreadable } from "../../support/builders.ts";

const says = { reason: "Said", message: "It was said." };
const of = kinds.TracePipeline;
const aRow = (alert: string, more: Partial<Row> = {}): Row => ({ alert, reason: `${alert}Fires`, message: "It fires.", ...more });

/** What a profile of people's own may say that the built-in one does not. */
const aProfile = ({ rows = [aRow("A")], ...more }: Partial<Profile> & { rows?: Row[] } = {}): Profile => ({
  condition: "Mine",
  identify: { name: "pipeline_name", unlabelled: "every" },
  rules: { for: "1m", window: "5m" },
  gates: [],
  flows: [{ of, rows, unproven: [says], healthy: says }],
  ...more,
});

describe("a row may say that nobody knows", () => {
  const rows = [aRow("Broken"), aRow("TargetAbsent", { status: "Unknown" })];

  test("where it fires", () => {
    const reading = aReading({ firing: [anAlert("TargetAbsent")] });
    expect(judge(aProfile({ rows }), aResource(), knowing(reading))).toMatchObject({ status: "Unknown", reason: "TargetAbsentFires" });
  });

  test("and gives way to one that knows it is broken", () => {
    const reading = aReading({ firing: [anAlert("TargetAbsent"), anAlert("Broken")] });
    expect(judge(aProfile({ rows }), aResource(), knowing(reading))).toMatchObject({ status: "False", reason: "BrokenFires" });
  });
});

describe("an alert that names nobody", () => {
  const unlabelled = aReading({ firing: [anAlert("A", { pipeline_name: undefined })] });

  test("counts for nobody where the profile says so", () => {
    const identify = { name: "pipeline_name", unlabelled: "none" } as const;
    expect(judge(aProfile({ identify }), aResource(), knowing(unlabelled))).toMatchObject({ status: "True" });
    expect(judge(aProfile(), aResource(), knowing(unlabelled))).toMatchObject({ status: "False" });
  });
});

describe("a resource in a namespace", () => {
  const identify = { name: "pipeline_name", namespace: "team", unlabelled: "every" } as const;
  test.each([
    { team: "red", status: "False" },
    { team: "blue", status: "True" },
    { team: undefined, status: "False" },
  ])("of its own, red, is meant by the label team=$team: $status", ({ team, status }) => {
    const reading = aReading({ firing: [anAlert("A", { team })] });
    expect(judge(aProfile({ identify }), aResource({ namespace: "red" }), knowing(reading))).toMatchObject({ status });
  });

  test("is not meant by an alert without that label, where the profile says that such alerts count for none", () => {
    const profile = aProfile({ identify: { ...identify, unlabelled: "none" } });
    const reading = aReading({ firing: [anAlert("A", { team: undefined })] });
    expect(judge(profile, aResource({ namespace: "red" }), knowing(reading))).toMatchObject({ status: "True" });
  });

  test("does not keep a resource without one from being meant, by an alert that names no namespace either", () => {
    const status = (team: string | undefined) =>
      judge(aProfile({ identify }), aResource(), knowing(aReading({ firing: [anAlert("A", { team })] })));
    expect(status(undefined)).toMatchObject({ status: "False" });
    expect(status("red")).toMatchObject({ status: "True" });
  });
});

describe("a label of the kind", () => {
  test("is not looked at where the profile names none", () => {
    const reading = aReading({ firing: [anAlert("A", { pipeline_type: "metricpipeline" })] });
    expect(judge(aProfile(), aResource(), knowing(reading))).toMatchObject({ status: "False" });
  });
});

describe("a field is there", () => {
  const rows = [aRow("A", { when: { has: ["spec.field"] } })];
  test.each([
    { field: false, there: true },
    { field: 0, there: true },
    { field: "", there: true },
    { field: [], there: true },
    { field: {}, there: true },
    { field: null, there: false },
    { field: undefined, there: false },
  ])("where it is $field: $there", ({ field, there }) => {
    const reading = aReading({ firing: [anAlert("A")] });
    expect(judge(aProfile({ rows }), aResource({ spec: { field } }), knowing(reading))).toMatchObject({ status: there ? "False" : "True" });
  });

  test("and not where the way to it ends early", () => {
    const profile = aProfile({ rows: [aRow("A", { when: { has: ["spec.field.below"] } })] });
    const reading = aReading({ firing: [anAlert("A")] });
    for (const field of ["text", 7, null, ["below"]])
      expect(judge(profile, aResource({ spec: { field } }), knowing(reading))).toMatchObject({ status: "True" });
  });

  test("all that a row wants, and nothing that it does not want", () => {
    const profile = aProfile({ rows: [aRow("A", { when: { has: ["spec.a", "spec.b"], lacks: ["spec.c"] } })] });
    const status = (spec: object) => judge(profile, aResource({ spec }), knowing(aReading({ firing: [anAlert("A")] })));
    expect(status({ a: 1, b: 1 })).toMatchObject({ status: "False" });
    expect(status({ a: 1 })).toMatchObject({ status: "True" });
    expect(status({ a: 1, b: 1, c: 1 })).toMatchObject({ status: "True" });
  });
});

describe("the first that fits decides", () => {
  const gate = (condition: string) =>
    ({ condition, is: "Unknown", says: { status: "Unknown", ...says, reason: `${condition}Stops` } }) as const;
  const flow = (reason: string, when?: Flow["when"]): Flow => ({ of, when, always: { status: "True", ...says, reason } });

  test("of the gates, and the flow behind them is not looked at", () => {
    const conditions = ["One", "Two"].map((type) => ({ type, status: "Unknown", reason: "Whatever" }));
    const profile = aProfile({ gates: [gate("None"), gate("Two"), gate("One")], flows: [flow("Always")] });
    expect(judge(profile, aResource({ conditions }), knowing(aReading()))).toMatchObject({
      status: "Unknown",
      reason: "TwoStops",
      because: ["Two is Unknown"],
    });
  });

  test("of the flows", () => {
    const profile = aProfile({ flows: [flow("First", { has: ["spec.a"] }), flow("Second", { has: ["spec.b"] }), flow("Third")] });
    expect(judge(profile, aResource({ spec: { b: 1 } }), knowing(aReading()))).toMatchObject({ reason: "Second" });
    expect(judge(profile, aResource({ spec: { a: 1, b: 1 } }), knowing(aReading()))).toMatchObject({ reason: "First" });
    expect(judge(profile, aResource(), knowing(aReading()))).toMatchObject({ reason: "Third" });
  });

  test("and where none does, the resource is left alone, whatever its gates say", () => {
    const conditions = [{ type: "One", status: "Unknown", reason: "Whatever" }];
    const profile = aProfile({ gates: [gate("One")], flows: [flow("First", { has: ["spec.a"] })] });
    expect(judge(profile, aResource({ conditions }), knowing(unreadable()))).toEqual({ skipped: "no flow" });
  });

  test("of the doubts", () => {
    const unproven = [
      { ...says, reason: "A", when: { has: ["spec.a"] } },
      { ...says, reason: "Otherwise" },
    ];
    const profile = aProfile({ flows: [{ of, rows: [], unproven, healthy: says }] });
    expect(judge(profile, aResource({ spec: { a: 1 } }), knowing(unreadable()))).toMatchObject({ reason: "A" });
    expect(judge(profile, aResource(), knowing(unreadable()))).toMatchObject({ reason: "Otherwise" });
  });
});

test.each([{ group: "example.org" }, { version: "v1alpha1" }, { kind: "Trace" }])(
  "a flow is for its own kind of object only: not %j",
  (other) => {
    const resource = aResource();
    expect(judge(aProfile(), { ...resource, of: { ...of, ...other } }, knowing(aReading()))).toEqual({ skipped: "no flow" });
  },
);
