// Holds the evidence of health to the source's own words, in every dialect.

import { describe, expect, test } from "vitest";
import { UpstreamError } from "../../../functions/core/errors.ts";
import {
  alertsInRules,
  nextPageOf,
  parseRules,
  parseStartTime,
  type RuleHealth,
  type RuleState,
} from "../../../functions/core/prometheus/rule-health.ts";

const NOW = Date.UTC(2026, 5, 1, 12, 0, 0);
const secondsAgo = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

// As Prometheus writes a rule with `exclude_alerts=true`.
const aRule = (more: object = {}) => ({
  state: "inactive",
  name: "A",
  query: "up == 0",
  duration: 60,
  keepFiringFor: 120,
  labels: {},
  annotations: {},
  health: "ok",
  evaluationTime: 0.0003,
  lastEvaluation: secondsAgo(1),
  type: "alerting",
  ...more,
});
const aGroup = (rules: unknown, more: object = {}) => ({ name: "group", file: "rules.yml", interval: 30, limit: 0, rules, ...more });
const aBody = (groups: unknown, more: object = {}) => ({ status: "success", data: { groups }, ...more });
const healthsIn = (body: unknown) => {
  const rules = parseRules(body, NOW).groups.flatMap((group) => [...group.rules]);
  const healths = rules.flatMap(([name, states]) => states.map(({ health }) => ({ name, health })));
  const byName = Map.groupBy(healths, ({ name }) => name);
  return Object.fromEntries([...byName].map(([name, all]) => [name, all.map(({ health }) => health)]));
};
const healthOf = (rule: object, group: object = {}) => healthsIn(aBody([aGroup([aRule(rule)], group)])).A;

describe("the health of a rule", () => {
  const rows: readonly { rule: string; more: object; health: RuleHealth }[] = [
    { rule: "that was evaluated a second ago", more: {}, health: "ok" },
    { rule: "that was evaluated exactly three intervals ago", more: { lastEvaluation: secondsAgo(90) }, health: "ok" },
    { rule: "that was evaluated more than three intervals ago", more: { lastEvaluation: secondsAgo(90.001) }, health: "stalled" },
    { rule: "that was evaluated to the nanosecond", more: { lastEvaluation: "2026-06-01T11:59:50.123456789Z" }, health: "ok" },
    { rule: "that was evaluated in another time zone", more: { lastEvaluation: "2026-06-01T13:59:50+02:00" }, health: "ok" },
    { rule: "that was evaluated after the answer was sent", more: { lastEvaluation: secondsAgo(-1) }, health: "ok" },
    { rule: "that is ok without an evaluation", more: { lastEvaluation: undefined }, health: "stalled" },
    { rule: "that is ok with an evaluation in the year 1", more: { lastEvaluation: "0001-01-01T00:00:00Z" }, health: "not evaluated yet" },
    { rule: "that failed in the year 1", more: { health: "err", lastEvaluation: "0001-01-01T00:00:00Z" }, health: "not evaluated yet" },
    { rule: "with Grafana's word for a failure", more: { health: "error" }, health: "of unknown health" },
    { rule: "whose health is a number", more: { health: 1 }, health: "of unknown health" },
    { rule: "whose last evaluation failed", more: { health: "err", lastError: "many-to-many matching" }, health: "failing" },
    { rule: "that failed long ago", more: { health: "err", lastEvaluation: secondsAgo(900) }, health: "failing" },
    {
      rule: "that has not been evaluated yet",
      more: { health: "unknown", lastEvaluation: "0001-01-01T00:00:00Z" },
      health: "not evaluated yet",
    },
    { rule: "without a health", more: { health: undefined }, health: "of unknown health" },
  ];
  test.each(rows)("$rule is $health", ({ more, health }) => {
    expect(healthOf(more)).toEqual([health]);
  });

  test.each([
    { interval: 1, ago: 4, health: "stalled" },
    { interval: 60, ago: 180, health: "ok" },
    { interval: 0.5, ago: 1.5, health: "ok" },
    { interval: 0.5, ago: 1.6, health: "stalled" },
    { interval: undefined, ago: 1, health: "stalled" },
    { interval: { valueOf: 1, toString: 1 }, ago: 1, health: "stalled" },
  ])("with an interval of $interval s, evaluated $ago s ago: $health", ({ interval, ago, health }) => {
    expect(healthOf({ lastEvaluation: secondsAgo(ago) }, { interval })).toEqual([health]);
  });

  test("follows the source's clock, not the local one", () => {
    const body = aBody([aGroup([aRule({ lastEvaluation: "1999-01-01T00:00:00Z" })])]);
    expect(parseRules(body, Date.UTC(1999, 0, 1, 0, 0, 10)).groups[0]!.rules.get("A")).toMatchObject([{ health: "ok" }]);
  });
});

