// Holds the parameters of the stack to values that work, and the stack to the parameters.

import { beforeAll, describe, expect, test } from "vitest";
import { settings } from "../../infra/settings.ts";
import { ALL_SET, type Json, type Packaged, packageStack, resourcesOf } from "./packaged.ts";

const DEFAULTS = {
  tick: "rate(1 minute)",
  shardSize: "200",
  tickConcurrency: "10",
  pushConcurrency: "5",
  receiveConcurrency: "20",
  fleet: "",
  receiverSecret: "ssm:/alertstatus/test/receiver",
  topics: "",
  roleAccounts: "",
  audiences: "",
  coreKinds: "",
  alarmEmail: "",
  tolerated: "0",
  logRetentionDays: "14",
  dispatchMemory: "256",
  reconcileMemory: "512",
  receiveMemory: "256",
  publishMemory: "512",
  page: "false",
  vpcSubnets: "",
  vpcSecurityGroups: "",
  httpsProxy: "",
};
type Parameters = Partial<typeof DEFAULTS>;

function settingsFor(given: Parameters) {
  const parameters = new Map(Object.entries({ ...DEFAULTS, ...given, "sls:stage": "test" }));
  return settings({ resolveVariable: async (name) => parameters.get(name.replace("param:", "")) });
}

describe("packaging fails for", () => {
  test.each<{ given: Parameters; message: string }>([
    {
      given: { shardSize: "500" },
      message: "shardSize: 500 clusters that do not answer take 91 s, and a run has 60 s: choose smaller shards, or a longer tick",
    },
    { given: { shardSize: "0" }, message: "SHARD_SIZE" },
    { given: { tick: "rate(1 minutes)" }, message: "TICK" },
    { given: { tick: "cron(0 * * * ? *)" }, message: "TICK" },
    { given: { tick: "rate(2 days)" }, message: "tick: at most one day is expected" },
    { given: { tickConcurrency: "1" }, message: "tickConcurrency: a whole number from 2 to 1000 is expected" },
    { given: { pushConcurrency: "many" }, message: "pushConcurrency: a whole number from 2 to 1000 is expected" },
    { given: { receiveConcurrency: "-1" }, message: "receiveConcurrency: a whole number from 0 to 1000 is expected" },
    { given: { tolerated: "5%" }, message: "tolerated: a whole number" },
    {
      given: { fleet: "https://example.com/fleet.yml" },
      message: "fleet: s3://bucket/key, ssm:/name or file:path within this folder is expected",
    },
    { given: { fleet: "file:/etc/fleet.yml" }, message: "fleet: s3://bucket/key, ssm:/name or file:path within this folder" },
    { given: { fleet: "file:../fleet.yml" }, message: "fleet: s3://bucket/key, ssm:/name or file:path within this folder" },
    { given: { receiverSecret: "hunter2-hunter2-hunter2" }, message: "RECEIVER_SECRET: a reference is expected" },
    { given: { receiverSecret: "env:SECRET" }, message: "receiverSecret: ssm:/name or secret:name#key is expected" },
    { given: { topics: "arn:aws:sns:eu-central-1:123456789012:amp" }, message: "TOPICS: write <topic ARN>=<cluster>" },
    { given: { roleAccounts: "12345" }, message: "roleAccounts: account ids of twelve digits are expected" },
    { given: { audiences: "*" }, message: "AUDIENCES: write audiences" },
    { given: { audiences: "alertstatus:test:https://a.example" }, message: "AUDIENCES: write audiences" },
    { given: { coreKinds: "Deployment/apps" }, message: "CORE_KINDS: write kinds such as deployments.apps" },
    { given: { httpsProxy: "file:///etc/passwd" }, message: "HTTPS_PROXY: a proxy is expected" },
    { given: { page: "yes" }, message: "page: true or false is expected" },
    { given: { vpcSubnets: "subnet-1" }, message: "vpcSubnets and vpcSecurityGroups go together" },
    { given: { reconcileMemory: "1GB" }, message: "reconcileMemory: a whole number from 128 to 10240 is expected" },
  ])("$given", async ({ given, message }) => {
    await expect(settingsFor(given)).rejects.toThrow(message);
  });

  test("several mistakes, a line each", async () => {
    const given = { tick: "rate(1 minutes)", tolerated: "5%", fleet: "file:../fleet.yml" };
    const message = await settingsFor(given).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(message.split("\n")).toEqual([
      expect.stringMatching(/^TICK: /),
      expect.stringMatching(/^fleet: /),
      expect.stringMatching(/^tolerated: /),
    ]);
  });

  test("a plain secret, and does not repeat it", async () => {
    await expect(settingsFor({ receiverSecret: "hunter2-hunter2" })).rejects.not.toThrow("hunter2");
  });
});

