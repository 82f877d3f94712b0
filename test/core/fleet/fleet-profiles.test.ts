// Holds the profiles of a fleet file to their schema, and two profiles of a cluster to their peace.

import { describe, expect, test } from "vitest";
import { aCluster, aFleet, aProfile, parseInWords, problemsIn, SERVICE } from "./fleet-documents.ts";

type Parts = Parameters<typeof aProfile>[0];

describe("a profile of the fleet file", () => {
  const withProfiles = (profiles: object, ...used: string[]) => ({ ...aFleet(aCluster({ profiles: used, alerts: SERVICE })), profiles });

  test("stands beside the built-in one", () => {
    const [entry] = parseInWords(withProfiles({ mine: aProfile() }, "kyma-telemetry", "mine")).clusters;
    expect(entry?.profiles.map(({ name, condition }) => [name, condition])).toEqual([
      ["kyma-telemetry", "TelemetryFlowHealthy"],
      ["mine", "Mine"],
    ]);
  });

  test.each([
    { what: "an unknown field", profile: { ...aProfile(), extra: 1 }, problem: "profiles.mine: there is no field extra" },
    { what: "a condition of two words", profile: aProfile({ condition: "Not Good" }), problem: /^profiles\.mine\.condition: / },
    {
      what: "a malformed duration",
      profile: aProfile({ rules: { for: "a minute", window: "5m" } }),
      problem: /^profiles\.mine\.rules\.for: /,
    },
    { what: "no flows", profile: aProfile({ flows: [] }), problem: /^profiles\.mine\.flows: / },
    {
      what: "a reason that the API server refuses",
      profile: aProfile({ row: { reason: "not good" } }),
      problem: "profiles.mine.flows[0].rows[0].reason: a reason is one CamelCase word",
    },
    {
      what: "an unknown field in a row",
      profile: aProfile({ row: { exp: "up" } }),
      problem: "profiles.mine.flows[0].rows[0]: there is no field exp; expr?",
    },
    {
      what: "a row that proves health",
      profile: aProfile({ row: { status: "True" } }),
      problem: /^profiles\.mine\.flows\[0\]\.rows\[0\]\.status: /,
    },
    { what: "an empty list `unproven`", profile: aProfile({ unproven: [] }), problem: /^profiles\.mine\.flows\[0\]\.unproven: / },
    {
      what: "a condition on the last entry of `unproven`",
      profile: aProfile({ unproven: [{ reason: "A", message: "B", when: { has: ["spec"] } }] }),
      problem: /^profiles\.mine\.flows\[0\]\.unproven: the last one has no `when`/,
    },
    {
      what: "an alert in two rows of a flow",
      profile: aProfile({ rows: [{ alert: "A" }, { alert: "B" }, { alert: "A" }] }),
      problem: "profiles.mine.flows[0].rows: an alert stands in one row only",
    },
    {
      what: "a row with the status Unknown before one with False",
      profile: aProfile({ rows: [{ alert: "A", status: "Unknown" }, { alert: "B" }] }),
      problem: /^profiles\.mine\.flows\[0\]\.rows: rows with the status Unknown stand after the others/,
    },
    {
      what: "a malformed pattern of names",
      profile: aProfile({ identify: { name: "queue", unlabelled: "every", carries: "[a-z" } }),
      problem: /^profiles\.mine\.identify\.carries: a regular expression is expected/,
    },
    {
      what: "a pattern that looks ahead, which no linear engine knows",
      profile: aProfile({ identify: { name: "queue", unlabelled: "every", carries: "(?=a)[a-z]+" } }),
      problem: /^profiles\.mine\.identify\.carries: a regular expression is expected/,
    },
    {
      what: "a pattern that refers back",
      profile: aProfile({ identify: { name: "queue", unlabelled: "every", carries: "([a-z]+)\\1" } }),
      problem: /^profiles\.mine\.identify\.carries: a regular expression is expected/,
    },
    {
      what: "a pattern of repetitions within repetitions, all of them counted",
      profile: aProfile({ identify: { name: "queue", unlabelled: "every", carries: "([a-z0-9]{0,20}-?){0,20}" } }),
      problem: /^profiles\.mine\.identify\.carries: a regular expression is expected/,
    },
    {
      what: "a row that is about neither resource nor kind",
      profile: aProfile({ row: { about: "name" } }),
      problem: /^profiles\.mine\.flows\[0\]\.rows\[0\]\.about: /,
    },
    {
      what: "a flow of neither form",
      profile: aProfile({ flows: [{}] }),
      problem: /^profiles\.mine\.flows\[0\]: one kind of flow is expected/,
    },
    {
      what: "an apiVersion in place of a group",
      profile: aProfile({
        flows: [
          {
            of: { group: "example.org/v1", version: "v1", plural: "queues", kind: "Queue" },
            always: { status: "True", reason: "A", message: "B" },
          },
        ],
      }),
      problem: /^profiles\.mine\.flows\[0\]\.of\.group: an API group is expected, such as cert-manager\.io/,
    },
    {
      what: "a status that YAML reads as a boolean",
      profile: aProfile({ gates: [{ condition: "Ready", is: true, says: { status: "False", reason: "A", message: "B" } }] }),
      problem: 'profiles.mine.gates[0].is: one of "True", "False" and "Unknown" is expected, in quotes',
    },
    {
      what: "a row whose status YAML reads as a boolean",
      profile: aProfile({ row: { status: false } }),
      problem: 'profiles.mine.flows[0].rows[0].status: "False" or "Unknown" is expected, in quotes',
    },
    { what: "gates that are no list", profile: aProfile({ gates: {} }), problem: "profiles.mine.gates: a list is expected, not a map" },
    {
      what: "a row that identifies by nothing",
      profile: aProfile({ row: { identify: { unlabelled: "none" } } }),
      problem: /^profiles\.mine\.flows\[0\]\.rows\[0\]\.identify\.name: a label is expected, or a list of labels$/,
    },
    {
      what: "an empty list of labels",
      profile: aProfile({ identify: { name: [], unlabelled: "none" } }),
      problem: /^profiles\.mine\.identify\.name: /,
    },
    {
      what: "one flow in place of a list",
      profile: aProfile({ flows: { of: {} } }),
      problem: "profiles.mine.flows: a list is expected, not a map",
    },
    {
      what: "a row without its alert",
      profile: aProfile({ row: { alert: undefined } }),
      problem: "profiles.mine.flows[0].rows[0].alert: text is needed here",
    },
    {
      what: "credentials over plain http",
      profile: aProfile({ alerts: { url: "http://prometheus.example", auth: { bearer: { env: "T" } } } }),
      problem: /^profiles\.mine\.alerts\.url: https: is needed/,
    },
  ])("with $what is refused with its path, used or not", ({ profile, problem }) => {
    const expected = [typeof problem === "string" ? problem : expect.stringMatching(problem)];
    expect(parseInWords(withProfiles({ mine: profile }, "mine")).wrong).toMatchObject([{ name: "prod", problems: expected }]);
    expect(parseInWords(withProfiles({ mine: profile }, "kyma-telemetry"))).toMatchObject({ wrong: [], problems: expected });
  });

  test.each([
    {
      what: "rows with the status Unknown after those with False",
      profile: aProfile({ rows: [{ alert: "A" }, { alert: "B", status: "Unknown" }] }),
    },
    { what: "only rows with the status Unknown", profile: aProfile({ rows: [{ alert: "A", status: "Unknown" }] }) },
    { what: "a pattern of names", profile: aProfile({ identify: { name: "queue", unlabelled: "every", carries: "[a-z]+" } }) },
    { what: "a row about the whole kind", profile: aProfile({ row: { about: "kind" } }) },
  ])("with $what is accepted", ({ profile }) => {
    expect(problemsIn(withProfiles({ mine: profile }, "mine"))).toEqual([]);
  });

  test("may use one alert in two flows", () => {
    const [flow] = JSON.parse(JSON.stringify(aProfile())).flows;
    expect(problemsIn(withProfiles({ mine: aProfile({ flows: [flow, flow] }) }, "mine"))).toEqual([]);
  });

  test("may not have the name of a built-in one", () => {
    const document = withProfiles({ "kyma-telemetry": aProfile() }, "kyma-telemetry");
    expect(problemsIn(document)).toEqual(["profiles.kyma-telemetry: this is the name of a built-in profile, choose another for your own"]);
  });

  test.each(["constructor", "toString", "mine"])("may be called %s", (name) => {
    expect(parseInWords(withProfiles({ [name]: aProfile() }, name)).clusters[0]?.profiles).toMatchObject([{ name, condition: "Mine" }]);
  });

  test("is one that a cluster may use, but where it is wrong", () => {
    const { profiles } = parseInWords(withProfiles({ mine: aProfile(), wrong: {} }, "mine"));
    expect(profiles.map(({ name }) => name)).toEqual(["kyma-telemetry", "mine"]);
  });

  test("that does not exist is reported with those that do", () => {
    expect(problemsIn(withProfiles({ mine: aProfile() }, "yours"))).toEqual([
      "clusters[0].profiles: there is no profile yours; known are kyma-telemetry, mine",
    ]);
    expect(parseInWords(withProfiles({}, "yours")).wrong).toEqual([{ name: "prod", labels: {}, problems: [expect.any(String)] }]);
  });

  test("that does not exist is reported where it is named: in the defaults", () => {
    const document = { ...aFleet(aCluster({ alerts: SERVICE })), defaults: { profiles: ["yours"] } };
    expect(problemsIn(document)).toEqual([expect.stringMatching(/^defaults\.profiles: there is no profile yours/)]);
  });
});

