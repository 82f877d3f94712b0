import { describe, expect, test } from "vitest";
import { hasWritten, lastConditionsWriter } from "../../../functions/core/kubernetes/managed-fields.ts";
import { aResource } from "../../support/builders.ts";

const NOW = "2026-06-01T12:00:00Z";
const ago = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1_000).toISOString();
const CONDITIONS = { "f:status": { "f:conditions": {} } };
const wrote = (manager: string, time: string, fieldsV1: object = CONDITIONS) => ({ manager, operation: "Update", time, fieldsV1 });

describe("who wrote the conditions", () => {
  const writer = (managedFields: unknown) => {
    const resource = aResource();
    const found = lastConditionsWriter({ ...resource, object: { ...resource.object, metadata: { managedFields } } });
    return found && String(found.manager);
  };
  test.each([
    { fields: "of one writer", managedFields: [wrote("a", ago(1))], manager: "a" },
    { fields: "of two, the later one first", managedFields: [wrote("b", ago(1)), wrote("a", ago(2))], manager: "b" },
    { fields: "of two, the later one last", managedFields: [wrote("a", ago(2)), wrote("b", ago(1))], manager: "b" },
    { fields: "of one who wrote the rest", managedFields: [wrote("a", ago(2)), wrote("b", ago(1), { "f:status": {} })], manager: "a" },
    { fields: "without a time", managedFields: [{ manager: "a", fieldsV1: CONDITIONS }], manager: undefined },
    { fields: "without a manager", managedFields: [{ time: NOW, fieldsV1: CONDITIONS }], manager: undefined },
    { fields: "that are none", managedFields: [null, "a", {}], manager: undefined },
    { fields: "that are none, beside one", managedFields: [null, wrote("a", NOW), "b"], manager: "a" },
    { fields: "that are no list", managedFields: { a: CONDITIONS }, manager: undefined },
    { fields: "that are not there", managedFields: undefined, manager: undefined },
  ])("managed fields $fields: $manager", ({ managedFields, manager }) => {
    expect(writer(managedFields)).toBe(manager);
  });
});

describe("whether alertstatus wrote the message of a condition", () => {
  const entry = (manager: string, conditions: object) => wrote(manager, NOW, { "f:status": { "f:conditions": conditions } });
  const message = { "f:message": {} };
  const READY = 'k:{"type":"Ready"}';
  test.each([
    { fields: "of the entry name alertstatus", managedFields: [entry("alertstatus", { [READY]: message })], is: true },
    { fields: "of the entry name another", managedFields: [entry("kubectl", { [READY]: message })], is: false },
    {
      fields: "of several entries name both",
      managedFields: [entry("kubectl", { [READY]: { "f:status": {} } }), entry("alertstatus", { [READY]: message })],
      is: true,
    },
    {
      fields: "of the entry name alertstatus for its status",
      managedFields: [entry("alertstatus", { [READY]: { "f:status": {} } })],
      is: false,
    },
    { fields: "of another entry name alertstatus", managedFields: [entry("alertstatus", { 'k:{"type":"Other"}': message })], is: false },
    { fields: "know a map without entries", managedFields: [entry("alertstatus", { ".": {} })], is: undefined },
    { fields: "know the list as one field", managedFields: [entry("alertstatus", {})], is: undefined },
    { fields: "know no list", managedFields: [wrote("alertstatus", NOW, { "f:spec": {} })], is: undefined },
    { fields: "are not there", managedFields: undefined, is: undefined },
  ])("is $is where managed fields $fields", ({ managedFields, is }) => {
    expect(hasWritten(aResource({ managedFields }), "Ready")).toBe(is);
  });
});
