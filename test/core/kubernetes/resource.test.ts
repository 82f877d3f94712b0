// Holds the parser of resources to refusing any answer that is not one, rather than reading it as empty.

import { describe, expect, test } from "vitest";
import { conditionsOf, findCondition, parseResource, resourceId } from "../../../functions/core/kubernetes/resource.ts";
import { kinds } from "../../support/builders.ts";

const of = kinds.TracePipeline;
const metadata = { name: "backend", resourceVersion: "42", generation: 3 };

describe("a resource", () => {
  test("keeps its object and conditions exactly as parsed", () => {
    const conditions = [{ type: "A", status: "True", reason: "B", unknownField: { kept: true } }, "even this"];
    const object = { metadata: { ...metadata, namespace: "team-a" }, status: { conditions, unsupportedMode: true } };
    const resource = parseResource(of, object);
    expect(resource).toMatchObject({ of, name: "backend", namespace: "team-a", generation: 3, resourceVersion: "42", deleting: false });
    expect(resource.conditions).toBe(conditions);
    expect(resource.object).toBe(object);
  });

  test.each([
    { what: "no status", object: { metadata } },
    { what: "a status that is null", object: { metadata, status: null } },
    { what: "an empty status", object: { metadata, status: {} } },
    { what: "null conditions", object: { metadata, status: { conditions: null } } },
  ])("with $what has no conditions yet", ({ object }) => {
    expect(parseResource(of, object).conditions).toEqual([]);
  });

  test.each([
    { deletionTimestamp: "2026-01-01T00:00:00Z", deleting: true },
    { deletionTimestamp: null, deleting: false },
    { deletionTimestamp: undefined, deleting: false },
  ])("with the deletion timestamp $deletionTimestamp is being deleted: $deleting", ({ deletionTimestamp, deleting }) => {
    expect(parseResource(of, { metadata: { ...metadata, deletionTimestamp } }).deleting).toBe(deleting);
  });

  test("may have the longest name, namespace and version that there are", () => {
    const longest = { name: `${"x".repeat(251)}.y`, namespace: "x".repeat(63), resourceVersion: "1".repeat(128) };
    expect(parseResource(of, { metadata: longest })).toMatchObject(longest);
    expect(parseResource(of, { metadata: { name: "x", namespace: "y", resourceVersion: "1" } })).toMatchObject({
      name: "x",
      namespace: "y",
    });
  });

  test("with more managed fields than it can have is refused where it is kept in part", () => {
    const entry = { manager: "x".repeat(70_000), fieldsV1: { "f:status": { "f:conditions": {} } } };
    const object = { metadata: { ...metadata, managedFields: [entry] } };
    expect(() => parseResource(of, object, [])).toThrow("holds an object with more managed fields than it can have");
    expect(parseResource(of, object).name).toBe("backend");
  });

  test("may have as many conditions and managed fields as there are, each for itself", () => {
    const entry = { manager: "x".repeat(40_000), fieldsV1: { "f:status": { "f:conditions": {} } } };
    const conditions = [{ type: "A", status: "True", message: "x".repeat(40_000) }];
    const object = { metadata: { ...metadata, managedFields: [entry] }, status: { conditions } };
    expect(parseResource(of, object, []).conditions).toBe(conditions);
  });

  test("may have no generation and no namespace", () => {
    const resource = parseResource(of, { metadata: { name: "backend", resourceVersion: "42" } });
    expect([resource.generation, resource.namespace]).toEqual([undefined, undefined]);
  });
});

