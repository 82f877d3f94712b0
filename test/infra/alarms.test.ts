import { beforeAll, describe, expect, test } from "vitest";
import { METRICS } from "../../functions/core/outcome/metrics.ts";
import { filesIn, read } from "../house.ts";
import { WATCHING } from "../tools/bench/cost.ts";
import { type Json, resourcesOf, type Template, templateFor } from "./packaged.ts";

let template: Template;
const of = (id: string): Json => template.Resources[id]?.Properties;
const alarms = () => resourcesOf(template, "AWS::CloudWatch::Alarm");

beforeAll(async () => {
  template = await templateFor();
});

const ofFunction = (name: string) => [{ Name: "FunctionName", Value: { Ref: `${name}LambdaFunction` } }];
const ofQueue = (id: string) => [{ Name: "QueueName", Value: { "Fn::GetAtt": [id, "QueueName"] } }];
const OWN = [
  { Name: "service", Value: "alertstatus" },
  { Name: "stage", Value: "test" },
];

describe("an alarm fires when", () => {
  test.each([
    { when: "a tick fails", id: "DispatchErrors", metric: "Errors", about: ofFunction("Dispatch"), minutes: 1, above: 0 },
    {
      when: "an invocation of reconcile crashes",
      id: "ReconcileErrors",
      metric: "Errors",
      about: ofFunction("Reconcile"),
      minutes: 1,
      above: 0,
    },
    { when: "receive crashes", id: "ReceiveErrors", metric: "Errors", about: ofFunction("Receive"), minutes: 1, above: 0 },
    { when: "ticks are throttled", id: "DispatchThrottles", metric: "Throttles", about: ofFunction("Dispatch"), minutes: 3, above: 0 },
    { when: "shards are throttled", id: "ReconcileThrottles", metric: "Throttles", about: ofFunction("Reconcile"), minutes: 3, above: 0 },
    { when: "pushes are throttled", id: "ReceiveThrottles", metric: "Throttles", about: ofFunction("Receive"), minutes: 3, above: 0 },
    {
      when: "pushes are refused by the hundred",
      id: "PushesRefused",
      metric: "Url4xxCount",
      about: ofFunction("Receive"),
      minutes: 5,
      above: 100,
    },
    { when: "a push meets a server error", id: "PushesFailed", metric: "Url5xxCount", about: ofFunction("Receive"), minutes: 1, above: 0 },
    {
      when: "there is a dead letter",
      id: "DeadLetters",
      metric: "ApproximateNumberOfMessagesVisible",
      about: ofQueue("DeadLetterQueue"),
      minutes: 1,
      above: 0,
    },
    {
      when: "shards wait for more than two ticks",
      id: "TicksWait",
      metric: "ApproximateAgeOfOldestMessage",
      about: ofQueue("TickQueue"),
      minutes: 3,
      above: 120,
    },
    {
      when: "pushes wait for more than a minute",
      id: "PushesWait",
      metric: "ApproximateAgeOfOldestMessage",
      about: ofQueue("PushQueue"),
      minutes: 3,
      above: 60,
    },
    {
      when: "clusters are out of reach for long",
      id: "ClustersUnreachable",
      metric: "ClustersUnreachable",
      about: OWN,
      minutes: 15,
      above: 0,
    },
    {
      when: "clusters refuse everything for long",
      id: "ClustersForbidden",
      metric: "ClustersForbidden",
      about: OWN,
      minutes: 15,
      above: 0,
    },
    { when: "alerts are unreadable for long", id: "AlertsUnreadable", metric: "AlertsUnreadable", about: OWN, minutes: 15, above: 0 },
    {
      when: "entries of the fleet are wrong for long",
      id: "ClustersMisconfigured",
      metric: "ClustersMisconfigured",
      about: OWN,
      minutes: 15,
      above: 0,
    },
    { when: "shards run out of time for long", id: "ClustersLate", metric: "ClustersLate", about: OWN, minutes: 15, above: 0 },
    { when: "kinds cannot be listed for long", id: "KindsUnlisted", metric: "KindsUnlisted", about: OWN, minutes: 15, above: 0 },
    { when: "writes are refused for long", id: "ResourcesRefused", metric: "ResourcesRefused", about: OWN, minutes: 15, above: 0 },
    {
      when: "conditions have been Unknown for an hour, by the metric's own count",
      id: "ConditionsStayUnknown",
      metric: "ClustersLongUnknown",
      about: OWN,
      minutes: 1,
      above: 0,
    },
    { when: "a cluster meets a bug", id: "ClustersCrashed", metric: "ClustersCrashed", about: OWN, minutes: 1, above: 0 },
    { when: "a guard holds resources back", id: "ResourcesHeld", metric: "ResourcesHeld", about: OWN, minutes: 1, above: 0 },
    { when: "a cluster is in quarantine", id: "ClustersQuarantined", metric: "ClustersQuarantined", about: OWN, minutes: 1, above: 0 },
    { when: "the state is not written for long", id: "StateWritesFailed", metric: "StateWritesFailed", about: OWN, minutes: 15, above: 0 },
    { when: "the fleet cannot be used", id: "FleetUnusable", metric: "FleetUnusable", about: OWN, minutes: 1, above: 0 },
    { when: "the last good fleet is in use", id: "FleetStale", metric: "FleetStale", about: OWN, minutes: 1, above: 0 },
    { when: "transitions are not sent", id: "TransitionsLost", metric: "TransitionsLost", about: OWN, minutes: 1, above: 0 },
  ])("$when", ({ id, metric, about, minutes, above }) => {
    expect(of(id)).toMatchObject({ MetricName: metric, Dimensions: about, ComparisonOperator: "GreaterThanThreshold", Threshold: above });
    expect(of(id)).toMatchObject({ Period: 60, EvaluationPeriods: minutes, TreatMissingData: "notBreaching" });
    expect(of(id).Statistic).toBe(metric.startsWith("Approximate") ? "Maximum" : "Sum");
  });

  test.each([
    { when: "there is no tick for five minutes", id: "NoTick", metric: "TicksDispatched" },
    { when: "no run has come to its end for five minutes", id: "NoRun", metric: "RunsCompleted" },
  ])("$when, also where nothing at all is heard", ({ id, metric }) => {
    const silence = {
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 5,
      TreatMissingData: "breaching",
    };
    expect(of(id)).toMatchObject({ MetricName: metric, Dimensions: OWN, Statistic: "Sum", ...silence });
  });

  test("clusters are dispatched and not accounted for, twice in a row", () => {
    const { Metrics, ComparisonOperator, Threshold, EvaluationPeriods } = of("ClustersNotAccountedFor");
    expect({ ComparisonOperator, Threshold, EvaluationPeriods }).toEqual({
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: 0,
      EvaluationPeriods: 2,
    });
    expect(Metrics.map(({ Id, Expression }: Json) => Expression ?? Id)).toEqual([
      "dispatched - FILL(accounted, 0)",
      "dispatched",
      "accounted",
    ]);
    const measured = Metrics.flatMap(({ MetricStat }: Json) => MetricStat ?? []);
    expect(measured.map(({ Metric }: Json) => Metric.MetricName)).toEqual(["ClustersDispatched", "ClustersAccounted"]);
    for (const { Metric, Stat, Period } of measured)
      expect({ ...Metric, Stat, Period }).toMatchObject({ Dimensions: OWN, Stat: "Sum", Period: 300 });
  });
});

