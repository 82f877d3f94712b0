// Holds the template that the npm package fills to the one that osls packages, parameter by parameter.

import { beforeAll, describe, expect, test } from "vitest";
import { packageTemplate } from "../../infra/package/stack-template.ts";
import { fill } from "../../infra/stack/fill.ts";
import { fillTemplate, type Stack, valuesFor } from "../../infra/stack/stack.ts";
import { type Json, packageStack } from "./packaged.ts";

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
