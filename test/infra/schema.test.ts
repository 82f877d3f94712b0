// Holds the JSON Schema to the code, and the example to both.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type AnySchemaObject } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { renderSchema, SCHEMA_FILE } from "../../infra/schema.ts";

const EXAMPLE_FILE = join(import.meta.dirname, "../../infra/fleet.example.yml");

const committed = readFileSync(SCHEMA_FILE, "utf8");
const schema: AnySchemaObject = JSON.parse(committed);
const example: unknown = parse(readFileSync(EXAMPLE_FILE, "utf8"));
const isValid = new Ajv2020({ formats: { "date-time": true } }).compile(schema);

describe("the schema of the fleet file", () => {
  test("is the one that `npm run schema` generates", () => {
    expect(committed).toBe(renderSchema());
  });

  test.each([
    ["an unknown key", { clusters: [], color: "blue" }],
    ["an unknown key of a cluster", fleetWith({ color: "blue" })],
    ["a mode that does not exist", fleetWith({ mode: "loud" })],
    ["a secret in place of a reference", fleetWith({ kubernetes: { server: "https://a.example", auth: { token: "s3cr3t" } } })],
    ["a name with capitals", fleetWith({ name: "Prod" })],
    ["no clusters", {}],
  ])("rejects %s", (_, document) => {
    expect(isValid(document)).toBe(false);
  });

  test("accepts the smallest fleet", () => {
    expect(isValid(fleetWith({}))).toBe(true);
  });
});

describe("the example of a fleet file", () => {
  test("fits the schema", () => {
    expect(isValid(example), JSON.stringify(isValid.errors)).toBe(true);
  });

  test("has no wrong entry", () => {
    const { clusters, wrong } = parseFleet(example);
    expect(wrong).toEqual([]);
    expect(clusters.length).toBeGreaterThan(0);
  });

  test("shows every field", () => {
    const shown = new Set(keysOf(example));
    expect(fieldsOf(schema).filter((field) => !shown.has(field))).toEqual([]);
  });

  test("names the schema for editors", () => {
    expect(readFileSync(EXAMPLE_FILE, "utf8")).toMatch(/^# yaml-language-server: \$schema=\.\/fleet\.schema\.json\n/);
  });
});

function fleetWith(fields: object): unknown {
  return { clusters: [{ name: "a", kubernetes: { kubeconfig: { file: "config" } }, ...fields }] };
}

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

function fieldsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "properties" in value && typeof value.properties === "object" ? Object.keys(value.properties ?? {}) : [];
  return [...own, ...Object.values(value).flatMap(fieldsOf)];
}