describe("every alarm", () => {
  test("comes and goes over the one topic, and says what to do", () => {
    for (const [, alarm] of alarms()) {
      expect(alarm).toMatchObject({ AlarmActions: [{ Ref: "AlarmTopic" }], OKActions: [{ Ref: "AlarmTopic" }] });
      expect(alarm.AlarmName).toMatch(/^alertstatus-test-[a-z-]+$/);
      expect(descriptionOf(alarm).length).toBeGreaterThan(40);
      expect(descriptionOf(alarm).length).toBeLessThan(900);
    }
    expect(alarms()).toHaveLength(29);
  });

  test("that is about conditions which stay Unknown links to the line of the log that names their clusters", () => {
    const url = /https:\S+amazon\S+/.exec(descriptionOf(of("ConditionsStayUnknown")))?.[0] ?? "";
    const decoded = decodeURIComponent(decodeURIComponent(url.replaceAll(/\$\{AWS::Region\}/g, "eu").replaceAll("$", "%")));
    expect(decoded).toContain("log-group//aws/lambda/alertstatus-test-reconcile/");
    expect(decoded).toMatch(/filterPattern="conditions\+stay\+Unknown"$/);
  });

  test("may speak: CloudWatch publishes, for alarms of this stage only, and needs no key that it cannot use", () => {
    const [statement, ...others] = of("AlarmTopicPolicy").PolicyDocument.Statement;
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: { Ref: "AlarmTopic" },
    });
    expect(statement.Condition).toEqual({
      StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
      ArnLike: { "aws:SourceArn": { "Fn::Sub": expect.stringMatching(/:alarm:alertstatus-test-\*$/) } },
    });
    expect(of("AlarmTopic").KmsMasterKeyId).toBeUndefined();
  });

  test("and every line of the dashboard is about a metric that the functions publish", () => {
    const code = filesIn("functions")
      .filter((file) => file.endsWith(".ts"))
      .map(read)
      .join("\n");
    const named = [...alarmed(), ...drawn()];
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((metric) => !METRICS.some((name) => name === metric))).toEqual([]);
    expect(METRICS.filter((name) => !code.includes(`${name}:`))).toEqual([]);
  });

  test("takes a metric without a value as one that is zero, which is not published, and is billed for each metric that it looks at", () => {
    const silent = ["NoTick", "NoRun"];
    expect(alarms().filter(([id, { TreatMissingData }]) => (TreatMissingData === "breaching") !== silent.includes(id))).toEqual([]);
    const looksAt = ({ Metrics = [{ MetricStat: {} }] }: Json) => Metrics.filter(({ MetricStat }: Json) => MetricStat !== undefined).length;
    expect(alarms().reduce((sum, [, alarm]) => sum + looksAt(alarm), 0)).toBe(WATCHING.alarms);
  });

  function alarmed(): readonly string[] {
    const single = alarms().flatMap(([, { Namespace, MetricName }]) => (Namespace === "alertstatus" ? [MetricName] : []));
    const inMath = alarms().flatMap(([, { Metrics = [] }]) =>
      Metrics.flatMap(({ MetricStat }: Json) => MetricStat?.Metric.MetricName ?? []),
    );
    return [...single, ...inMath];
  }
});

