// Holds what doctor says of the list of conditions of a kind, by the documents that an API server shows of its schemas.

import { describe, expect, test } from "vitest";
import { conditionListCheck, conditionListOf, ownerCheck } from "../../../functions/doctor/checks/condition-list.ts";
import { aResource, kinds } from "../../support/builders.ts";

const of = kinds.TracePipeline;
const gvk = [{ group: of.group, version: of.version, kind: of.kind }];
const documentWith = (conditions: object) => ({
  components: {
    schemas: {
      "io.kyma.TracePipeline": { "x-kubernetes-group-version-kind": gvk, properties: { status: { properties: { conditions } } } },
    },
  },
});
const of32 = (more: object = {}) => conditionListOf(documentWith({ type: "array", maxItems: 32, ...more }), of);

describe("conditionListOf", () => {
  test("takes a list without a type for atomic", () => expect(of32()).toEqual({ isMap: false, maxItems: 32 }));
  test("knows a map", () => expect(of32({ "x-kubernetes-list-type": "map" })).toEqual({ isMap: true, maxItems: 32 }));
  test.each([
    { what: "another kind", document: documentWith({ type: "array" }), kind: { ...of, kind: "LogPipeline" } },
    { what: "no conditions", document: { components: { schemas: { a: { "x-kubernetes-group-version-kind": gvk } } } }, kind: of },
    { what: "no schemas", document: { components: 7 }, kind: of },
  ])("finds none in a document with $what", ({ document, kind }) => expect(conditionListOf(document, kind)).toBeUndefined());

  test("follows the references of Kubernetes' own kinds", () => {
    const node = { group: "", version: "v1", plural: "nodes", kind: "Node" };
    const schemas = {
      "io.k8s.api.core.v1.Node": {
        "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "Node" }],
        properties: { status: { allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.NodeStatus" }] } },
      },
      "io.k8s.api.core.v1.NodeStatus": { properties: { conditions: { type: "array", "x-kubernetes-list-type": "map" } } },
    };
    expect(conditionListOf({ components: { schemas } }, node)).toEqual({ isMap: true });
  });
});

const conditions = (count: number, ...more: readonly string[]) =>
  [...Array(count).keys()].map((nth) => ({ type: `Said${nth}`, status: "True" })).concat(more.map((type) => ({ type, status: "True" })));

test.each([
  { what: "an atomic list", list: of32(), count: 3, was: "ok", says: "atomic" },
  {
    what: "a map",
    list: of32({ "x-kubernetes-list-type": "map" }),
    count: 3,
    was: "ok",
    says: "each writer owns its entries; it takes 32",
  },
  { what: "a full list", list: of32(), count: 32, was: "warning", says: "full, with 32 entries: 1 objects, such as backend" },
  { what: "a full list that holds the condition", list: of32(), count: 31, own: "Own", was: "ok", says: "atomic" },
  { what: "a schema without a list", list: undefined, count: 0, was: "skipped", says: "no list" },
])("conditionListCheck returns $was for $what", ({ list, count, own, was, says }) => {
  const resource = aResource({ conditions: conditions(count, ...(own === undefined ? [] : [own])) });
  expect(conditionListCheck(of, list, [resource], ["Own"])).toMatchObject({
    check: "condition list of TracePipeline",
    was,
    message: expect.stringContaining(says),
  });
});

test("a kind that carries no conditions of others is a warning, unless it is only observed", () => {
  expect(ownerCheck(of, "Its owner drops them.", true)).toMatchObject({ was: "warning", remedy: expect.stringContaining("mode: observe") });
  expect(ownerCheck(of, "Its owner drops them.", false)).toMatchObject({ was: "ok", message: expect.stringContaining("drops them") });
});
