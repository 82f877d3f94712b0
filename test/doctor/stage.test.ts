// What doctor says of a stage, one situation a row, by a port that answers in this process.

import { describe, expect, test } from "vitest";
import { type Code, UpstreamError } from "../../functions/core/errors.ts";
import type { StageState } from "../../functions/doctor/checks/stage-state.ts";
import { checkStage, type Stage } from "../../functions/doctor/stage.ts";

const NOW = "2026-01-02T12:00:00Z";
const nowMs = Date.parse(NOW);
const asker = { stage: "prod", nowMs, version: "1.2.3" };
const ago = (minutes: number) => nowMs - minutes * 60_000;
const at = (minutes: number) => new Date(ago(minutes)).toISOString();

const OUTPUTS = ["StateTable", "FleetUri", "BusName", "TickQueueUrl", "PushQueueUrl", "DeadLetterQueueUrl", "ReceiverUrl", "AlarmTopicArn"];
const outputs = new Map(OUTPUTS.map((name) => [name, `the-${name}`]));
const stack = { status: "UPDATE_COMPLETE", changedMs: ago(600), outputs };
const quiet = { name: "alertstatus-prod-no-tick", state: "OK", sinceMs: ago(500), description: "No tick.", isEnabled: true };
const code = { version: "1.2.3", sha256: "0123456789abcdef", changed: at(600), state: "Active", update: "Successful" };
const state: StageState = {
  clusters: [{ cluster: "a" }, { cluster: "b" }],
  tick: { atMs: ago(0.5), fleet: "v2" },
  run: { at: at(0.5), ms: 900, missed: 0 },
  tickMs: 60_000,
  push: { at: at(120), by: "arn:of-ada", version: "v2" },
  drops: [],
};

/** A stage that is well, but for what is given. */
function aStage(more: Partial<Stage> & { readonly state?: Partial<StageState> } = {}): Stage {
  return {
    stack,
    alarms: async () => [quiet],
    countDeadLetters: async () => 0,
    readCode: async () => code,
    readState: async () => ({ ...state, ...more.state }),
    readFleet: async () => ({ version: "v2", isRead: true }),
    ...more,
  };
}

const refuse = (code: Code) => async () => {
  throw new UpstreamError(code, "sqs:GetQueueAttributes: AccessDenied");
};

test("a stage that keeps the page has the function that writes it", async () => {
  const withPage = { ...stack, outputs: new Map([...outputs, ["PageUri", "s3://page/index.html"]]) };
  const { checks } = await checkStage(aStage({ stack: withPage }), asker);
  const names = checks.map(({ check }) => check).filter((check) => check.startsWith("function "));
  expect(names.toSorted()).toEqual(["function dispatch", "function publish", "function receive", "function reconcile"]);
});

test("a stage that is well passes every check, with one call of each kind", async () => {
  const calls: string[] = [];
  const counted = (name: string, call: (word: string) => Promise<unknown>) => (word: string) => {
    calls.push(name);
    return call(word);
  };
  const well = aStage();
  const spied = Object.fromEntries(
    Object.entries(well).map(([name, call]) => [name, typeof call === "function" ? counted(name, call as () => Promise<unknown>) : call]),
  ) as unknown as Stage;
  const { stage, checks } = await checkStage(spied, asker);
  expect(stage).toBe("prod");
  expect(checks.filter(({ was }) => was !== "ok")).toEqual([]);
  expect(checks.map(({ check }) => check)).toEqual([
    "stack",
    "outputs",
    "alarms",
    "dead letters",
    "function dispatch",
    "function reconcile",
    "function receive",
    "state table",
    "last tick",
    "last run",
    "missed ticks",
    "clusters",
    "fleet read",
    "fleet pushed",
  ]);
  expect(calls.toSorted()).toEqual(["alarms", "countDeadLetters", "readCode", "readCode", "readCode", "readFleet", "readState"]);
});

type Situation = {
  readonly when: string;
  readonly stage: Parameters<typeof aStage>[0];
  readonly check: string;
  readonly was: string;
  readonly says: string;
};
const stackIs = (status: string) => ({ stack: { ...stack, status } });
const without = (name: string) => ({ stack: { ...stack, outputs: new Map([...outputs].filter(([key]) => key !== name)) } });
const unread = async () => ({ version: "v3", isRead: false });
const firing = { ...quiet, state: "ALARM", sinceMs: ago(12) };

