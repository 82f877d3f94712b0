// The answer of a range query is numbers by time, or no answer at all: never a series less than the server has.

import { describe, expect, test } from "vitest";
import { parseRange } from "../../../functions/core/prometheus/range.ts";

const matrix = (...result: readonly unknown[]) => ({ status: "success", data: { resultType: "matrix", result } });
const metric = { alertname: "A", alertstate: "firing" };

describe("a range", () => {
  test("has each value beside its time, in milliseconds", () => {
    const values = [
      [1_767_225_600, "1"],
      [1_767_225_630.0005, "2.5e+01"],
      [1_767_225_660, "NaN"],
    ];
    expect(parseRange(matrix({ metric, values }, { metric: {}, values: [] }))).toEqual({
      series: [
        {
          labels: metric,
          timesMs: Float64Array.of(1_767_225_600_000, 1_767_225_630_001, 1_767_225_660_000),
          values: Float64Array.of(1, 25, Number.NaN),
        },
        { labels: {}, timesMs: Float64Array.of(), values: Float64Array.of() },
      ],
      warnings: [],
    });
  });

  test.each([
    { what: "of a server that is missing", warnings: ["one store does not answer"], told: ["one store does not answer"] },
    { what: "but what the language remarks on", warnings: ["PromQL info: metric might not be a counter", 7], told: ["7"] },
    { what: "none, where there is no list of them", warnings: "careful", told: [] },
  ])("tells the warnings $what", ({ warnings, told }) => {
    expect(parseRange({ ...matrix(), warnings }).warnings).toEqual(told);
  });

  test.each([
    { what: "nothing", body: undefined, says: "holds no series" },
    { what: "an error", body: { ...matrix(), status: "error" }, says: "holds no series" },
    { what: "no data", body: { status: "success" }, says: "holds no series" },
    { what: "a vector", body: { status: "success", data: { resultType: "vector", result: [] } }, says: "holds no series" },
    { what: "a matrix without a list", body: { status: "success", data: { resultType: "matrix", result: {} } }, says: "holds no series" },
    { what: "a series that is null", body: matrix(null), says: "holds a series without labels or values" },
    { what: "labels that are no text", body: matrix({ metric: { a: 1 }, values: [] }), says: "holds a series without labels or values" },
    { what: "values that are no list", body: matrix({ metric, values: {} }), says: "holds a series without labels or values" },
    { what: "a sample that is null", body: matrix({ metric, values: [null] }), says: "holds a sample that is none" },
    { what: "a time that is text", body: matrix({ metric, values: [["1", "1"]] }), says: "holds a sample that is none" },
    { what: "a value that is a number", body: matrix({ metric, values: [[1, 1]] }), says: "holds a sample that is none" },
  ])("that is $what is malformed", ({ body, says }) => {
    expect(() => parseRange(body)).toThrow(expect.objectContaining({ code: "malformed", message: `the answer of the query API ${says}` }));
  });
});
