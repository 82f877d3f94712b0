// Holds the lines about failures to one line for each cause.

import { expect, test } from "vitest";
import { attentionLines } from "../../functions/cli/attention-output.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";

const aCluster = (more: Partial<ClusterOutcome>): ClusterOutcome => ({
  cluster: "prod",
  was: "reconciled",
  resources: [],
  unlisted: [],
  ms: 1,
  ...more,
});

test("a terminal shows the cause of a misconfigured cluster once", () => {
  const notServed = { kind: "TracePipeline", code: "kind-not-served", message: "not in version v1" } as const;
  const forbidden = { kind: "LogPipeline", code: "forbidden", message: "no permission to list" } as const;
  const unlisted = [forbidden, notServed];
  const lines = attentionLines([aCluster({ was: "misconfigured", code: notServed.code, message: notServed.message, unlisted })]);
  expect(lines.filter((line) => !line.startsWith("  "))).toEqual([
    expect.stringContaining("misconfigured: not in version v1"),
    expect.stringContaining("LogPipeline not listed: no permission to list"),
  ]);
});

test("a terminal shows a late cluster, which has no message, by its state", () => {
  expect(attentionLines([aCluster({ was: "late" })])).toEqual([expect.stringMatching(/prod.*: late$/)]);
});

test("a terminal shows the frames of a crash", () => {
  const crash = { error: "TypeError", frames: ["f (a.ts:1:2)"] };
  const lines = attentionLines([aCluster({ was: "crashed", message: "a bug", crash })]);
  expect(lines).toEqual([expect.stringContaining("crashed: a bug"), "  at f (a.ts:1:2)"]);
});
