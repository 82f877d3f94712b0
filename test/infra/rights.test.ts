// Holds every role to least privilege: each action, resource and wildcard is listed here with its reason.

import { beforeAll, describe, expect, test } from "vitest";
import { arnOf, type Json, listOf, resourcesOf, type Template, templateFor, textOf } from "./packaged.ts";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:amp";
let template: Template;
const of = (id: string): Json => template.Resources[id]?.Properties;

beforeAll(async () => {
  template = await templateFor({ topics: `${TOPIC}=prod`, vpcSubnets: "subnet-0a1b2c3d", vpcSecurityGroups: "sg-0a1b2c3d", page: "true" });
});

const inline = (role: string) => of(role).Policies.flatMap(({ PolicyDocument }: Json) => PolicyDocument.Statement);
const network = () => resourcesOf(template, "AWS::IAM::Policy").flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement);
const attached = () =>
  ["AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"].flatMap((type) =>
    resourcesOf(template, type).flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement),
  );
const statements = (): readonly Json[] => [
  ...resourcesOf(template, "AWS::IAM::Role").flatMap(([id]) => inline(id)),
  ...network(),
  ...attached(),
];
const allowing = (action: string) => statements().filter(({ Effect, Action }) => Effect === "Allow" && listOf(Action).includes(action));

describe("least privilege:", () => {
  test.each([
    {
      role: "DispatchRole",
      may: [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "events:PutEvents",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetObject",
        "s3:ListBucket",
        "sqs:SendMessage",
      ],
    },
    {
      role: "ReconcileRole",
      may: [
        "aps:ListAlerts",
        "aps:ListRules",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "eks:DescribeCluster",
        "events:PutEvents",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetObject",
        "s3:ListBucket",
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:GetSecretValue",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
        "ssm:GetParameter",
        "ssm:GetParameters",
        "sts:AssumeRole",
        "sts:GetWebIdentityToken",
      ],
    },
    { role: "ReceiveRole", may: ["events:PutEvents", "logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage", "ssm:GetParameter"] },
    { role: "SchedulerRole", may: ["lambda:InvokeFunction", "sqs:SendMessage"] },
    { role: "PublishRole", may: ["dynamodb:GetItem", "dynamodb:Query", "logs:CreateLogStream", "logs:PutLogEvents", "s3:PutObject"] },
    { role: "PageSchedulerRole", may: ["lambda:InvokeFunction"] },
  ])("$role may $may", ({ role, may }) => {
    const actions = inline(role).flatMap(({ Effect, Action }: Json) => (Effect === "Allow" ? listOf(Action) : []));
    expect([...new Set(actions)].sort()).toEqual(may);
  });

  test("no allowed action is a wildcard", () => {
    const wide = statements().filter(({ Action }) => listOf(Action).some((action) => action.includes("*")));
    expect(wide.filter(({ Effect }) => Effect === "Allow")).toEqual([]);
    expect(wide.map(({ Sid }) => Sid ?? "of osls")).toEqual(["of osls", "TlsOnly", "TlsOnly"]);
  });

  test("no statement uses NotAction, NotResource or NotPrincipal", () => {
    for (const statement of statements()) expect(Object.keys(statement)).not.toContainEqual(expect.stringMatching(/^Not/));
  });

  test.each([
    { action: "secretsmanager:BatchGetSecretValue", why: "it has no resource types, and shows what GetSecretValue may read" },
    { action: "sts:GetWebIdentityToken", why: "it has no resource types" },
    { action: "ec2:CreateNetworkInterface", why: "the interface has no name before it exists" },
    { action: "ec2:DescribeNetworkInterfaces", why: "it has no resource types" },
    { action: "ec2:DescribeSubnets", why: "it has no resource types" },
    { action: "ec2:DeleteNetworkInterface", why: "Lambda names the interface" },
    { action: "ec2:AssignPrivateIpAddresses", why: "Lambda names the interface" },
    { action: "ec2:UnassignPrivateIpAddresses", why: "Lambda names the interface" },
  ])("$action is allowed on everything: $why", ({ action }) => {
    expect(allowing(action).map(({ Resource }) => Resource)).toEqual(["*"]);
  });

  test("no other action is allowed on everything", () => {
    const everywhere = statements().filter(({ Effect, Resource }) => Effect === "Allow" && listOf(Resource).includes("*"));
    expect(everywhere.flatMap(({ Action }) => listOf(Action)).map((action) => action.split(":")[0])).toEqual([
      "secretsmanager",
      "sts",
      ...Array(6).fill("ec2"),
    ]);
  });

  test.each([
    { pattern: "parameter/alertstatus/test/*", why: "the secret of a cluster is stored there after the deployment" },
    { pattern: "secret:alertstatus/test/*", why: "the secret of a cluster is stored there after the deployment" },
    { pattern: "iam::*:role/alertstatus-test-*", why: "each account that grants access has a role of this name" },
    { pattern: "AccountId}:role/alertstatus-test-*", why: "and so may the stack's own" },
    { pattern: ":eks:*:", why: "clusters may be in any region; it only says where they are" },
    { pattern: ":aps:*:", why: "workspaces may be in any region; alerts and rules are only read" },
  ])("a resource may hold the wildcard $pattern: $why", ({ pattern }) => {
    expect(wildcards().filter((resource) => resource.includes(pattern))).toHaveLength(1);
  });

  test("no other resource holds a wildcard", () => expect(wildcards()).toHaveLength(6));

  function wildcards(): readonly string[] {
    const allowed = statements().filter(({ Effect }) => Effect === "Allow");
    return allowed
      .flatMap(({ Resource }) => listOf(Resource).map(textOf))
      .filter((resource) => resource !== '"*"' && resource.includes("*"));
  }
});