const situations: readonly Situation[] = [
  { when: "the stack is being updated", stage: stackIs("UPDATE_IN_PROGRESS"), check: "stack", was: "warning", says: "UPDATE_IN_PROGRESS" },
  {
    when: "an update was rolled back",
    stage: stackIs("UPDATE_ROLLBACK_COMPLETE"),
    check: "stack",
    was: "warning",
    says: "what ran before runs on",
  },
  { when: "the stack failed", stage: stackIs("ROLLBACK_COMPLETE"), check: "stack", was: "failed", says: "ROLLBACK_COMPLETE, 10h ago" },
  { when: "an output is missing", stage: without("StateTable"), check: "outputs", was: "failed", says: "not there: StateTable" },
  {
    when: "an alarm fires",
    stage: { alarms: async () => [firing] },
    check: "alarm no-tick",
    was: "failed",
    says: "fires since 12m: No tick.",
  },
  { when: "there are no alarms", stage: { alarms: async () => [] }, check: "alarms", was: "warning", says: "there are none" },
  {
    when: "an alarm is switched off",
    stage: { alarms: async () => [{ ...quiet, isEnabled: false }] },
    check: "alarms that notify",
    was: "warning",
    says: "switched off: alertstatus-prod-no-tick",
  },
  {
    when: "dead letters wait",
    stage: { countDeadLetters: async () => 3 },
    check: "dead letters",
    was: "warning",
    says: "3 messages could not be delivered",
  },
  {
    when: "dead letters may not be counted",
    stage: { countDeadLetters: refuse("forbidden") },
    check: "dead letters",
    was: "failed",
    says: "not looked at: sqs:GetQueueAttributes: AccessDenied",
  },
  {
    when: "a function runs another version",
    stage: { readCode: async () => ({ ...code, version: "1.0.0" }) },
    check: "function reconcile",
    was: "warning",
    says: "alertstatus 1.0.0, code 0123456789 of",
  },
  {
    when: "a function cannot run",
    stage: { readCode: async () => ({ ...code, update: "Failed" }) },
    check: "function receive",
    was: "failed",
    says: "it cannot run",
  },
  { when: "there was no tick", stage: { state: { tick: undefined } }, check: "last tick", was: "failed", says: "none in two days" },
  {
    when: "the last tick is old",
    stage: { state: { tick: { atMs: ago(14), fleet: "v2" } } },
    check: "last tick",
    was: "failed",
    says: "14m ago; one is due every 60s",
  },
  {
    when: "ticks are dispatched and none comes to its end",
    stage: { state: { run: undefined } },
    check: "last run",
    was: "failed",
    says: "no tick has come to its end",
  },
  {
    when: "the last run is old",
    stage: { state: { run: { at: at(9), ms: 1, missed: 0 } } },
    check: "last run",
    was: "failed",
    says: "looked 9m ago",
  },
  {
    when: "ticks were missed",
    stage: { state: { run: { at: at(1), ms: 1, missed: 4 } } },
    check: "missed ticks",
    was: "warning",
    says: "4 in the last hour",
  },
  {
    when: "processes die of clusters",
    stage: { state: { run: { at: at(1), ms: 1, missed: 0, lost: ["a", "b", "c", "d", "e"] } } },
    check: "lost clusters",
    was: "failed",
    says: "dies: a, b, c and 2 more",
  },
  {
    when: "clusters are not reached",
    stage: { state: { clusters: [{ cluster: "a", trouble: "unreachable" }, { cluster: "b", trouble: "unreachable" }, { cluster: "c" }] } },
    check: "clusters",
    was: "failed",
    says: "2 unreachable: a, b",
  },
  {
    when: "the state cannot be read",
    stage: { readState: refuse("not-found") },
    check: "state table",
    was: "failed",
    says: "not looked at",
  },
  {
    when: "a fleet was pushed a moment ago",
    stage: { readFleet: unread, state: { push: { at: at(1), by: "ada", version: "v3" } } },
    check: "fleet read",
    was: "warning",
    says: "read version v2, and v3 is there",
  },
  {
    when: "the fleet that lies there is not read",
    stage: { readFleet: unread, state: { push: { at: at(30), by: "ada", version: "v3" } } },
    check: "fleet read",
    was: "failed",
    says: "read version v2, and v3 is there",
  },
  { when: "there is no fleet", stage: { readFleet: refuse("not-found") }, check: "fleet", was: "failed", says: "not looked at" },
  {
    when: "no tick was due since the push",
    stage: {
      readFleet: unread,
      state: { push: { at: at(30), by: "ada", version: "v3" }, tick: { atMs: ago(600), fleet: "v2" }, tickMs: 86_400_000 },
    },
    check: "fleet read",
    was: "warning",
    says: "read version v2, and v3 is there",
  },
  {
    when: "the fleet was replaced past the history",
    stage: { readFleet: async () => ({ version: "v3", isRead: true }) },
    check: "fleet pushed",
    was: "warning",
    says: "the history ends with v2, pushed 2h ago by arn:of-ada",
  },
  { when: "no push is known", stage: { state: { push: undefined } }, check: "fleet pushed", was: "skipped", says: "not within a month" },
  {
    when: "the last tick is of an older version",
    stage: { state: { tick: { atMs: ago(0.5) } } },
    check: "fleet read",
    was: "skipped",
    says: "does not say which version",
  },
  {
    when: "the fleet lies in a parameter",
    stage: { readFleet: async () => undefined },
    check: "fleet",
    was: "skipped",
    says: "in no bucket",
  },
  {
    when: "conditions do not stay",
    stage: { state: { drops: [{ kind: "Kafka", count: 12, clusters: ["a"], last: "kafka/events of a" }] } },
    check: "owner of Kafka",
    was: "warning",
    says: "went 12 times between two runs in a, the last time from kafka/events of a",
  },
];

describe("doctor of a stage", () => {
  test.each(situations)("says at $check that it is $was when $when", async ({ stage, check, was, says }) => {
    const found = (await checkStage(aStage(stage), asker)).checks.find((one) => one.check === check);
    expect(found).toMatchObject({ was, message: expect.stringContaining(says) });
    expect(typeof found?.remedy).toBe(was === "skipped" ? "undefined" : "string");
  });
});
