// Tries the rules of the examples on promtool, in the situations in which they fire or nearly do.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alertstatus } from "../cli/alertstatus.ts";
import { prometheusFolder } from "../support/real-prometheus.ts";

/** What is scraped every minute, and the alerts that fire after two hours: these, and no other of the example. */
type Situation = { readonly when: string; readonly series: Series; readonly fires: readonly string[] };
type Series = Readonly<Record<string, string>>;

const DAY = 86_400;
const web = 'name="web",exported_namespace="red"';
const ready = (condition: string) => `certmanager_certificate_ready_status{${web},condition="${condition}"}`;
const isUp = { 'up{job="cert-manager"}': "1x150" };
const lasting = (days: number) => ({ [`certmanager_certificate_expiration_timestamp_seconds{${web}}`]: `${days * DAY}x150` });

const certificates: readonly Situation[] = [
  { when: "all is well", series: { ...isUp, ...lasting(60), [ready("True")]: "1x150", [ready("False")]: "0x150" }, fires: [] },
  {
    when: "it is not ready",
    series: { ...isUp, ...lasting(60), [ready("True")]: "0x150", [ready("False")]: "1x150" },
    fires: ['CertManagerCertNotReady{exported_namespace="red", name="web"}'],
  },
  {
    when: "it expires in 20 days",
    series: { ...isUp, ...lasting(20), [ready("True")]: "1x150" },
    fires: ['CertManagerCertExpirySoon{exported_namespace="red", name="web"}'],
  },
  { when: "it expires in 22 days", series: { ...isUp, ...lasting(22), [ready("True")]: "1x150" }, fires: [] },
  { when: "no target is scraped", series: { 'up{job="cert-manager"}': "0x150" }, fires: ["CertManagerAbsent{}"] },
];

const limit = (type: string) => ({ [`karpenter_nodepools_limit{nodepool="gpu",resource_type="${type}"}`]: "100x150" });
const usage = (type: string, share: number) => ({ [`karpenter_nodepools_usage{nodepool="gpu",resource_type="${type}"}`]: `${share}x150` });
const termination = (seconds: number) => ({
  'karpenter_nodeclaims_termination_duration_seconds_sum{nodepool="gpu"}': `0+${seconds}x150`,
  'karpenter_nodeclaims_termination_duration_seconds_count{nodepool="gpu"}': "0+1x150",
});
const refusal = 'provider="aws",controller="lifecycle",method="Create"';

const nodePools: readonly Situation[] = [
  { when: "half of its limits is in use", series: { ...limit("cpu"), ...usage("cpu", 50) }, fires: [] },
  {
    when: "one of its limits is near",
    series: { ...limit("cpu"), ...usage("cpu", 50), ...limit("memory"), ...usage("memory", 76) },
    fires: ['KarpenterNodepoolNearCapacity{nodepool="gpu"}'],
  },
  { when: "it has no limits", series: usage("cpu", 1_000), fires: [] },
  { when: "nodes go in ten minutes", series: termination(600), fires: [] },
  {
    when: "nodes take half an hour to go",
    series: termination(1_800),
    fires: ['KarpenterNodeClaimsTerminationDurationHigh{nodepool="gpu"}'],
  },
  {
    when: "the cloud has refused something, long ago",
    series: { [`karpenter_cloudprovider_errors_total{${refusal}}`]: "7x150" },
    fires: [],
  },
  {
    when: "the cloud refuses",
    series: { [`karpenter_cloudprovider_errors_total{${refusal}}`]: "0+1x150" },
    fires: ['KarpenterCloudProviderErrors{controller="lifecycle", method="Create", provider="aws"}'],
  },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-example-rules-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  { example: "cert-manager", situations: certificates },
  { example: "karpenter", situations: nodePools },
])("the rules that are rendered from the example of $example", ({ example, situations }) => {
  const promtool = (...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(join(prometheusFolder(), "promtool"), words, { encoding: "utf8" });
    expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
  };
  let rules: string;
  beforeAll(async () => {
    rules = join(folder, `${example}.rules.yml`);
    const { stdout } = await alertstatus(["rules", "render", "--fleet", `infra/examples/${example}/fleet.yml`]);
    await writeFile(rules, stdout);
  });

  test("pass every lint of promtool", () => promtool("check", "rules", "--lint=all", "--lint-fatal", rules));

  test.each(situations)("fire as they should when $when", async ({ series, fires }) => {
    const input_series = Object.entries(series).map(([of, values]) => ({ series: of, values }));
    const expr = 'ALERTS{alertstate="firing",alertname!="AlertstatusWatchdog"}';
    const exp_samples = fires.map((alert) => {
      const [, name = "", labels = ""] = /^(\w+)\{(.*)\}$/.exec(alert) ?? [];
      return { labels: `ALERTS{alertname="${name}",alertstate="firing",${labels}}`, value: 1 };
    });
    const tests = [{ interval: "1m", input_series, promql_expr_test: [{ expr, eval_time: "2h", exp_samples }] }];
    const file = join(folder, `${example}-${Math.random()}.json`);
    await writeFile(file, JSON.stringify({ rule_files: [rules], evaluation_interval: "1m", tests }));
    promtool("test", "rules", file);
  });
});
