// Holds a watch to a time on each line, to what changed, and to one line of what stays.

import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Terminal } from "../../functions/cli/terminal.ts";
import { printPass, type Standing, standingOf } from "../../functions/cli/watch-output.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";

const TRUE = { status: "True", reason: "FlowHealthy", because: [] };
const FALSE = { status: "False", reason: "GatewayAllTelemetryDataDropped", because: ["TraceGatewayAllDataDropped"] };

function aResource({ status, reason, because }: typeof FALSE | typeof TRUE): ResourceOutcome {
  const condition = { type: "TelemetryFlowHealthy", status, reason, message: "" };
  return { apiVersion: "a/v1", kind: "TracePipeline", name: "checkout", was: "planned", condition, because };
}

function aCluster(cluster: string, more: Partial<ClusterOutcome> = {}): ClusterOutcome {
  return { cluster, was: "reconciled", resources: [aResource(TRUE)], unlisted: [], ms: 1, ...more };
}

const dead = (cluster: string) => aCluster(cluster, { was: "unreachable", code: "timeout", message: "no answer", resources: [] });

function printed(outcomes: readonly ClusterOutcome[], last: Standing | undefined): readonly string[] {
  const lines: string[] = [];
  const stream = () =>
    new Writable({ decodeStrings: false, write: (text, _, done) => done(void lines.push(...text.trimEnd().split("\n"))) });
  const terminal: Terminal = {
    program: "alertstatus",
    version: "1.2.3",
    stdin: process.stdin,
    stdout: stream(),
    stderr: stream(),
    env: {},
    signal: new AbortController().signal,
    exitCode: 0,
  };
  printPass(terminal, outcomes, { last, time: "10:00:00Z", output: "table", headers: true });
  return lines;
}

const first = [aCluster("a"), aCluster("b"), dead("c")];

test("the first pass is printed as a whole, each line with the time", () => {
  const lines = printed(first, undefined);
  expect(lines).toEqual([
    "10:00:00Z c: unreachable: no answer",
    expect.stringMatching(/^10:00:00Z {3}check the network path/),
    expect.stringMatching(/^10:00:00Z CLUSTER +RESOURCE/),
    expect.stringMatching(/^10:00:00Z c .*timeout +unreachable/),
    expect.stringMatching(/^10:00:00Z a +tracepipeline\/checkout +True/),
    expect.stringMatching(/^10:00:00Z b /),
    expect.stringMatching(/^10:00:00Z 3 clusters: 2 reconciled, 1 unreachable; 2 resources: 2 planned; 2 conditions: 2 True$/),
  ]);
});

describe("a later pass prints", () => {
  test.each([
    { what: "one line where nothing changed", outcomes: first, lines: ["2 of 3 clusters reconciled; 2 True"] },
    {
      what: "a condition that changed, though the plan to write it is as before",
      outcomes: [aCluster("a", { resources: [aResource(FALSE)] }), aCluster("b"), dead("c")],
      lines: [
        "a tracepipeline/checkout: True FlowHealthy → False GatewayAllTelemetryDataDropped (TraceGatewayAllDataDropped)",
        "2 of 3 clusters reconciled; 1 True, 1 False",
      ],
    },
    {
      what: "a cluster that died, and none of its resources",
      outcomes: [aCluster("a"), dead("b"), dead("c")],
      lines: ["b: unreachable: no answer", expect.stringContaining("check the network path"), "1 of 3 clusters reconciled; 1 True"],
    },
    {
      what: "a cluster that came back, and what it shows for the first time",
      outcomes: [aCluster("a"), aCluster("b"), aCluster("c")],
      lines: ["c: reconciled again", "c tracepipeline/checkout: not there → True FlowHealthy", "3 of 3 clusters reconciled; 3 True"],
    },
  ])("$what", ({ outcomes, lines }) => {
    expect(printed(outcomes, standingOf(first)).map((line) => line.replace(/^10:00:00Z /, ""))).toEqual(lines);
  });

  test("nothing of a condition that a dead cluster comes back with unchanged", () => {
    const died = standingOf([aCluster("a"), dead("b"), dead("c")], standingOf(first));
    expect(printed(first, died)).toEqual(["10:00:00Z b: reconciled again", "10:00:00Z 2 of 3 clusters reconciled; 2 True"]);
  });
});

test("what two profiles say of one resource are two lines, by their names, also where one is observed only", () => {
  const both = (one: typeof FALSE | typeof TRUE) =>
    aCluster("prod", {
      resources: [
        { ...aResource(TRUE), profile: "v1" },
        { ...aResource(one), profile: "v2" },
      ],
    });
  const lines = printed([both(FALSE)], standingOf([both(TRUE)]));
  expect(lines).toEqual([
    "10:00:00Z prod tracepipeline/checkout by v2: True FlowHealthy → False GatewayAllTelemetryDataDropped (TraceGatewayAllDataDropped)",
    "10:00:00Z 1 of 1 cluster reconciled; 1 True, 1 False",
  ]);
});
