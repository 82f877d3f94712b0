// Holds the outcome of a cluster to which of its lists failed.

import { describe, expect, test } from "vitest";
import { reachOf } from "../../functions/cluster/cluster.ts";
import { type Code, UpstreamError } from "../../functions/core/errors.ts";
import { kinds } from "../support/builders.ts";

/** Two lists: each is there, or failed with this code. */
function lists(...codes: readonly [Code | undefined, Code | undefined]) {
  const [trace, metric] = codes.map((code) => (code === undefined ? {} : { error: new UpstreamError(code, code) }));
  return [
    { of: kinds.TracePipeline, resources: [], ...trace },
    { of: kinds.MetricPipeline, resources: [], ...metric },
  ];
}

describe("a cluster whose two lists", () => {
  test.each<{ lists: string; codes: [Code | undefined, Code | undefined]; was: string; code?: Code; unlisted: number }>([
    { lists: "are both there", codes: [undefined, undefined], was: "reconciled", unlisted: 0 },
    { lists: "fail once, forbidden", codes: [undefined, "forbidden"], was: "reconciled", unlisted: 1 },
    { lists: "are both forbidden", codes: ["forbidden", "forbidden"], was: "forbidden", code: "forbidden", unlisted: 2 },
    { lists: "are forbidden and not answered", codes: ["forbidden", "timeout"], was: "unreachable", code: "timeout", unlisted: 2 },
    {
      lists: "are both refused without a known login",
      codes: ["unauthorized", "unauthorized"],
      was: "unreachable",
      code: "unauthorized",
      unlisted: 2,
    },
    {
      lists: "are forbidden and not served",
      codes: ["forbidden", "kind-not-served"],
      was: "misconfigured",
      code: "kind-not-served",
      unlisted: 2,
    },
  ])("$lists was $was", ({ codes, was, code, unlisted }) => {
    const reach = reachOf(lists(...codes));
    expect([reach.was, reach.code, reach.unlisted.length]).toEqual([was, code, unlisted]);
  });
});

test("a cluster without kinds is reconciled", () => {
  expect(reachOf([])).toEqual({ was: "reconciled", unlisted: [] });
});