describe("the times of the stack follow the tick", () => {
  test.each([
    { tick: "rate(1 minute)", shardSize: "200", timeoutSeconds: 60, silentTicks: 5, patientTicks: 15 },
    { tick: "rate(2 minutes)", shardSize: "500", timeoutSeconds: 120, silentTicks: 3, patientTicks: 8 },
    { tick: "rate(1 hour)", shardSize: "1000", timeoutSeconds: 900, silentTicks: 2, patientTicks: 3 },
  ])("$tick", async ({ tick, shardSize, timeoutSeconds, silentTicks, patientTicks }) => {
    const { visibilitySeconds, retentionSeconds, alarms, ...times } = await settingsFor({ tick, shardSize });
    expect(times.timeoutSeconds).toBe(timeoutSeconds);
    expect(visibilitySeconds).toBe(6 * timeoutSeconds);
    expect(retentionSeconds).toBeGreaterThan(3 * visibilitySeconds);
    expect(alarms).toMatchObject({ silentTicks, patientTicks });
  });
});

describe("a fleet", () => {
  const arn = (text: string) => ({ "Fn::Sub": text });

  test.each([
    { fleet: "", action: "s3:GetObject", on: arn(`\${FleetBucket.Arn}/fleet.yml`) },
    { fleet: "s3://central/fleets/prod.yml", action: "s3:GetObject", on: arn(`arn:\${AWS::Partition}:s3:::central/fleets/prod.yml`) },
    {
      fleet: "ssm:/fleets/prod",
      action: "ssm:GetParameter",
      on: arn(`arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/fleets/prod`),
    },
  ])("'$fleet' is read by $action, and no other object is", async ({ fleet, action, on }) => {
    expect((await settingsFor({ fleet })).fleet).toMatchObject({ action, arn: on });
  });
});

