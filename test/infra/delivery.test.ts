// Follows a message over every hop of the stack: how often it is retried, and where it ends.

import { beforeAll, describe, expect, test } from "vitest";
import { worstCaseMs } from "../../functions/core/limits.ts";
import { isMatched } from "./event-pattern.ts";
import { arnOf, type Json, resourcesOf, type Template, templateFor } from "./packaged.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:amp";
const DEAD_LETTERS = arnOf("DeadLetterQueue");
let template: Template;
const of = (id: string): Json => template.Resources[id]?.Properties;

beforeAll(async () => {
  template = await templateFor({ topics: `${TOPIC}=prod` });
});

describe("the dead-letter queue gets, after a bounded number of retries,", () => {
  test("a tick that the schedule cannot deliver for a minute", () => {
    const { Arn, RetryPolicy, DeadLetterConfig } = of("Tick").Target;
    expect(Arn).toEqual(arnOf("DispatchLambdaFunction"));
    expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 1 });
    expect(DeadLetterConfig).toEqual({ Arn: DEAD_LETTERS });
  });

  test.each([
    { what: "a shard that the bus cannot deliver", rule: "TickRule", queue: "TickQueue", seconds: 60, tries: 3 },
    { what: "a push that the bus cannot deliver", rule: "PushRule", queue: "PushQueue", seconds: 300, tries: 10 },
  ])("$what within $seconds s and $tries retries", ({ rule, queue, seconds, tries }) => {
    const retries = { RetryPolicy: { MaximumEventAgeInSeconds: seconds, MaximumRetryAttempts: tries } };
    expect(of(rule).Targets).toEqual([{ Id: expect.any(String), Arn: arnOf(queue), ...retries, DeadLetterConfig: { Arn: DEAD_LETTERS } }]);
  });

  test.each(["TickQueue", "PushQueue"])("a message of the %s that fails three times", (queue) => {
    expect(of(queue).RedrivePolicy).toEqual({ deadLetterTargetArn: DEAD_LETTERS, maxReceiveCount: 3 });
  });

  test.each([
    { what: "a failed tick without a retry, for the next tick replaces it", id: "Dispatch", tries: 0, seconds: 60 },
    { what: "an asynchronous invocation of reconcile without a retry", id: "Reconcile", tries: 0, seconds: 60 },
    { what: "a record of SNS that receive fails three times", id: "Receive", tries: 2, seconds: 300 },
  ])("$what", ({ id, tries, seconds }) => {
    expect(of(`${id}LambdaEvConf`)).toMatchObject({
      FunctionName: { Ref: `${id}LambdaFunction` },
      MaximumRetryAttempts: tries,
      MaximumEventAgeInSeconds: seconds,
      DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } },
    });
  });

  test("a record that SNS cannot deliver", () => {
    const [[, subscription]] = resourcesOf(template, "AWS::SNS::Subscription") as [[string, Json]];
    expect(subscription).toMatchObject({ TopicArn: TOPIC, Protocol: "lambda", RedrivePolicy: { deadLetterTargetArn: DEAD_LETTERS } });
  });

  test("messages from no other hop, because there is none", () => {
    const hops = ["AWS::Scheduler::Schedule", "AWS::Events::Rule", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig"];
    expect(hops.map((type) => resourcesOf(template, type).map(([id]) => id))).toEqual([
      ["Tick"],
      ["TickRule", "PushRule"],
      ["TicksToReconcile", "PushesToReconcile"],
      ["DispatchLambdaEvConf", "ReconcileLambdaEvConf", "ReceiveLambdaEvConf"],
    ]);
    expect(resourcesOf(template, "AWS::SQS::Queue").map(([id]) => id)).toEqual(["TickQueue", "PushQueue", "DeadLetterQueue"]);
  });

  test("messages that it keeps for two weeks", () => {
    expect(of("DeadLetterQueue").MessageRetentionPeriod).toBe(14 * 24 * 60 * 60);
  });
});

