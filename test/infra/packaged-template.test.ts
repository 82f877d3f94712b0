// Holds the template that the npm package fills to the one that osls packages, parameter by parameter, and to what the last release has deployed.

import { beforeAll, describe, expect, test } from "vitest";
import { packageTemplate } from "../../infra/package/stack-template.ts";
import { fill } from "../../infra/stack/fill.ts";
import { fillTemplate, type Stack, valuesFor } from "../../infra/stack/stack.ts";
import { type Json, packageStack } from "./packaged.ts";
import { lastRelease } from "./released.ts";

let stack: Pick<Stack, "template" | "parameters">;
beforeAll(() => {
  stack = packageTemplate();
});

// The code is uploaded to another key by each.
const CODE = { dispatch: "code of dispatch", reconcile: "code of reconcile", receive: "code of receive", publish: "code of publish" };
const withoutCode = (template: Json) =>
  JSON.parse(JSON.stringify(template, (_, value) => (value?.S3Key ? `code of ${/(\w+)\.zip$/.exec(value.S3Key)?.[1]}` : value)));

describe("the template in the package is the one of osls for", () => {
  test.each<{ params: Readonly<Record<string, string>> }>([
    { params: {} },
    { params: { tick: "rate(5 minutes)", shardSize: "300", tickConcurrency: "20", pushConcurrency: "3", tolerated: "4" } },
    { params: { receiveConcurrency: "0", alarmEmail: "oncall@example.org", logRetentionDays: "30", reconcileMemory: "1024" } },
    { params: { vpcSubnets: "subnet-1,subnet-2", vpcSecurityGroups: "sg-1" } },
    { params: { fleet: "s3://bucket/fleet.yml", receiverSecret: "secret:alertstatus/receiver#key", page: "true", publishMemory: "1024" } },
    {
      params: { fleet: "ssm:/fleet", roleAccounts: "123456789012, 210987654321", audiences: "sts.example", coreKinds: "deployments.apps" },
    },
    { params: { topics: "arn:aws:sns:us-east-1:123456789012:one=prod arn:aws:sns:us-east-1:123456789012:two=cluster:a,b" } },
  ])("$params", async ({ params }) => {
    const { template } = await packageStack(params);
    const defaults = fill(stack.parameters, { stage: "test", param: {}, settings: {}, code: {} }) as Record<string, string>;
    const values = await valuesFor("test", { ...defaults, ...params });
    expect(fillTemplate(stack.template, { ...values, code: CODE })).toEqual(withoutCode(template));
  });
});

/** What names a resource, and what CloudFormation cannot change without making another one. */
const IDENTITY = /^(?:.*Name|Name|KeySchema|AttributeDefinitions|KmsMasterKeyId)$/;

const identitiesOf = (template: Stack["template"]) =>
  Object.entries(template.Resources).map(([id, { Type, Properties }]) => {
    const fixed = Object.entries(Object(Properties)).filter(([name, value]) => IDENTITY.test(name) && JSON.stringify(value).includes("zz"));
    return { id, is: JSON.stringify([Type, Object.fromEntries(fixed)]), isNamed: fixed.length > 0 };
  });

describe("an update from the last release", () => {
  const last = lastRelease();

  test("replaces no resource that holds something", () => {
    const holds = /::(?:Bucket|Table|Queue|EventBus|Topic|Url|LogGroup|ScheduleGroup)$/;
    const kept = Object.entries(last.template.Resources).filter(([, { Type }]) => holds.test(String(Type)));
    expect(kept.length).toBeGreaterThan(8);
    const before = identitiesOf({ ...last.template, Resources: Object.fromEntries(kept) });
    expect(identitiesOf(stack.template)).toEqual(expect.arrayContaining(before));
  });

  test("gives no name that another resource of the release still has", () => {
    const owners = new Map(identitiesOf(last.template).flatMap(({ id, is, isNamed }) => (isNamed ? [[is, id]] : [])));
    const taken = identitiesOf(stack.template).filter(({ id, is }) => (owners.get(is) ?? id) !== id);
    expect(taken).toEqual([]);
  });

  test("takes every parameter that the release took, and leaves every output", () => {
    expect(Object.keys(stack.parameters)).toEqual(expect.arrayContaining(Object.keys(last.parameters)));
    expect(Object.keys(stack.template.Outputs)).toEqual(expect.arrayContaining(Object.keys(last.template.Outputs)));
  });
});

describe("a placeholder", () => {
  const values = { stage: { Ref: "Stage" }, param: { size: 3, gone: null }, settings: {}, code: {} };

  test.each([
    { what: "alone becomes its value", node: "zzstagezz", filled: { Ref: "Stage" } },
    { what: "alone keeps the type of its value", node: ["zzparam.sizezz"], filled: [3] },
    { what: "within a text becomes a part of it", node: "a-zzparam.sizezz-b", filled: "a-3-b" },
    { what: "for a reference makes a text a Fn::Sub", node: `zzstagezz-\${a}`, filled: { "Fn::Sub": `\${Stage}-\${!a}` } },
    { what: "for a reference joins a Fn::Sub", node: { "Fn::Sub": `zzstagezz-\${A}` }, filled: { "Fn::Sub": `\${Stage}-\${A}` } },
    { what: "for null takes its property away", node: { a: "zzparam.gonezz", b: 1 }, filled: { b: 1 } },
  ])("$what", ({ node, filled }) => expect(fill(node, values)).toEqual(filled));

  test("without a value is an error", () => {
    expect(() => fill("zzparam.nonezz", values)).toThrow("a placeholder without a value: param.none");
  });
});