describe("a stack with all parameters set", () => {
  let packaged: Packaged;
  const of = (id: string): Json => packaged.template.Resources[id]?.Properties;

  beforeAll(async () => {
    packaged = await packageStack(ALL_SET, ["fleet.yml"]);
  });

  test("packages a bundled fleet with the functions that read it", () => {
    expect(packaged.files("dispatch")).toEqual([".build/dispatch/dispatch.mjs", "fleet.yml"]);
    expect(packaged.files("reconcile")).toEqual([".build/reconcile/reconcile.mjs", "fleet.yml"]);
    expect(packaged.files("receive")).toEqual([".build/receive/receive.mjs"]);
    expect(of("ReconcileLambdaFunction").Environment.Variables.FLEET).toBe("file:fleet.yml");
  });

  test("gives reconcile alone the proxy", () => {
    expect(of("ReconcileLambdaFunction").Environment.Variables).toMatchObject({
      HTTPS_PROXY: "http://proxy.example:3128",
      NO_PROXY: ".internal",
    });
    expect(of("ReceiveLambdaFunction").Environment.Variables).not.toHaveProperty("HTTPS_PROXY");
  });

  test.each(["Dispatch", "Reconcile", "Receive"])("runs %s in the VPC, after its role may create network interfaces", (name) => {
    const { SubnetIds, SecurityGroupIds } = of(`${name}LambdaFunction`).VpcConfig;
    expect(SubnetIds).toEqual({ "Fn::Split": [",", "subnet-0a1b2c3d,subnet-1a1b2c3d"] });
    expect(SecurityGroupIds).toEqual({ "Fn::Split": [",", "sg-0a1b2c3d"] });
    expect(of("NetworkPolicy").Roles).toContainEqual({ Ref: `${name}Role` });
    expect(packaged.template.Resources[`${name}LambdaFunction`]?.DependsOn).toContain("NetworkPolicy");
  });

  test("keeps a page up to date every minute, whatever the tick, by a function that reaches AWS only", () => {
    const { FunctionName, MemorySize, Environment, VpcConfig } = of("PublishLambdaFunction");
    expect({ FunctionName, MemorySize, VpcConfig }).toEqual({ FunctionName: "alertstatus-test-publish", MemorySize: 1769 });
    expect(Environment.Variables).toMatchObject({ STATE_TABLE: "alertstatus-test", PAGE: packaged.template.Outputs.PageUri?.Value });
    expect(of("PageSchedule")).toMatchObject({ ScheduleExpression: "rate(1 minute)", GroupName: { Ref: "ScheduleGroup" } });
    expect(of("PublishErrors")).toMatchObject({ AlarmActions: [{ Ref: "AlarmTopic" }], OKActions: [{ Ref: "AlarmTopic" }] });
    expect(packaged.files("publish")).toEqual([".build/publish/publish.mjs"]);
  });

  test("keeps the page in a private bucket of its own, over TLS and without older versions", () => {
    expect(Object.values(of("PageBucket").PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    expect(of("PageBucket")).not.toHaveProperty("VersioningConfiguration");
    const [statement, ...others] = of("PageBucketPolicy").PolicyDocument.Statement;
    expect(others).toEqual([]);
    expect(statement).toMatchObject({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  test("reserves no concurrency for receive", () => {
    expect(of("ReceiveLambdaFunction")).not.toHaveProperty("ReservedConcurrentExecutions");
  });

  test("allows receive to read one secret, by its name and six random characters", () => {
    const [secret] = of("ReceiveRole").Policies[0].PolicyDocument.Statement.filter(({ Sid }: Json) => Sid === "TheOneSecret");
    expect(secret).toMatchObject({
      Action: "secretsmanager:GetSecretValue",
      Resource: { "Fn::Sub": expect.stringMatching(/:secret:alertstatus\/test\/receiver-\?{6}$/) },
    });
  });

  test("assumes roles of the given accounts, and has tokens for the given audiences", () => {
    const statements: Json[] = of("ReconcileRole").Policies.flatMap(({ PolicyDocument }: Json) => PolicyDocument.Statement);
    const conditionOf = (sid: string) => statements.find(({ Sid }) => Sid === sid).Condition;
    expect(conditionOf("RolesOfOtherAccounts")).toEqual({ StringEquals: { "aws:ResourceAccount": ["210987654321", "109876543210"] } });
    expect(conditionOf("WebIdentity")["ForAllValues:StringLike"]).toEqual({
      "sts:IdentityTokenAudience": ["alertstatus:test:https://*", "kubernetes", "https://a.example"],
    });
  });

  test.each(["Dispatch", "Reconcile"])("tells %s what a fleet may name", (name) => {
    const { AUDIENCES, CORE_KINDS } = of(`${name}LambdaFunction`).Environment.Variables;
    expect({ AUDIENCES, CORE_KINDS }).toEqual({ AUDIENCES: "kubernetes,https://a.example", CORE_KINDS: "deployments.apps" });
  });

  test("sends its alarms by email", () => {
    expect(of("AlarmTopic").Subscription).toEqual([{ Protocol: "email", Endpoint: "ops@example.com" }]);
  });

  test("has the given sizes", () => {
    expect(of("ReconcileLambdaFunction")).toMatchObject({ MemorySize: 1024, Timeout: 300 });
    expect(of("TicksToReconcile").ScalingConfig).toEqual({ MaximumConcurrency: 40 });
    expect(resourcesOf(packaged.template, "AWS::Logs::LogGroup").map(([, { RetentionInDays }]) => RetentionInDays)).toEqual([
      30, 30, 30, 30,
    ]);
    expect(of("ClustersUnreachable")).toMatchObject({ Threshold: 12, Period: 300, EvaluationPeriods: 3 });
    expect(of("Tick").ScheduleExpression).toBe("rate(5 minutes)");
  });
});