describe("the identity of reconcile", () => {
  const conditionOf = (sid: string) => inline("ReconcileRole").find(({ Sid }: Json) => Sid === sid).Condition;

  test("becomes a role of another account only within the organization", () => {
    expect(conditionOf("RolesOfOtherAccounts")).toEqual({
      StringEquals: { "aws:ResourceOrgID": { "Fn::Join": ["", ["$", "{aws:PrincipalOrgID}"]] } },
    });
  });

  test("is told to servers of this stage only, and never without an audience", () => {
    expect(conditionOf("WebIdentity")).toEqual({
      NumericLessThanEquals: { "sts:DurationSeconds": 900 },
      "ForAllValues:StringLike": { "sts:IdentityTokenAudience": ["alertstatus:test:https://*"] },
      Null: { "sts:IdentityTokenAudience": "false" },
    });
  });
});

describe("a secret", () => {
  const readingSecrets = () => inline("ReconcileRole").find(({ Sid }: Json) => Sid === "SecretsOfClusters");

  test("of a cluster is read under the stage's own path only", () => {
    for (const resource of readingSecrets().Resource) expect(textOf(resource)).toMatch(/[:/]alertstatus\/test\/\*$/);
  });

  test("of the receiver is read by receive, and denied to reconcile", () => {
    const secret = { "Fn::Sub": expect.stringMatching(/:parameter\/alertstatus\/test\/receiver$/) };
    expect(inline("ReceiveRole")).toContainEqual({ Sid: "TheOneSecret", Effect: "Allow", Action: "ssm:GetParameter", Resource: secret });
    expect(inline("ReconcileRole")).toContainEqual(
      expect.objectContaining({ Effect: "Deny", Action: readingSecrets().Action, Resource: secret }),
    );
  });
});

describe("on the bus", () => {
  test.each([
    { role: "DispatchRole", puts: "Reconcile Requested" },
    { role: "ReceiveRole", puts: "Reconcile Requested" },
    { role: "ReconcileRole", puts: ["Condition Changed", "Transitions Omitted"] },
  ])("$role puts $puts with the source alertstatus, and nothing else", ({ role, puts }) => {
    const [put, ...others] = inline(role).filter(({ Action }: Json) => listOf(Action).includes("events:PutEvents"));
    expect(others).toEqual([]);
    expect(put).toMatchObject({ Resource: arnOf("Bus") });
    expect(put.Condition).toEqual({
      StringEquals: { "events:detail-type": puts },
      "ForAllValues:StringEquals": { "events:source": ["alertstatus"] },
    });
  });

  test("IAM alone decides which principals may put events: the bus has no policy of its own", () => {
    expect(Object.values(template.Resources).map(({ Type }) => Type)).not.toContain("AWS::Events::EventBusPolicy");
  });
});

describe("in the table of the state", () => {
  test.each([
    { role: "DispatchRole", may: { ticks: ["dynamodb:GetItem", "dynamodb:PutItem"], shards: ["dynamodb:Query"] } },
    { role: "ReconcileRole", may: { "shards,latest/*,history/*": ["dynamodb:GetItem", "dynamodb:PutItem"] } },
    { role: "ReceiveRole", may: {} },
    { role: "PublishRole", may: { "ticks,shards,latest/*": ["dynamodb:GetItem", "dynamodb:Query"] } },
  ])("$role has the partitions and actions $may", ({ role, may }) => {
    const allowed = inline(role).filter(({ Action }: Json) => listOf(Action).some((action) => action.startsWith("dynamodb:")));
    for (const { Resource } of allowed) expect(Resource).toEqual(arnOf("StateTable"));
    const partitions = allowed.map(({ Condition, Action }: Json) => [
      (Condition["ForAllValues:StringEquals"] ?? Condition["ForAllValues:StringLike"])["dynamodb:LeadingKeys"].join(),
      listOf(Action),
    ]);
    expect(Object.fromEntries(partitions)).toEqual(may);
  });
});

