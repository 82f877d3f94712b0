// Holds the stack to the names and sizes that other systems rely on.

import { beforeAll, describe, expect, test } from "vitest";
import { readConfig, requireBus, requireFleet, requireReceiverSecret } from "../../functions/config.ts";
import { FUNCTIONS, type Json, type Packaged, packageStack, resourcesOf, type Template } from "./packaged.ts";

let template: Template;
let packaged: Packaged;
const of = (id: string): Json => template.Resources[id]?.Properties;
const idOf = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}LambdaFunction`;

beforeAll(async () => {
  packaged = await packageStack();
  template = packaged.template;
});

describe("the stack has stable names for", () => {
  test.each(FUNCTIONS)("the function %s", (name) => {
    expect(of(idOf(name)).FunctionName).toBe(`alertstatus-test-${name}`);
    expect(of(idOf(name)).Handler).toBe(`.build/${name}/${name}.handler`);
  });

  test.each([
    { what: "the bus", id: "Bus", property: "Name", name: "alertstatus-test" },
    { what: "the group of the schedule", id: "ScheduleGroup", property: "Name", name: "alertstatus-test" },
    { what: "the tick queue", id: "TickQueue", property: "QueueName", name: "alertstatus-test-tick" },
    { what: "the push queue", id: "PushQueue", property: "QueueName", name: "alertstatus-test-push" },
    { what: "the dead-letter queue", id: "DeadLetterQueue", property: "QueueName", name: "alertstatus-test-dead-letters" },
    { what: "the role that clusters grant access to", id: "ReconcileRole", property: "RoleName", name: "alertstatus-test-reconcile" },
    { what: "the table of the state", id: "StateTable", property: "TableName", name: "alertstatus-test" },
    { what: "the dashboard", id: "Dashboard", property: "DashboardName", name: "alertstatus-test" },
  ])("$what", ({ id, property, name }) => expect(of(id)[property]).toBe(name));

  test("the outputs", () => {
    const values = Object.entries(template.Outputs).map(([name, { Value }]) => [name, Value]);
    expect(Object.fromEntries(values)).toMatchObject({
      FleetUri: { "Fn::Sub": `s3://\${FleetBucket}/fleet.yml` },
      BusName: { Ref: "Bus" },
      TickQueueUrl: { Ref: "TickQueue" },
      PushQueueUrl: { Ref: "PushQueue" },
      DeadLetterQueueUrl: { Ref: "DeadLetterQueue" },
      ReceiverUrl: { "Fn::GetAtt": ["ReceiveLambdaFunctionUrl", "FunctionUrl"] },
      AlarmTopicArn: { Ref: "AlarmTopic" },
      StateTable: { Ref: "StateTable" },
    });
  });

  test("no resource that outlives the stack", () => {
    const kept = Object.entries(template.Resources).flatMap(([id, { DeletionPolicy }]) =>
      DeletionPolicy?.startsWith("Retain") ? [id] : [],
    );
    expect(kept).toEqual([]);
  });
});

describe("each function", () => {
  test.each(FUNCTIONS)("%s runs on Node 24 and ARM, in one version", (name) => {
    expect(of(idOf(name))).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
    expect(resourcesOf(template, "AWS::Lambda::Version")).toEqual([]);
  });

  test.each(FUNCTIONS)("%s has a log group that exists before it and keeps two weeks", (name) => {
    const id = idOf(name).replace("LambdaFunction", "LogGroup");
    expect(of(id)).toEqual({ LogGroupName: `/aws/lambda/alertstatus-test-${name}`, RetentionInDays: 14 });
    expect(template.Resources[idOf(name)]?.DependsOn).toContain(id);
  });

  test.each([
    { name: "dispatch", seconds: 30, megabytes: 256 },
    { name: "reconcile", seconds: 60, megabytes: 512 },
    { name: "receive", seconds: 3, megabytes: 256 },
  ])("$name has $seconds s and $megabytes MB", ({ name, seconds, megabytes }) => {
    expect(of(idOf(name))).toMatchObject({ Timeout: seconds, MemorySize: megabytes });
  });

  test("receive logs its own lines, and none for each request", () => {
    expect(of(idOf("receive")).LoggingConfig).toMatchObject({ LogFormat: "JSON", SystemLogLevel: "WARN" });
  });

  test("receive has a reserved concurrency, and the others share the account's", () => {
    expect(FUNCTIONS.map((name) => of(idOf(name)).ReservedConcurrentExecutions)).toEqual([undefined, undefined, 20]);
  });

  test.each(FUNCTIONS)("%s starts with the environment that it is given", (name) => {
    const config = readConfig(environmentOf(name));
    expect(config).toMatchObject({ stage: "test", bus: "alertstatus-test", tickMs: 60_000, shardSize: 200 });
    expect(requireBus(config.bus)).toBe("alertstatus-test");
    expect(requireReceiverSecret(config.receiverSecret)).toEqual({ ssm: "/alertstatus/test/receiver" });
    if (name !== "receive") expect(requireFleet(config.fleet)).toBe("s3://bucket/fleet.yml");
    expect(config.stateTable).toBe(name === "receive" ? undefined : "alertstatus-test");
  });

  test.each(FUNCTIONS)("%s is packaged on its own", (name) => expect(packaged.files(name)).toEqual([`.build/${name}/${name}.mjs`]));

  // Replaces references as CloudFormation would.
  function environmentOf(name: string): NodeJS.ProcessEnv {
    const variables = Object.entries<Json>(of(idOf(name)).Environment.Variables);
    const filled = { Bus: "alertstatus-test", FleetBucket: "bucket" };
    const text = (value: Json): string =>
      typeof value === "string"
        ? value
        : (value.Ref ?? value["Fn::Sub"]).replaceAll(/^Bus$|\$\{FleetBucket\}/g, (found: string) =>
            found === "Bus" ? filled.Bus : filled.FleetBucket,
          );
    return Object.fromEntries(variables.map(([variable, value]) => [variable, text(value)]));
  }
});

describe("the stack encrypts", () => {
  test.each(["TickQueue", "PushQueue", "DeadLetterQueue"])("the messages of the %s", (queue) =>
    expect(of(queue).SqsManagedSseEnabled).toBe(true),
  );

  test.each(["FleetBucket", "ServerlessDeploymentBucket"])("the objects of the %s, which is private and requires TLS", (bucket) => {
    const [{ ServerSideEncryptionByDefault }] = of(bucket).BucketEncryption.ServerSideEncryptionConfiguration;
    expect(ServerSideEncryptionByDefault).toEqual({ SSEAlgorithm: "AES256" });
    expect(Object.values(of(bucket).PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    const policies = resourcesOf(template, "AWS::S3::BucketPolicy").filter(([, { Bucket }]) => Bucket.Ref === bucket);
    const [statement] = policies.flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement);
    expect(statement).toMatchObject({ Effect: "Deny", Principal: "*", Action: "s3:*" });
    expect(String(statement.Condition.Bool["aws:SecureTransport"])).toBe("false");
    expect(statement.Resource).toHaveLength(2);
  });

  test("the table of the state, which can be restored, costs what it is asked for, and forgets by itself", () => {
    expect(of("StateTable")).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });

  test("and the fleet bucket keeps each older version for 90 days", () => {
    expect(of("FleetBucket").VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(of("FleetBucket").LifecycleConfiguration.Rules[0].NoncurrentVersionExpiration).toEqual({ NoncurrentDays: 90 });
  });
});