describe("the tick", () => {
  test("comes at its scheduled time, and carries that time", () => {
    expect(of("Tick")).toMatchObject({
      ScheduleExpression: "rate(1 minute)",
      FlexibleTimeWindow: { Mode: "OFF" },
      GroupName: { Ref: "ScheduleGroup" },
    });
    expect(JSON.parse(of("Tick").Target.Input)).toEqual({ time: "<aws.scheduler.scheduled-time>" });
  });

  test("is long enough for the worst case of a shard", () => {
    const { Timeout } = of("ReconcileLambdaFunction");
    const shardSize = Number(of("DispatchLambdaFunction").Environment.Variables.SHARD_SIZE);
    expect(shardSize).toBe(200);
    expect(Timeout * 1_000).toBeGreaterThanOrEqual(worstCaseMs(shardSize));
    expect(Timeout).toBeLessThanOrEqual(60);
    expect(of("DispatchLambdaFunction").Timeout).toBeLessThan(60);
  });
});

describe("each queue", () => {
  const queues = [
    { queue: "TickQueue", mapping: "TicksToReconcile", batch: 1, concurrency: 10 },
    { queue: "PushQueue", mapping: "PushesToReconcile", batch: 10, concurrency: 5 },
  ];

  test.each(queues)("$queue: hides a message for six times the timeout of its consumer", ({ queue, mapping }) => {
    expect(of(mapping).FunctionName).toEqual(arnOf("ReconcileLambdaFunction"));
    expect(of(queue).VisibilityTimeout).toBeGreaterThanOrEqual(6 * of("ReconcileLambdaFunction").Timeout);
  });

  test.each(queues)("$queue: keeps a message until its last receive has ended", ({ queue }) => {
    expect(of(queue).MessageRetentionPeriod).toBeGreaterThan(of(queue).RedrivePolicy.maxReceiveCount * of(queue).VisibilityTimeout);
  });

  test.each(queues)(
    "$queue: delivers batches of $batch without delay, and takes an answer for each message",
    ({ queue, mapping, batch, concurrency }) => {
      expect(of(mapping)).toMatchObject({
        EventSourceArn: arnOf(queue),
        BatchSize: batch,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ScalingConfig: { MaximumConcurrency: concurrency },
      });
      expect(of(mapping).MaximumBatchingWindowInSeconds ?? 0).toBe(0);
    },
  );
});

describe("on the bus", () => {
  const event = { source: "alertstatus", "detail-type": "Reconcile Requested", detail: { clusters: ["prod"], cause: "push" } };
  const because = (cause: string) => ({ detail: { clusters: ["prod"], cause } });

  test.each([
    { what: "a shard of a tick", event: { ...event, ...because("schedule") }, goesTo: ["TickRule"] },
    { what: "a push", event, goesTo: ["PushRule"] },
    { what: "a manual request", event: { ...event, ...because("manual") }, goesTo: ["PushRule"] },
    { what: "a request of another system", event: { ...event, source: "com.example" }, goesTo: ["PushRule"] },
    {
      what: "a request of another system that calls itself a tick",
      event: { ...event, ...because("schedule"), source: "com.example" },
      goesTo: ["PushRule"],
    },
    {
      what: "a request of another system that names no cause",
      event: { ...event, source: "com.example", detail: {} },
      goesTo: ["PushRule"],
    },
    {
      what: "the Condition Changed of reconcile",
      event: { ...event, "detail-type": "Condition Changed", detail: { cluster: "prod" } },
      goesTo: [],
    },
    {
      what: "a Condition Changed that has a cause",
      event: { ...event, "detail-type": "Condition Changed", ...because("schedule") },
      goesTo: [],
    },
    { what: "anything else of another system", event: { ...event, source: "com.example", "detail-type": "Order Placed" }, goesTo: [] },
  ])("$what goes to $goesTo", ({ event, goesTo }) => {
    const matching = resourcesOf(template, "AWS::Events::Rule").filter(([, { EventPattern }]) => isMatched(event, EventPattern));
    expect(matching.map(([id]) => id)).toEqual(goesTo);
  });

  test("every rule listens to the stack's own bus", () => {
    for (const [, rule] of resourcesOf(template, "AWS::Events::Rule")) expect(rule.EventBusName).toEqual({ Ref: "Bus" });
  });
});