describe("parseRules returns", () => {
  test("the rules of all groups, each judged by the interval of its group", () => {
    const stale = { lastEvaluation: secondsAgo(60) };
    const groups = [aGroup([aRule(stale), aRule({ name: "B" })]), aGroup([aRule({ name: "C", ...stale })], { interval: 10 })];
    expect(healthsIn(aBody(groups))).toEqual({ A: ["ok"], B: ["ok"], C: ["stalled"] });
  });

  test("every rule of a name", () => {
    const groups = [aGroup([aRule(), aRule({ health: "err" })]), aGroup([aRule({ health: "unknown" })])];
    expect(healthsIn(aBody(groups))).toEqual({ A: ["ok", "failing", "not evaluated yet"] });
  });

  test("any number of rules of a name", () => {
    const groups = [aGroup(Array.from({ length: 200_000 }, () => aRule()))];
    expect(parseRules(aBody(groups), Date.now()).groups[0]!.rules.get("A")).toHaveLength(200_000);
  });

  test.each<{ what: string; more: object; state: Partial<RuleState> }>([
    { what: "a rule", more: {}, state: {} },
    {
      what: "its labels, as text",
      more: { labels: { severity: "critical", code: 7 } },
      state: { labels: { severity: "critical", code: "7" } },
    },
    { what: "no labels that are a list", more: { labels: ["severity"] }, state: {} },
    { what: "its error, on one line", more: { lastError: "many-to-many\nmatching" }, state: { lastError: "many-to-many matching" } },
    { what: "no error that is empty", more: { lastError: "" }, state: {} },
    { what: "no wait that is no number", more: { duration: "1m" }, state: { forMs: undefined } },
    {
      what: "no evaluation in the year 1",
      more: { lastEvaluation: "0001-01-01T00:00:00Z" },
      state: { lastEvaluation: undefined, health: "not evaluated yet" },
    },
    {
      what: "an evaluation in 1970",
      more: { lastEvaluation: "1970-01-01T00:00:00Z" },
      state: { lastEvaluation: "1970-01-01T00:00:00Z", health: "stalled" },
    },
  ])("$what, as the source tells it", ({ more, state }) => {
    const rule: RuleState = { health: "ok", forMs: 60_000, lastEvaluation: secondsAgo(1), labels: {}, ...state };
    expect(parseRules(aBody([aGroup([aRule(more)])]), NOW)).toEqual({
      groups: [{ name: "group", file: "rules.yml", rules: new Map([["A", [rule]]]) }],
    });
  });

  test("a group without a readable name or file under empty ones", () => {
    expect(parseRules(aBody([aGroup([aRule()], { name: 7, file: undefined })]), NOW).groups).toMatchObject([{ name: "", file: "" }]);
  });

  test("only the rules of the names asked for, and no group that has none of them", () => {
    const { groups } = parseRules(aBody([aGroup([aRule(), aRule({ name: "B" })]), aGroup([aRule({ name: "C" })])]), NOW, new Set(["B"]));
    expect(groups.map(({ rules }) => [...rules.keys()])).toEqual([["B"]]);
  });

  test("no recording rule, whatever its name", () => {
    const recording = { name: "A", query: "sum(up)", health: "ok", type: "recording", lastEvaluation: secondsAgo(1) };
    expect(healthsIn(aBody([aGroup([recording, aRule({ name: "B" })])]))).toEqual({ B: ["ok"] });
  });

  test("no entry that is not a rule", () => {
    const strange = [null, "A", 7, [aRule()], {}, { ...aRule(), name: 7 }, { ...aRule(), type: undefined }];
    expect(healthsIn(aBody([null, "group", aGroup(undefined), aGroup({ A: aRule() }), aGroup(strange)]))).toEqual({});
    expect(parseRules(aBody([aGroup(strange)]), NOW).groups).toEqual([]);
  });
});

describe("alertsInRules returns", () => {
  const firing = { state: "firing", alerts: [{ value: "1" }, { value: "2" }] };
  const alertsIn = (...rules: readonly object[]) => alertsInRules(aBody([null, aGroup(rules)]), new Set(["A", "B"]));

  test("the alerts below every rule of the names asked for", () => {
    const rules = [aRule(firing), aRule({ name: "B", state: "pending", alerts: [{ value: "3" }] }), aRule({ ...firing, name: "C" })];
    expect(alertsIn(...rules)).toEqual([{ value: "1" }, { value: "2" }, { value: "3" }]);
  });

  test("none of a recording rule, whatever its name", () => {
    expect(alertsIn(aRule({ ...firing, type: "recording" }))).toEqual([]);
  });

  test.each(["inactive", "unknown", undefined])("none of a rule without alerts that is %s", (state) => {
    expect(alertsIn(aRule({ state }), aRule({ state, alerts: [] }))).toEqual([]);
  });

  test.each(["firing", "pending"])("no answer that lists no alerts below a rule that is %s", (state) => {
    for (const alerts of [undefined, []])
      expect(() => alertsIn(aRule({ state, alerts }))).toThrow(
        new UpstreamError("malformed", `the rules API lists no alerts below a rule that is ${state}`),
      );
  });
});

