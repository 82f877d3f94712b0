import { describe, expect, test } from "vitest";
import { findCondition, parseResource, parseResourceList } from "../../../functions/core/kubernetes/resource.ts";
import { kinds } from "../../support/builders.ts";

const of = kinds.TracePipeline;
const metadata = { name: "backend", resourceVersion: "42", generation: 3 };

describe("a resource", () => {
  test("is read as it is, its conditions entry by entry", () => {
    const conditions = [{ type: "A", status: "True", reason: "B", unknownField: { kept: true } }, "even this"];
    const object = { metadata: { ...metadata, namespace: "team-a" }, status: { conditions, unsupportedMode: true } };
    const resource = parseResource(of, object);
    expect(resource).toMatchObject({ of, name: "backend", namespace: "team-a", generation: 3, resourceVersion: "42", deleting: false });
    expect(resource.conditions).toBe(conditions);
    expect(resource.object).toBe(object);
  });

  test.each([
    { what: "no status", object: { metadata } },
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

  test("may have no generation and no namespace", () => {
    const resource = parseResource(of, { metadata: { name: "backend", resourceVersion: "42" } });
    expect([resource.generation, resource.namespace]).toEqual([undefined, undefined]);
  });
});

describe("what is no resource is malformed, never an empty one", () => {
  test.each([
    { what: "nothing", object: undefined },
    { what: "null", object: null },
    { what: "text", object: "backend" },
    { what: "a list", object: [{ metadata }] },
    { what: "no metadata", object: { spec: {} } },
    { what: "metadata that are text", object: { metadata: "backend" } },
    { what: "no name", object: { metadata: { resourceVersion: "42" } } },
    { what: "a name that is a number", object: { metadata: { ...metadata, name: 7 } } },
    { what: "no resourceVersion", object: { metadata: { name: "backend" } } },
    { what: "a resourceVersion that is a number", object: { metadata: { ...metadata, resourceVersion: 42 } } },
    { what: "conditions by type", object: { metadata, status: { conditions: { Ready: {} } } } },
    { what: "conditions that are text", object: { metadata, status: { conditions: "none" } } },
  ])("$what", ({ object }) => {
    expect(() => parseResource(of, object)).toThrow(malformed);
  });
});

describe("a list", () => {
  test("is a page of resources, and the token of the next page", () => {
    const { items, next } = parseResourceList(of, { metadata: { continue: "more" }, items: [{ metadata }] });
    expect(items).toMatchObject([{ name: "backend" }]);
    expect(next).toBe("more");
  });

  test.each([{ metadata: {} }, { metadata: { continue: "" } }, { metadata: { continue: null } }, {}])(
    "ends where no token is given: %j",
    (rest) => {
      expect(parseResourceList(of, { ...rest, items: [] })).toEqual({ items: [], next: undefined });
    },
  );

  test.each([
    { what: "null", body: null },
    { what: "a Status", body: { kind: "Status", status: "Failure" } },
    { what: "null items", body: { items: null } },
    { what: "items by name", body: { items: { backend: { metadata } } } },
    { what: "an item that is none", body: { items: [{ metadata }, {}] } },
  ])("that is $what is malformed", ({ body }) => {
    expect(() => parseResourceList(of, body)).toThrow(malformed);
  });
});

describe("a condition", () => {
  const ready = { type: "Ready", status: "True", reason: "Fine" };

  test("is found by its type, among entries of any shape", () => {
    expect(findCondition([null, "Ready", { type: "Other" }, ready], "Ready")).toBe(ready);
    expect(findCondition([ready], "Healthy")).toBeUndefined();
  });

  test.each([{ type: "Ready" }, { type: "Ready", status: "True" }, { type: "Ready", status: true, reason: "Fine" }])(
    "is not one without status and reason: %j",
    (entry) => {
      expect(findCondition([entry], "Ready")).toBeUndefined();
    },
  );
});

const malformed = expect.objectContaining({ name: "UpstreamError", code: "malformed" });