describe("a queue accepts messages", () => {
  test.each([
    { queue: "TickQueue", from: "the tick rule", services: ["events.amazonaws.com"], sources: [arnOf("TickRule")] },
    { queue: "PushQueue", from: "the push rule", services: ["events.amazonaws.com"], sources: [arnOf("PushRule")] },
    {
      queue: "DeadLetterQueue",
      from: "rules and topics that cannot deliver",
      services: ["events.amazonaws.com", "sns.amazonaws.com"],
      sources: [arnOf("TickRule"), arnOf("PushRule"), TOPIC],
    },
  ])("in the $queue from $from only", ({ queue, services, sources }) => {
    const policies = resourcesOf(template, "AWS::SQS::QueuePolicy").filter(([, { Queues }]) =>
      Queues.some(({ Ref }: Json) => Ref === queue),
    );
    const [statement, ...others] = policies.flatMap(([, { PolicyDocument }]) => PolicyDocument.Statement);
    expect(others).toEqual([]);
    expect(statement).toMatchObject({ Effect: "Allow", Action: "sqs:SendMessage", Resource: arnOf(queue) });
    expect(listOf(statement.Principal.Service)).toEqual(services);
    expect(listOf(statement.Condition.ArnEquals["aws:SourceArn"])).toEqual(sources);
  });
});

describe("a role", () => {
  test.each(["Dispatch", "Reconcile", "Receive", "Publish"])(
    "of %s belongs to one function, and writes the log of that function",
    (name) => {
      expect(of(`${name}LambdaFunction`).Role).toEqual(arnOf(`${name}Role`));
      expect(of(`${name}Role`).AssumeRolePolicyDocument.Statement).toEqual([
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ]);
      const logs = inline(`${name}Role`).filter(({ Action }: Json) => listOf(Action).includes("logs:PutLogEvents"));
      expect(logs.map(({ Resource }: Json) => Resource)).toEqual([arnOf(`${name}LogGroup`)]);
    },
  );

  test("of the schedule invokes dispatch, for schedules of this stack only", () => {
    const [{ Principal, Condition }] = of("SchedulerRole").AssumeRolePolicyDocument.Statement;
    expect(Principal).toEqual({ Service: "scheduler.amazonaws.com" });
    expect(Condition.StringEquals).toEqual({
      "aws:SourceAccount": { Ref: "AWS::AccountId" },
      "aws:SourceArn": { "Fn::Sub": expect.stringMatching(/:schedule-group\/alertstatus-test$/) },
    });
    const [invoke] = inline("SchedulerRole").filter(({ Action }: Json) => Action === "lambda:InvokeFunction");
    expect(invoke.Resource).toEqual(arnOf("DispatchLambdaFunction"));
  });
});

describe("the page", () => {
  test("is the one object that publish writes, and it reads none", () => {
    const objects = inline("PublishRole").filter(({ Action }: Json) => listOf(Action).some((action) => action.startsWith("s3:")));
    expect(objects).toEqual([
      { Sid: "ThePage", Effect: "Allow", Action: "s3:PutObject", Resource: { "Fn::Sub": `\${PageBucket.Arn}/status.html` } },
    ]);
  });

  test("has a schedule of its own, which invokes publish for schedules of this stack only", () => {
    const [{ Principal, Condition }] = of("PageSchedulerRole").AssumeRolePolicyDocument.Statement;
    expect([Principal, Condition]).toEqual([
      { Service: "scheduler.amazonaws.com" },
      of("SchedulerRole").AssumeRolePolicyDocument.Statement[0].Condition,
    ]);
    expect(inline("PageSchedulerRole").map(({ Resource }: Json) => Resource)).toEqual([arnOf("PublishLambdaFunction")]);
  });
});

describe("receive is invoked", () => {
  const permissions = () => resourcesOf(template, "AWS::Lambda::Permission").map(([, permission]) => permission);

  test("by any caller through its URL, for which Lambda requires both permissions", () => {
    const byAnyCaller = permissions().filter(({ Principal }) => Principal === "*");
    expect(byAnyCaller).toEqual([
      { FunctionName: arnOf("ReceiveLambdaFunction"), Action: "lambda:InvokeFunctionUrl", Principal: "*", FunctionUrlAuthType: "NONE" },
      { FunctionName: arnOf("ReceiveLambdaFunction"), Action: "lambda:InvokeFunction", Principal: "*", InvokedViaFunctionUrl: true },
    ]);
  });

  test("by SNS for the configured topics, and by no other principal", () => {
    const byOthers = permissions().filter(({ Principal }) => Principal !== "*");
    expect(byOthers).toEqual([
      { FunctionName: arnOf("ReceiveLambdaFunction"), Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com", SourceArn: TOPIC },
    ]);
  });
});
