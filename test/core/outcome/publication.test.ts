// Holds what a run publishes to fairness between clusters, and to a bound for each.

import { describe, expect, test } from "vitest";
import { MAX_TRANSITIONS } from "../../../functions/core/limits.ts";
import { publicationsOf } from "../../../functions/core/outcome/publication.ts";
import type { ConditionChanged } from "../../../functions/core/outcome/transition.ts";

const some = (cluster: string, count: number, status = "False"): readonly ConditionChanged[] =>
  Array.from({ length: count }, (_, index) => ({
    cluster,
    labels: { of: cluster },
    resource: { apiVersion: "v1", kind: "Thing", name: `${index}` },
    condition: { type: "Healthy", from: null, to: { status, reason: "R", message: "M" } },
    because: [],
    at: "2026-01-01T00:00:00Z",
  }));
const allowed = (transitions: readonly ConditionChanged[]) => ({ transitions, allowed: MAX_TRANSITIONS });
const clustersOf = (publications: ReturnType<typeof publicationsOf>) => publications.map(({ detail }) => detail.cluster);

describe("what is published", () => {
  test("is taken from each cluster in turn", () => {
    expect(clustersOf(publicationsOf([some("loud", 3), [], some("quiet", 1), some("other", 2)].map(allowed)))).toEqual([
      "loud",
      "quiet",
      "other",
      "loud",
      "other",
      "loud",
    ]);
  });

  test("of one cluster is at most a hundred transitions, and one event that counts the others", () => {
    const published = publicationsOf([[...some("loud", 150), ...some("loud", 30_000, "True")]].map(allowed));
    expect(published).toHaveLength(MAX_TRANSITIONS + 1);
    expect(published.at(-1)).toEqual({
      detailType: "Transitions Omitted",
      detail: { cluster: "loud", labels: { of: "loud" }, omitted: 30_050, to: { False: 50, True: 30_000 }, at: "2026-01-01T00:00:00Z" },
    });
  });

  test("of a hundred transitions is those and nothing else", () => {
    expect(new Set(publicationsOf([some("one", MAX_TRANSITIONS)].map(allowed)).map(({ detailType }) => detailType))).toEqual(
      new Set(["Condition Changed"]),
    );
  });

  test("of nothing is nothing", () => {
    expect(publicationsOf([])).toEqual([]);
    expect(publicationsOf([[]].map(allowed))).toEqual([]);
  });
});
