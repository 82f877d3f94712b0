// Cases that a person writes are tried by the judge of every pass, and what differs is named.

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../functions/core/errors.ts";
import { profileSchema } from "../../../functions/core/profile/profile.ts";
import { parseCases, tryCase } from "../../../functions/core/verdict/cases.ts";
import { aProfile } from "../fleet/fleet-documents.ts";

const profile = {
  ...profileSchema.parse(
    aProfile({
      identify: { name: "queue", namespace: "ns", unlabelled: "none" },
      rows: [{ alert: "QueueFull" }, { alert: "QueueSlow", reason: "Slow", when: { is: { "spec.fast": true } } }],
      unproven: [{ reason: "NotProven", message: "It is not known." }],
      gates: [{ condition: "Ready", is: "False", says: { status: "False", reason: "NotReady", message: "It is not ready." } }],
    }),
  ),
  name: "queues",
};

type Given = { resources?: readonly object[]; firing?: readonly object[]; pending?: readonly object[]; source?: string };

function differencesOf(given: Given, expected: Readonly<Record<string, string>>) {
  const { cases } = parseCases({
    profile: "queues",
    cases: [{ it: "works", given: { resources: [{ kind: "Queue", name: "a" }], ...given }, expect: expected }],
  });
  const results = cases.map((one) => tryCase(profile, one));
  expect(results.map(({ it }) => it)).toEqual(["works"]);
  return results.flatMap(({ differences }) => differences);
}

describe("a case holds where", () => {
  const about = (name: string, more: object = {}) => ({ labels: { queue: name, ...more } });
  test.each<{ what: string; given: Given; expected: Readonly<Record<string, string>> }>([
    { what: "nothing fires", given: {}, expected: { "Queue/a": "True Fine" } },
    { what: "an alert fires", given: { firing: [{ alert: "QueueFull", ...about("a") }] }, expected: { "Queue/a": "False Full" } },
    {
      what: "an alert fires for another",
      given: {
        resources: [
          { kind: "Queue", name: "a" },
          { kind: "Queue", name: "b" },
        ],
        firing: [{ alert: "QueueFull", ...about("b") }],
      },
      expected: { "Queue/a": "True Fine", "Queue/b": "False Full" },
    },
    {
      what: "an alert without labels fires, which names none",
      given: { firing: [{ alert: "QueueFull" }] },
      expected: { "Queue/a": "True Fine" },
    },
    {
      what: "an alert fires in another namespace",
      given: { resources: [{ kind: "Queue", name: "a", namespace: "x" }], firing: [{ alert: "QueueFull", ...about("a", { ns: "y" }) }] },
      expected: { "Queue/a": "True Fine" },
    },
    {
      what: "a row applies to the spec",
      given: { resources: [{ kind: "Queue", name: "a", spec: { fast: true } }], firing: [{ alert: "QueueSlow", ...about("a") }] },
      expected: { "Queue/a": "False Slow" },
    },
    {
      what: "a gate is closed",
      given: { resources: [{ kind: "Queue", name: "a", conditions: { Ready: "False" } }] },
      expected: { "Queue/a": "False NotReady" },
    },
    { what: "the source cannot be read", given: { source: "unreadable" }, expected: { "Queue/a": "Unknown NotProven" } },
    { what: "the source warms up", given: { source: "warming up" }, expected: { "Queue/a": "Unknown NotProven" } },
    {
      what: "an alert is pending on a source that warms up",
      given: { source: "warming up", pending: [{ alert: "QueueFull", ...about("a") }] },
      expected: { "Queue/a": "Unknown NotProven" },
    },
    { what: "nothing is expected", given: {}, expected: {} },
  ])("$what", ({ given, expected }) => {
    expect(differencesOf(given, expected)).toEqual([]);
  });
});

test("what differs is named, with what is said instead and why", () => {
  const resources = [
    { kind: "Queue", name: "a" },
    { kind: "Queue", name: "b" },
  ];
  const firing = [{ alert: "QueueFull", labels: { queue: "a" } }];
  expect(differencesOf({ resources, firing }, { "Queue/a": "True Fine", "Queue/b": "False Full" })).toEqual([
    { resource: "Queue/a", expected: "True Fine", actual: "False Full", because: ["QueueFull"] },
    { resource: "Queue/b", expected: "False Full", actual: "True Fine", because: [] },
  ]);
});

test("an alert without a name is about those resources alone whose names its label cannot carry, where there are such", () => {
  const carrying = { ...profile, identify: { ...profile.identify, unlabelled: "every", carries: "[a-z]+" } } as const;
  const resources = ["a", "b.2"].map((name) => ({ kind: "Queue", name }));
  const given = { resources, firing: [{ alert: "QueueFull" }] };
  const { cases } = parseCases({
    profile: "queues",
    cases: [{ it: "is about one", given, expect: { "Queue/a": "True Fine", "Queue/b.2": "False Full" } }],
  });
  expect(cases.flatMap((one) => tryCase(carrying, one).differences)).toEqual([]);
});

test.each([
  { source: "unreadable", because: ["alerts unreadable: unavailable"] },
  { source: "warming up", because: ["young: started 0s ago"] },
])("a source that is $source is all that speaks against a verdict", ({ source, because }) => {
  expect(differencesOf({ source }, { "Queue/a": "True Fine" })).toMatchObject([{ actual: "Unknown NotProven", because }]);
});

test("a resource that no flow fits is skipped", () => {
  const [flow] = profile.flows;
  const picky = { ...profile, flows: flow === undefined ? [] : [{ ...flow, when: { has: ["spec.queue"] } }] };
  const { cases } = parseCases({
    profile: "queues",
    cases: [{ it: "skips", given: { resources: [{ kind: "Queue", name: "a" }] }, expect: { "Queue/a": "True Fine" } }],
  });
  expect(cases.map((one) => tryCase(picky, one).differences)).toEqual([
    [{ resource: "Queue/a", expected: "True Fine", actual: "skipped", because: ["no flow"] }],
  ]);
  expect(cases.map((one) => tryCase(picky, { ...one, expect: { "Queue/a": "skipped" } }).differences)).toEqual([[]]);
});

describe("cases are refused", () => {
  test.each<{ what: string; given: Given; expected: Readonly<Record<string, string>>; says: string }>([
    {
      what: "that expect something of a resource that is not there",
      given: {},
      expected: { "Queue/a": "True Fine", "Queue/b": "True Fine" },
      says: 'the case "works" expects something of Queue/b, which is not among its resources',
    },
    {
      what: "with a kind of which the profile says nothing",
      given: { resources: [{ kind: "Topic", name: "a" }] },
      expected: {},
      says: 'the case "works" has a Topic, of which the profile queues says nothing',
    },
  ])("$what", ({ given, expected, says }) => {
    expect(() => differencesOf(given, expected)).toThrow(new ConfigError(says));
  });

  test("with a line for each problem of their form", () => {
    expect(() => parseCases({ cases: [] })).toThrow(/^the cases are not usable:\n {2}profile: text is needed here\n {2}cases: .+$/);
    expect(() => parseCases({ profile: "a", cases: [{ it: "a", given: { resources: [], source: "ill" }, expect: {} }] })).toThrow(
      "cases[0].given.source: ",
    );
  });
});
