import { expect, test } from "vitest";
import { ConfigError } from "../../functions/core/errors.ts";
import { parseDirectRequest } from "../../functions/core/trigger.ts";

test.each([{ payload: {} }, { payload: { clusters: ["a", "b"] } }, { payload: { selector: "region=eu", dryRun: true } }])(
  "a person may ask for $payload",
  ({ payload }) => {
    expect(parseDirectRequest(payload)).toEqual(payload);
  },
);

test.each([undefined, null])("%s is the whole fleet", (payload) => {
  expect(parseDirectRequest(payload)).toEqual({});
});

test.each([
  { payload: "prod", names: "(top level)" },
  { payload: [], names: "(top level)" },
  { payload: { cluster: "prod" }, names: "there is no field cluster" },
  { payload: { clusters: "prod" }, names: "clusters" },
  { payload: { clusters: [7] }, names: "clusters[0]" },
  { payload: { selector: { region: "eu" } }, names: "selector" },
  { payload: { dryRun: "false" }, names: "dryRun" },
  { payload: { Records: [] }, names: "there is no field Records" },
])("$payload is refused, and the message names $names", ({ payload, names }) => {
  expect(() => parseDirectRequest(payload)).toThrow(ConfigError);
  expect(() => parseDirectRequest(payload)).toThrow(names);
});
