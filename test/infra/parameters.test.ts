import { beforeAll, describe, expect, test } from "vitest";
import { settings } from "../../infra/settings.ts";
import { type Json, type Packaged, packageStack, resourcesOf } from "./packaged.ts";

const DEFAULTS = {
  tick: "rate(1 minute)",
  shardSize: "200",
  tickConcurrency: "10",
  pushConcurrency: "5",
  receiveConcurrency: "20",
  fleet: "",
  receiverSecret: "ssm:/alertstatus/test/receiver",
  topics: "",
  alarmEmail: "",
  tolerated: "0",
  vpcSubnets: "",
  vpcSecurityGroups: "",
};
type Parameters = Partial<typeof DEFAULTS>;

function settingsFor(given: Parameters) {
  const parameters = new Map(Object.entries({ ...DEFAULTS, ...given }));
  return settings({ resolveVariable: async (name) => parameters.get(name.replace("param:", "")) });
}

describe("packaging fails where parameters do not fit:", () => {
  test.each<{ given: Parameters; told: string }>([
    {
      given: { shardSize: "500" },
      told: "shardSize: 500 clusters that do not answer take 89 s, and a run has 60 s: choose smaller shards, or a longer tick",
    },
    { given: { shardSize: "0" }, told: "SHARD_SIZE" },
    { given: { tick: "rate(1 minutes)" }, told: "TICK" },
    { given: { tick: "cron(0 * * * ? *)" }, told: "TICK" },
    { given: { tick: "rate(2 days)" }, told: "tick: every cluster is looked at once a day at the least" },
    { given: { tickConcurrency: "1" }, told: "tickConcurrency: a whole number from 2 to 1000 is expected" },
    { given: { pushConcurrency: "many" }, told: "pushConcurrency: a whole number from 2 to 1000 is expected" },
    { given: { receiveConcurrency: "-1" }, told: "receiveConcurrency: a whole number from 0 to 1000 is expected" },
    { given: { tolerated: "5%" }, told: "tolerated: a whole number" },
    {
      given: { fleet: "https://example.com/fleet.yml" },
      told: "fleet: s3://bucket/key, ssm:/name or file:path within this folder is expected",
    },
    { given: { fleet: "file:/etc/fleet.yml" }, told: "fleet: s3://bucket/key, ssm:/name or file:path within this folder" },
    { given: { fleet: "file:../fleet.yml" }, told: "fleet: s3://bucket/key, ssm:/name or file:path within this folder" },
    { given: { receiverSecret: "hunter2-hunter2-hunter2" }, told: "RECEIVER_SECRET: a reference is expected" },
    { given: { receiverSecret: "env:SECRET" }, told: "receiverSecret: ssm:/name or secret:name#key is expected" },
    { given: { topics: "arn:aws:sns:eu-central-1:123456789012:amp" }, told: "TOPICS: write <topic ARN>=<cluster>" },
    { given: { vpcSubnets: "subnet-1" }, told: "vpcSubnets and vpcSecurityGroups go together" },
  ])("$given", async ({ given, told }) => {
    await expect(settingsFor(given)).rejects.toThrow(told);
  });

  test("and does not repeat what may be the secret itself", async () => {
    await expect(settingsFor({ receiverSecret: "hunter2-hunter2" })).rejects.not.toThrow("hunter2");
  });
});

describe("times follow the tick:", () => {
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
  ])("'$fleet' is read by $action, and nothing beside it", async ({ fleet, action, on }) => {
    expect((await settingsFor({ fleet })).fleet).toMatchObject({ action, arn: on });
  });
});

describe("a stack that is given all it can be given", () => {
  let packaged: Packaged;
  const of = (id: string): Json => packaged.template.Resources[id]?.Properties;

  beforeAll(async () => {
    const vpc = { vpcSubnets: "subnet-0a1b2c3d,subnet-1a1b2c3d", vpcSecurityGroups: "sg-0a1b2c3d" };
    const receiver = { receiverSecret: "secret:alertstatus/test/receiver#current", receiveConcurrency: "0" };
    const sizes = { reconcileMemory: "1024", logRetentionDays: "30", tolerated: "12", tickConcurrency: "40" };
    const pace = { tick: "rate(5 minutes)", shardSize: "500" };
    packaged = await packageStack({ ...vpc, ...receiver, ...sizes, ...pace, alarmEmail: "ops@example.com", fleet: "file:fleet.yml" }, [
      "fleet.yml",
    ]);
  }, 60_000);

  test("carries a bundled fleet in the packages of those that read it", () => {
    expect(packaged.files("dispatch")).toEqual([".build/dispatch/dispatch.mjs", "fleet.yml"]);
    expect(packaged.files("reconcile")).toEqual([".build/reconcile/reconcile.mjs", "fleet.yml"]);
    expect(packaged.files("receive")).toEqual([".build/receive/receive.mjs"]);
    expect(of("ReconcileLambdaFunction").Environment.Variables.FLEET).toBe("file:fleet.yml");
  });

  test.each(["Dispatch", "Reconcile", "Receive"])("runs %s in the VPC, whose interfaces its role may make before it is there", (name) => {
    const { SubnetIds, SecurityGroupIds } = of(`${name}LambdaFunction`).VpcConfig;
    expect(SubnetIds).toEqual({ "Fn::Split": [",", "subnet-0a1b2c3d,subnet-1a1b2c3d"] });
    expect(SecurityGroupIds).toEqual({ "Fn::Split": [",", "sg-0a1b2c3d"] });
    expect(of("NetworkPolicy").Roles).toContainEqual({ Ref: `${name}Role` });
    expect(packaged.template.Resources[`${name}LambdaFunction`]?.DependsOn).toContain("NetworkPolicy");
  });

  test("gives receive no concurrency of its own", () => {
    expect(of("ReceiveLambdaFunction")).not.toHaveProperty("ReservedConcurrentExecutions");
  });

  test("lets receive read the one secret, by its name with the six characters behind it", () => {
    const [secret] = of("ReceiveRole").Policies[0].PolicyDocument.Statement.filter(({ Sid }: Json) => Sid === "TheOneSecret");
    expect(secret).toMatchObject({
      Action: "secretsmanager:GetSecretValue",
      Resource: { "Fn::Sub": expect.stringMatching(/:secret:alertstatus\/test\/receiver-\?{6}$/) },
    });
  });

  test("sends its alarms by letter", () => {
    expect(of("AlarmTopic").Subscription).toEqual([{ Protocol: "email", Endpoint: "ops@example.com" }]);
  });

  test("has the sizes that are asked for", () => {
    expect(of("ReconcileLambdaFunction")).toMatchObject({ MemorySize: 1024, Timeout: 300 });
    expect(of("TicksToReconcile").ScalingConfig).toEqual({ MaximumConcurrency: 40 });
    expect(resourcesOf(packaged.template, "AWS::Logs::LogGroup").map(([, { RetentionInDays }]) => RetentionInDays)).toEqual([30, 30, 30]);
    expect(of("ClustersUnreachable")).toMatchObject({ Threshold: 12, Period: 300, EvaluationPeriods: 3 });
    expect(of("Tick").ScheduleExpression).toBe("rate(5 minutes)");
  });
});