describe("two profiles on one cluster", () => {
  const two = (one: Parts, other: Parts, more: object = { alerts: SERVICE }) => ({
    ...aFleet(aCluster({ profiles: ["one", "other"], ...more })),
    profiles: { one: aProfile(one), other: aProfile(other) },
  });

  test.each([
    { what: "own the same condition of the same kind", mode: "own", type: "Mine" },
    { what: "write the same condition beside it", mode: "shadow", type: "alertstatus.io/Mine" },
  ])("may not both $what", ({ mode, type }) => {
    expect(problemsIn(two({}, {}, { mode, alerts: SERVICE }))).toEqual([
      `clusters[0].profiles: two of them write the condition ${type} of Queue.example.org: give one of them another mode, {name, mode: shadow}`,
    ]);
  });

  test.each([
    { one: "own", other: "shadow" },
    { one: "own", other: "observe" },
    { one: "shadow", other: "observe" },
    { one: "observe", other: "observe" },
  ] as const)("may have the same condition of the same kind, one in mode $one and one in mode $other", ({ one, other }) => {
    const profiles = ["one", { name: "other", mode: other }];
    const [entry, ...wrong] = parseInWords(two({}, {}, { mode: one, profiles, alerts: SERVICE })).clusters;
    expect(entry?.profiles.map(({ name, mode }) => [name, mode])).toEqual([
      ["one", one],
      ["other", other],
    ]);
    expect(wrong).toEqual([]);
  });

  test("may not be the same one", () => {
    expect(problemsIn(two({}, {}, { profiles: ["one", { name: "one", mode: "observe" }], alerts: SERVICE }))).toEqual([
      "clusters[0].profiles: one stands twice",
    ]);
  });

  test.each([
    {
      what: "a mode that there is not",
      use: { name: "one", mode: "loud" },
      problem: /^clusters\[0\]\.profiles\[0\]\.mode: .*own.*shadow.*observe/,
    },
    { what: "no mode", use: { name: "one" }, problem: /^clusters\[0\]\.profiles\[0\]\.mode: / },
    {
      what: "an unknown field",
      use: { name: "one", mode: "own", modus: 1 },
      problem: /^clusters\[0\]\.profiles\[0\]: there is no field modus; mode\?/,
    },
    { what: "a number", use: 7, problem: /^clusters\[0\]\.profiles\[0\]: the name of a profile is expected, or \{name, mode\}$/ },
  ])("are refused with $what", ({ use, problem }) => {
    expect(problemsIn(two({}, {}, { profiles: [use], alerts: SERVICE }))).toEqual([expect.stringMatching(problem)]);
  });

  test("may own the same condition of different kinds, and different ones of the same", () => {
    expect(problemsIn(two({}, { kind: "Topic" }))).toEqual([]);
    expect(problemsIn(two({}, { condition: "Yours" }))).toEqual([]);
  });

  test("must name the same source, unless the fleet names one", () => {
    const [here, there] = ["https://here.example", "https://there.example"].map((url) => ({ alerts: { url } }));
    const yours = { condition: "Yours" };
    expect(problemsIn(two({ ...here }, { ...there, ...yours }, {}))).toEqual([
      "clusters[0].alerts: needed here, for the profiles of this cluster name different sources",
    ]);
    expect(problemsIn(two({ ...here }, { ...yours }, {}))).toEqual([expect.stringMatching(/name different sources$/)]);
    expect(problemsIn(two({ ...here }, { ...here, ...yours }, {}))).toEqual([]);
    expect(problemsIn(two({ ...here }, { ...there, ...yours }))).toEqual([]);
  });

  test("must name a source, unless the fleet names one", () => {
    expect(problemsIn(two({}, { condition: "Yours" }, {}))).toEqual([
      "clusters[0].alerts: needed here, for no profile of this cluster names a source",
    ]);
  });
});