const descriptionOf = ({ AlarmDescription: text }: Json): string => (typeof text === "string" ? text : text["Fn::Sub"]);

describe("the dashboard", () => {
  test("is what CloudWatch can read, once the names are filled in", () => {
    const { widgets } = dashboard();
    expect(widgets.map(({ properties }: Json) => properties.title)).toEqual([
      "Clusters per minute, by outcome",
      "Conditions per minute, by status",
      "Clusters dispatched and accounted for",
      "Status writes and transitions",
      "Delays and durations (p99)",
      "Queues: age of the oldest message, dead letters",
      "Errors and throttles",
      "Pushes",
    ]);
  });

  test("names only resources of the stack", () => {
    const named = [...of("Dashboard").DashboardBody["Fn::Sub"].matchAll(/\$\{(\w+)(\.\w+)?\}/g)].map(([, id]) => id);
    expect(named.filter((id) => template.Resources[id] === undefined)).toEqual([]);
  });
});

function dashboard(): Json {
  return JSON.parse(of("Dashboard").DashboardBody["Fn::Sub"].replaceAll(/\$\{[\w.:]+\}/g, "name"));
}

function drawn(): readonly string[] {
  const lines = dashboard().widgets.flatMap(({ properties }: Json) => properties.metrics);
  return lines.flatMap(([namespace, metric]: readonly string[]) => (namespace === "alertstatus" ? [metric] : []));
}
