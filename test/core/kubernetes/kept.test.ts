// Holds what is kept of an object to deciding every verdict as the whole object does, and to its size.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keptOf, sizeOf } from "../../../functions/core/kubernetes/kept.ts";
import { parseResource } from "../../../functions/core/kubernetes/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { judgedPaths } from "../../../functions/core/profile/paths.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { aReading, kinds, knowing } from "../../support/builders.ts";
import { alerts, pipelines, toResource } from "../verdict/arbitraries.ts";

test("a verdict on what is kept is the verdict on the whole object", () => {
  fc.assert(
    fc.property(pipelines, fc.array(alerts), (pipeline, firing) => {
      const whole = toResource(pipeline);
      const kept = parseResource(whole.of, whole.object, judgedPaths([kymaTelemetry], whole.of));
      const known = knowing(aReading({ firing }));
      expect(judge(kymaTelemetry, kept, known)).toEqual(judge(kymaTelemetry, whole, known));
    }),
  );
});

describe("what is kept of an object", () => {
  const conditions = [{ type: "A", status: "True", more: { kept: true } }];
  const writers = [
    {
      manager: "alertstatus",
      operation: "Update",
      time: "2026-01-01T00:00:00Z",
      fieldsV1: { "f:status": { "f:conditions": {}, "f:other": {} } },
    },
    { manager: "kubectl", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:spec": { "f:large": {} } } },
  ];
  const object = {
    metadata: { name: "a", uid: "0a1b", resourceVersion: "1", annotations: { large: "x" }, managedFields: writers },
    spec: { output: { otlp: { endpoint: "x" } }, mode: "on", list: [1, 2], nothing: null, large: "x" },
    status: { conditions, other: "x" },
  };

  test("is its identity, its conditions and their writers, and that something stands at a path", () => {
    const paths = ["spec.output.otlp", "spec.output", "spec.mode", "spec.list", "spec.nothing", "spec.absent.below", "status.other"];
    const kept = keptOf(
      object,
      paths.map((path) => path.split(".")),
    );
    const fieldsV1 = { "f:status": { "f:conditions": {} } };
    expect(kept).toEqual({
      metadata: {
        name: "a",
        uid: "0a1b",
        resourceVersion: "1",
        managedFields: [{ manager: "alertstatus", time: "2026-01-01T00:00:00Z", fieldsV1 }],
      },
      spec: { output: { otlp: {} }, mode: "on", list: {} },
      status: { conditions, other: "x" },
    });
    expect(Object(kept.status).conditions).toBe(conditions);
  });

  test("is no prototype, whatever a path is called", () => {
    const strange = JSON.parse('{"metadata":{"name":"a"},"__proto__":{"polluted":{"deep":true}}}');
    expect(keptOf(strange, [["__proto__", "polluted"]])).toBeTypeOf("object");
    expect(Object.prototype).not.toHaveProperty("polluted");
  });
});

describe("the paths that are judged", () => {
  test("are those of every `when` of the kind, whatever it compares", () => {
    const when = { has: ["spec.a"], lacks: ["spec.b"], is: { "spec.c": true }, isNot: { "spec.d": 1 }, any: [{ has: ["spec.e.f"] }] };
    const [flow] = kymaTelemetry.flows;
    const paths = judgedPaths([{ ...kymaTelemetry, flows: [{ ...flow!, when }] }], kinds.TracePipeline).map((path) => path.join("."));
    expect(paths).toEqual(expect.arrayContaining(["spec.a", "spec.b", "spec.c", "spec.d", "spec.e.f"]));
  });

  test("of another kind are none of it", () => {
    expect(judgedPaths([kymaTelemetry], { ...kinds.TracePipeline, version: "v9" })).toEqual([]);
  });
});

test.each([
  { value: "ab", size: 4 },
  { value: 7, size: 8 },
  { value: null, size: 8 },
  { value: [], size: 2 },
  { value: [1, "a"], size: 2 + 9 + 4 },
  { value: { ab: 1, c: [] }, size: 2 + 13 + 6 },
])("the size of $value is $size, but beyond all bounds where it is more than is asked for", ({ value, size }) => {
  expect(sizeOf(value, Number.POSITIVE_INFINITY)).toBe(size);
  expect(sizeOf(value, size)).toBe(size);
  if (typeof value === "object" && value !== null && size > 2) expect(sizeOf(value, size - 1)).toBe(Number.POSITIVE_INFINITY);
});

test.each([
  { levels: 25, isBounded: true },
  { levels: 26, isBounded: false },
])("the size of $levels levels is bounded: $isBounded", ({ levels, isBounded }) => {
  const nested: unknown = JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
  expect(Number.isFinite(sizeOf(nested, 1_000))).toBe(isBounded);
});

test("a long text at a path is kept as far as a profile compares it", () => {
  const kept = keptOf({ metadata: {}, spec: { mode: "x".repeat(2_000) } }, [["spec", "mode"]]);
  expect(Object(kept.spec).mode).toBe("x".repeat(1_024));
});

test("of an object without conditions and writers, neither is kept", () => {
  expect(keptOf({ metadata: { name: "a", managedFields: {} }, status: { conditions: null } }, [[]])).toStrictEqual({
    metadata: { name: "a" },
  });
  expect(keptOf({ metadata: { name: "a" } }, [])).toStrictEqual({ metadata: { name: "a" } });
});

test("the size of a value is about that of its JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const size = sizeOf(value, Number.POSITIVE_INFINITY);
      expect(size).toBeGreaterThanOrEqual(JSON.stringify(value).length / 6 - 20);
      expect(size).toBeLessThanOrEqual(8 * JSON.stringify(value).length + 20);
    }),
  );
});
