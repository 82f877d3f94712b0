// Holds the lines about failures to one line for each cause.

import { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { attentionLines } from "../../functions/cli/attention-output.ts";
import { passTable, summaryLine } from "../../functions/cli/outcome-output.ts";
import { tableText } from "../../functions/cli/table.ts";
import { type ClusterOutcome, summarize } from "../../functions/core/outcome/outcome.ts";

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

test("a screen of 24 lines sums up 2,000 clusters, each with a cause of its own", () => {
  const condition = { type: "T", status: "Unknown", reason: "GatewayProbingFailed", message: "" };
  const resource = { apiVersion: "a/v1", kind: "TracePipeline", name: "checkout", was: "unchanged", condition } as const;
  const outcomes = Array.from({ length: 2_000 }, (_, index) => {
    const cluster = `prod-eu-central-1-${index}`;
    if (index % 20 === 0) return aCluster({ cluster, was: "unreachable", code: "timeout", message: `no answer of ${cluster}` });
    const alerts = { was: "read", firing: 0, pending: 0 } as const;
    return aCluster({ cluster, alerts, resources: [{ ...resource, because: [`young: started ${index}s ago`] }] });
  });
  const stdout = Object.assign(new Writable(), { isTTY: true, columns: 80, rows: 24 });
  const start = { program: "alertstatus", version: "1.2.3" };
  const { signal } = new AbortController();
  const terminal = { ...start, stdin: process.stdin, stdout, stderr: stdout, env: {}, signal, exitCode: 0 };
  const table = tableText(passTable(terminal, outcomes, { output: "table", headers: true }), 80).split("\n");
  const lines = [...attentionLines(outcomes, 80), ...table, ...summaryLine(summarize(outcomes), 80).split("\n")];
  expect(lines.length).toBeLessThan(24);
  expect(stripVTControlCharacters(lines.join("\n"))).toMatch(/^100 clusters: unreachable: timeout: prod-eu-central-1-0/m);
  expect(table.at(-1)).toMatch(/^.*Unknown.* GatewayProbingFailed +1900 /);
});