describe("a resource is malformed where the object is or has", () => {
  test.each([
    { what: "undefined", object: undefined },
    { what: "null", object: null },
    { what: "a string", object: "backend" },
    { what: "a list", object: [{ metadata }] },
    { what: "no metadata", object: { spec: {} } },
    { what: "metadata that is a string", object: { metadata: "backend" } },
    { what: "no name", object: { metadata: { resourceVersion: "42" } } },
    { what: "a name that is a number", object: { metadata: { ...metadata, name: 7 } } },
    { what: "no resourceVersion", object: { metadata: { name: "backend" } } },
    { what: "a resourceVersion that is a number", object: { metadata: { ...metadata, resourceVersion: 42 } } },
    { what: "a name with a lone surrogate", object: { metadata: { ...metadata, name: "back\ud800end" } } },
    { what: "a name that is a path", object: { metadata: { ...metadata, name: "../secrets/x" } } },
    { what: "a name that is too long", object: { metadata: { ...metadata, name: "x".repeat(254) } } },
    { what: "a name that begins with a dash", object: { metadata: { ...metadata, name: "-backend" } } },
    { what: "a name that ends with a dot", object: { metadata: { ...metadata, name: "backend." } } },
    { what: "a name with a line break", object: { metadata: { ...metadata, name: "backend\n" } } },
    { what: "a namespace that begins with a dash", object: { metadata: { ...metadata, namespace: "-a" } } },
    { what: "a namespace that ends with a dash", object: { metadata: { ...metadata, namespace: "a-" } } },
    { what: "a namespace that is too long", object: { metadata: { ...metadata, namespace: "x".repeat(64) } } },
    { what: "an empty resourceVersion", object: { metadata: { ...metadata, resourceVersion: "" } } },
    { what: "a resourceVersion that is too long", object: { metadata: { ...metadata, resourceVersion: "1".repeat(129) } } },
    { what: "a namespace that is a path", object: { metadata: { ...metadata, namespace: "a/b" } } },
    { what: "a namespace that is a number", object: { metadata: { ...metadata, namespace: 7 } } },
    { what: "a resourceVersion with a line break", object: { metadata: { ...metadata, resourceVersion: "4\n2" } } },
    { what: "a status that is a string", object: { metadata, status: "__proto__" } },
    { what: "conditions as a map", object: { metadata, status: { conditions: { Ready: {} } } } },
    { what: "conditions that are a string", object: { metadata, status: { conditions: "none" } } },
  ])("$what", ({ object }) => {
    expect(() => parseResource(of, object)).toThrow(malformed);
  });

  test.each([
    { object: {}, what: "an object without metadata" },
    { object: { metadata: {} }, what: "an object without a usable name" },
    { object: { metadata: { name: "backend" } }, what: "an object without a resourceVersion" },
    { object: { metadata: { ...metadata, namespace: 7 } }, what: "an object in a namespace without a usable name" },
    { object: { metadata, status: 7 }, what: "a status that is no object" },
    { object: { metadata, status: { conditions: "none" } }, what: "conditions that are not a list" },
  ])("and the message says that it holds $what", ({ object, what }) => {
    expect(() => parseResource(of, object)).toThrow(`the API server's answer for tracepipelines holds ${what}`);
  });

  test.each([{ namespace: null }, { generation: "7" }, { generation: 1e300 }])(
    "but not where the metadata has %j, which is left out",
    (odd) => {
      const { namespace, generation } = parseResource(of, { metadata: { name: "backend", resourceVersion: "42", ...odd } });
      expect([namespace, generation]).toEqual([undefined, undefined]);
    },
  );
});

describe("a resource with more conditions than are written is refused where they", () => {
  const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
  test.each([
    { are: "are larger than 64 KB", conditions: [{ type: "A", status: "True", message: "x".repeat(70_000) }] },
    { are: "are nested 5,000 deep", conditions: [nested(5_000)] },
    { are: "are ten thousand", conditions: Array.from({ length: 10_000 }, () => ({ type: "A" })) },
  ])("$are", ({ conditions }) => {
    const message = "its conditions are larger than 64 KB, or nested deeper than conditions are";
    const tooLarge = expect.objectContaining({ name: "UpstreamError", code: "conditions-too-large", message });
    expect(() => parseResource(of, { metadata, status: { conditions } })).toThrow(tooLarge);
  });

  test("are 64 KB of JSON, it is none of them, and one byte more is too many", () => {
    const sized = (length: number) => ({ metadata, status: { conditions: ["x".repeat(length)] } });
    expect(parseResource(of, sized(65_531)).name).toBe("backend");
    expect(() => parseResource(of, sized(65_532))).toThrow("its conditions are larger than 64 KB");
  });

  test("are of the size that conditions have, it is none of them", () => {
    const conditions = Array.from({ length: 50 }, () => ({ type: "A", status: "True", reason: "B", message: "x".repeat(1_000) }));
    expect(parseResource(of, { metadata, status: { conditions } }).conditions).toBe(conditions);
  });
});

test.each([
  { group: "shop.example", apiVersion: "shop.example/v1" },
  { group: "", apiVersion: "v1" },
])("a resource of the group '$group' is named with the apiVersion $apiVersion", ({ group, apiVersion }) => {
  const kind = { group, version: "v1", plural: "things", kind: "Thing" };
  const named = { metadata: { ...metadata, namespace: "team-a" } };
  expect(resourceId(parseResource(kind, named))).toEqual({ apiVersion, kind: "Thing", name: "backend", namespace: "team-a" });
});

test("all conditions of a type are found, where a list repeats it", () => {
  const [one, other] = ["True", "False"].map((status) => ({ type: "Ready", status }));
  expect(conditionsOf([null, one, { type: "Other", status: "True" }, { type: "Ready" }, other], "Ready")).toEqual([one, other]);
});

describe("a condition", () => {
  const ready = { type: "Ready", status: "True", reason: "Fine" };

  test("is found by its type, among entries of any shape", () => {
    expect(findCondition([null, "Ready", { type: "Other" }, ready], "Ready")).toBe(ready);
    expect(findCondition([ready], "Healthy")).toBeUndefined();
  });

  test("is found without a reason, which some CRDs do not keep", () => {
    expect(findCondition([{ type: "Ready", status: "True" }], "Ready")).toEqual({ type: "Ready", status: "True" });
  });

  test.each([{ type: "Ready" }, { type: "Ready", status: true, reason: "Fine" }, { type: "Ready", status: "True", reason: 7 }])(
    "without a status, or with a reason that is no text, is not found: %j",
    (entry) => {
      expect(findCondition([entry], "Ready")).toBeUndefined();
    },
  );
});

const malformed = expect.objectContaining({ name: "UpstreamError", code: "malformed" });
