// Tries `rules render` on built-in and own profiles.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { renderStateMetrics } from "../../functions/rules/kube-state-metrics.ts";
import { renderRules } from "../../functions/rules/render.ts";
import { alertstatus } from "./alertstatus.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-rules-"));
});
afterAll(() => rm(folder, { recursive: true }));

const kyma = { ...kymaTelemetry, name: "kyma-telemetry" };
const kubernetes = { server: "https://api.example" };
const central = (labels?: object) => ({ url: "https://thanos.example", ...(labels && { labels }) });

async function render(...words: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await alertstatus(["rules", "render", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return parse(stdout);
}

async function fleetOf(...clusters: readonly object[]): Promise<string> {
  const file = join(folder, "fleet.json");
  await writeFile(file, JSON.stringify({ clusters: clusters.map((more, index) => ({ name: `c${index}`, kubernetes, ...more })) }));
  return file;
}

describe("alertstatus rules render", () => {
  test("prints the rules of the built-in profile", async () => {
    expect(await render()).toEqual(renderRules([kyma]));
  });

  test("prints them as a ConfigMap with the rules file", async () => {
    const { kind, data } = z
      .object({ kind: z.string(), data: z.record(z.string(), z.string()) })
      .parse(await render("--format", "configmap"));
    expect(kind).toBe("ConfigMap");
    expect(Object.keys(data)).toEqual(["alertstatus.rules.yml"]);
    expect(parse(data["alertstatus.rules.yml"] ?? "")).toEqual(renderRules([kyma]));
  });

  test("prints them as a PrometheusRule, for prometheus-operator", async () => {
    expect(await render("--format", "prometheusrule", "--by", "cluster")).toMatchObject({
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      spec: renderRules([kyma], { by: ["cluster"] }),
    });
  });

  test("prints what kube-state-metrics exports, with a type of its own where a cluster is in the mode shadow", async () => {
    const fleet = await fleetOf({ mode: "shadow" }, {});
    const types = ["alertstatus.io/TelemetryFlowHealthy", "TelemetryFlowHealthy"];
    expect(await render("--format", "kube-state-metrics", "--fleet", fleet)).toEqual(renderStateMetrics([{ profile: kyma, types }]));
    expect(await render("--format", "kube-state-metrics")).toEqual(renderStateMetrics([{ profile: kyma, types: types.slice(1) }]));
    const own = await fleetOf({ profiles: [{ name: "kyma-telemetry", mode: "shadow" }] });
    expect(await render("--format", "kube-state-metrics", "--fleet", own)).toEqual(
      renderStateMetrics([{ profile: kyma, types: types.slice(0, 1) }]),
    );
  });

  test("keeps each label of --by", async () => {
    expect(await render("--by", "cluster", "--by", "region")).toEqual(renderRules([kyma], { by: ["cluster", "region"] }));
  });

  test("gives every alert the labels of --label, and leaves out what an older evaluator does not know", async () => {
    const words = ["--label", "cluster=a=b", "--label", "k8s.region=eu", "--without", "keep_firing_for"];
    const labels = { cluster: "a=b", "k8s.region": "eu" };
    expect(await render(...words)).toEqual(renderRules([kyma], { labels, withoutKeepFiringFor: true }));
  });

  test.each([
    { words: ["--label", "cluster"], problem: "the label cluster is not usable: write key=value" },
    { words: ["--label", "=a"], problem: "the label =a is not usable: write key=value" },
    { words: ["--label", "alertname=A"], problem: "the label alertname belongs to the rules themselves" },
    { words: ["--by", ""], problem: '"" is no label name: text without control characters is expected' },
  ])("refuses $words, with exit code 2", async ({ words, problem }) => {
    expect(await alertstatus(["rules", "render", ...words])).toEqual({ code: 2, stdout: "", stderr: `error: ${problem}\n` });
  });

  test("keeps the labels that distinguish the clusters of a fleet, each once", async () => {
    const alerts = [central({ cluster: "a", region: "eu" }), central()];
    const file = await fleetOf({ alerts }, { alerts: central({ cluster: "b" }) });
    expect(await render("--fleet", file)).toEqual(renderRules([kyma], { by: ["cluster", "region"] }));
    expect(await render("--fleet", file, "--by", "region", "--by", "tenant")).toEqual(
      renderRules([kyma], { by: ["region", "tenant", "cluster"] }),
    );
  });

  test("keeps no labels for a fleet whose clusters have sources of their own", async () => {
    expect(await render("--fleet", await fleetOf({ alerts: central() }, {}))).toEqual(renderRules([kyma]));
  });

  test("names the row and the profile that would lose the label, with exit code 2", async () => {
    const says = { reason: "A", message: "A." };
    const of = { group: "example.org", version: "v1", plural: "queues", kind: "Queue" };
    const flows = [{ of, rows: [{ alert: "QueueFull", expr: "sum(queue) > 9", ...says }], unproven: [says], healthy: says }];
    const mine = { condition: "Mine", identify: { name: "q", unlabelled: "none" }, rules: { for: "1m", window: "5m" }, gates: [], flows };
    const file = join(folder, "own.json");
    const cluster = { name: "prod", kubernetes, profiles: ["mine"], alerts: central({ cluster: "prod" }) };
    await writeFile(file, JSON.stringify({ clusters: [cluster], profiles: { mine } }));
    expect(await alertstatus(["rules", "render", "--fleet", file])).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: profile mine, alert QueueFull: the expression loses the label cluster: write every aggregation with by (…)\n",
    });
  });
});
