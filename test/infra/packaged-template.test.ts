// Holds the template that the npm package fills to the one that osls packages, parameter by parameter, and to what the last release has deployed.

import { beforeAll, describe, expect, test } from "vitest";
import { fill } from "../../infra/stack/fill.ts";
import { readStack, type Stack } from "../../infra/stack/stack.ts";
import { builtPackage } from "../support/made-once.ts";
import { ALL_SET, ELSEWHERE, type Json, packageStack, templateFor } from "./packaged.ts";
import { lastRelease } from "./released.ts";

let stack: Stack;
beforeAll(async () => {
  stack = readStack(await builtPackage());
});

// The code is uploaded to another key by each.
const withoutCode = (template: Json) =>
  JSON.parse(JSON.stringify(template, (_, value) => (value?.S3Key ? `code of ${/(\w+)\.zip$/.exec(value.S3Key)?.[1]}` : value)));

describe("the template in the package is the one of osls with", () => {
  test.each<{ what: string; params: Readonly<Record<string, string>>; files?: readonly string[] }>([
    { what: "every default", params: {} },
    { what: "every other parameter", params: ALL_SET, files: ["fleet.yml"] },
    { what: "topics, and a fleet of its own place", params: ELSEWHERE },
  ])("$what", async ({ params, files }) => {
    const { template } = await packageStack(params, files);
    expect(await templateFor(params)).toEqual(withoutCode(template));
  });

  test("another value than its default for each parameter", () => {
    const values: Readonly<Record<string, string>> = { ...ELSEWHERE, ...ALL_SET };
    const missing = Object.entries(stack.parameters).filter(([name, value]) => [undefined, value].includes(values[name]));
    expect(missing).toEqual([]);
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