test.each([
  { body: { data: { groupNextToken: "2" } }, token: "2" },
  { body: { data: { groupNextToken: "" } }, token: undefined },
  { body: { data: { groupNextToken: 2 } }, token: undefined },
  { body: aBody([]), token: undefined },
  { body: null, token: undefined },
])("nextPageOf reads $body as $token", ({ body, token }) => {
  expect(nextPageOf(body)).toBe(token);
});

describe("parseRules reads the dialect of", () => {
  const mimir = {
    state: "firing",
    name: "A",
    query: "up == 0",
    duration: 60,
    labels: {},
    annotations: {},
    alerts: [],
    health: "ok",
    lastError: "",
    type: "alerting",
    lastEvaluation: secondsAgo(20),
    evaluationTime: 0.01,
  };
  const thanos = { ...aRule(), lastError: "", partialResponseStrategy: "ABORT", alerts: null };
  test.each([
    { dialect: "Prometheus without rules", body: aBody([]), rules: {} },
    { dialect: "Thanos without rules", body: aBody(null), rules: {} },
    { dialect: "Thanos", body: aBody([aGroup([thanos], { partialResponseStrategy: "ABORT" })]), rules: { A: ["ok"] } },
    { dialect: "Thanos with a partial answer", body: aBody([aGroup([thanos])], { warnings: ["no store"] }), rules: { A: ["ok"] } },
    {
      dialect: "Mimir, and Amazon Managed Prometheus",
      body: aBody([{ name: "group", file: "tenant", rules: [mimir], interval: 60, sourceTenants: null }], { errorType: "", error: "" }),
      rules: { A: ["ok"] },
    },
  ])("$dialect", ({ body, rules }) => {
    expect(healthsIn(body)).toEqual(rules);
  });
});

describe("parseRules does not take for no rules", () => {
  test.each([
    { what: "undefined", body: undefined },
    { what: "null", body: null },
    { what: "Mimir's rules, in YAML", body: "namespace:\n- name: group\n" },
    { what: "a list", body: [aGroup([aRule()])] },
    { what: "an empty object", body: {} },
    { what: "an error", body: { ...aBody([aGroup([aRule()])]), status: "error" } },
    { what: "no status", body: { data: { groups: [] } } },
    { what: "no data", body: { status: "success" } },
    { what: "an answer of the Alerts API", body: { status: "success", data: { alerts: [] } } },
    { what: "groups as a map", body: aBody({ group: aGroup([aRule()]) }) },
    { what: "groups that are a string", body: aBody("none") },
  ])("$what", ({ body }) => {
    expect(() => parseRules(body, NOW)).toThrow(new UpstreamError("malformed", "the answer of the rules API holds no list of groups"));
  });
});

describe("parseStartTime", () => {
  const saying = (data: object) => ({ status: "success", data });
  test.each([
    { body: saying({ startTime: "2026-06-01T11:00:00.5Z", reloadConfigSuccess: true }), start: NOW - 3_599_500 },
    { body: saying({ startTime: "2026-06-01T11:00:00.5Z", reloadConfigSuccess: false }), start: NOW - 3_599_500 },
    { body: saying({ startTime: "2026-06-01T11:00:00.123456789Z", lastConfigTime: "2026-06-01T11:00:00Z" }), start: NOW - 3_599_877 },
    { body: saying({ startTime: "2026-06-01T13:00:00+02:00", reloadConfigSuccess: true }), start: NOW - 3_600_000 },
    { body: saying({ startTime: "2026-06-01T11:00:00.5Z", CWD: "/", goroutineCount: 27 }), start: undefined },
    { body: { status: "success", data: {} }, start: undefined },
    { body: saying({ startTime: "yesterday", reloadConfigSuccess: true }), start: undefined },
    { body: saying({ startTime: NOW, reloadConfigSuccess: true }), start: undefined },
    { body: saying({ reloadConfigSuccess: true }), start: undefined },
    { body: "<html>", start: undefined },
    { body: null, start: undefined },
  ])("reads $body as $start", ({ body, start }) => {
    expect(parseStartTime(body)).toBe(start);
  });
});
