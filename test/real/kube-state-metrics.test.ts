// Tries the shipped rules and the dashboard over kube-state-metrics on promtool, with the series that it documents.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prometheusFolder } from "../support/real-prometheus.ts";

const CLUSTER = join(import.meta.dirname, "../../infra/cluster");
const rules = join(CLUSTER, "kube-state-metrics/alertstatus.rules.yml");
const heartbeat = join(CLUSTER, "heartbeat/alertstatus-heartbeat.rules.yml");

type Series = Readonly<Record<string, string>>;
/** What an expression gives, by the text of its labels. */
type Samples = Readonly<Record<string, number>>;

let folder: string;
let tests = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kube-state-metrics-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function promtool(...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(join(prometheusFolder(), "promtool"), words, { encoding: "utf8" });
  expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
}

/** What `expr` gives at a time, where the series are scraped each minute from the epoch on. */
async function holds(file: string, series: Series, expr: string, eval_time: string, samples: Samples): Promise<void> {
  const input_series = Object.entries(series).map(([of, values]) => ({ series: of, values }));
  const exp_samples = Object.entries(samples).map(([labels, value]) => ({ labels, value }));
  const path = join(folder, `${tests++}.json`);
  const cases = [{ interval: "1m", input_series, promql_expr_test: [{ expr, eval_time, exp_samples }] }];
  await writeFile(path, JSON.stringify({ rule_files: [file], evaluation_interval: "1m", tests: cases }));
  promtool("test", "rules", path);
}

const kind = 'customresource_group="telemetry.kyma-project.io",customresource_kind="TracePipeline",customresource_version="v1beta1"';
const resource = (name: string, more = "") => `${kind},name="${name}",pod="ksm-0",instance="10.0.0.1:8080"${more}`;
const typed = (name: string, more = "") => resource(name, `,type="TelemetryFlowHealthy"${more}`);
const shown = (name: string, more = "") => `${kind},name="${name}",type="TelemetryFlowHealthy"${more}`;

/** A condition as it is exported from the start: every status, 1 for the one that it has. */
function condition(name: string, values: Readonly<Record<"True" | "False" | "Unknown", string>>): Series {
  const statuses = Object.entries(values).map(([status, samples]) => [
    `alertstatus_condition{${typed(name, `,status="${status}"`)}}`,
    samples,
  ]);
  return Object.fromEntries(statuses);
}
const [well, broken, unknown] = [
  { True: "1x180", False: "0x180", Unknown: "0x180" },
  { True: "0x180", False: "1x180", Unknown: "0x180" },
  { True: "0x180", False: "0x180", Unknown: "1x180" },
];
const FIRING = 'ALERTS{alertstate="firing"}';
const fires = (alert: string, severity: string, labels = "") =>
  `ALERTS{alertname="${alert}",alertstate="firing",severity="${severity}"${labels && `,${labels}`}}`;

test.each([
  { what: "conditions", file: rules },
  { what: "the heartbeat", file: heartbeat },
])("the rules on $what pass every lint of promtool", ({ file }) => promtool("check", "rules", "--lint=all", "--lint-fatal", file));

describe("the rules on conditions", () => {
  const staleness = (generation: string, observed: string) => ({
    [`alertstatus_resource_generation{${resource("a")}}`]: generation,
    [`alertstatus_condition_observed_generation{${typed("a")}}`]: observed,
  });
  const unknownFires = { [fires("AlertstatusConditionUnknown", "warning", shown("a", ',status="Unknown"'))]: 1 };
  const staleFires = { [fires("AlertstatusConditionStale", "warning", shown("a"))]: 1 };

  test.each<{ what: string; series: Series; at: string; firing: Samples }>([
    {
      what: "stay silent where a condition is True or False",
      series: { ...condition("a", well), ...condition("b", broken) },
      at: "3h",
      firing: {},
    },
    { what: "stay silent where a condition is Unknown for 59 minutes", series: condition("a", unknown), at: "59m", firing: {} },
    { what: "fire where a condition is Unknown for an hour", series: condition("a", unknown), at: "61m", firing: unknownFires },
    {
      what: "fire as long as that where kube-state-metrics moves to another Pod in between",
      series: {
        [`alertstatus_condition{${typed("a", ',status="Unknown"')}}`]: "1x30 stale",
        [`alertstatus_condition{${typed("a", ',status="Unknown"').replace("ksm-0", "ksm-1")}}`]: "_x30 1x100",
      },
      at: "61m",
      firing: unknownFires,
    },
    { what: "stay silent where a condition is about the generation of now", series: staleness("2x180", "2x180"), at: "1h", firing: {} },
    { what: "stay silent where a resource was changed ten minutes ago", series: staleness("2x60 3x100", "2x180"), at: "70m", firing: {} },
    {
      what: "fire where a condition is about an older generation",
      series: staleness("2x60 3x100", "2x180"),
      at: "77m",
      firing: staleFires,
    },
  ])("$what", ({ series, at, firing }) => holds(rules, series, FIRING, at, firing));
});

describe("the rules on the heartbeat", () => {
  // Newer releases export the namespace too, older ones do not.
  const renewed = (values: string) => ({ 'kube_lease_renew_time{lease="alertstatus",namespace="default",pod="ksm-0"}': values });
  const older = (values: string) => ({ 'kube_lease_renew_time{lease="alertstatus",pod="ksm-0"}': values });
  const another = { 'kube_lease_renew_time{lease="cert-manager",namespace="default"}': "0x180" };
  const absent = { [fires("AlertstatusHeartbeatAbsent", "warning", 'lease="alertstatus"')]: 1 };

  test.each<{ what: string; series: Series; at: string; firing: Samples }>([
    { what: "stay silent where the Lease is renewed", series: { ...renewed("0+60x180"), ...another }, at: "2h", firing: {} },
    { what: "stay silent for a quarter of an hour after the last renewal", series: renewed("0+60x60 3600x100"), at: "75m", firing: {} },
    {
      what: "fire after more than a quarter of an hour",
      series: renewed("0+60x60 3600x100"),
      at: "76m",
      firing: { [fires("AlertstatusHeartbeatStale", "critical", 'lease="alertstatus",namespace="default"')]: 1 },
    },
    {
      what: "fire where an older kube-state-metrics exports no namespace",
      series: older("0x180"),
      at: "16m",
      firing: { [fires("AlertstatusHeartbeatStale", "critical", 'lease="alertstatus"')]: 1 },
    },
    { what: "fire where the Lease was never renewed", series: another, at: "16m", firing: absent },
  ])("$what", ({ series, at, firing }) => holds(heartbeat, series, FIRING, at, firing));
});

describe("a panel of the dashboard gives what its title says:", () => {
  const { panels, templating } = JSON.parse(readFileSync(join(CLUSTER, "kube-state-metrics/dashboard.json"), "utf8"));
  const at = (name: string, minutes: number) => ({
    [`alertstatus_condition_transition_time_seconds{${typed(name)}}`]: `${minutes * 60}x180`,
  });
  const series = {
    ...condition("a", well),
    ...condition("b", broken),
    ...condition("c", unknown),
    ...at("a", 10),
    ...at("b", 20),
    ...at("c", 50),
    [`alertstatus_resource_generation{${resource("c")}}`]: "3x180",
    [`alertstatus_condition_observed_generation{${typed("c")}}`]: "2x180",
    'kube_lease_renew_time{lease="alertstatus",namespace="default"}': "3300x180",
  };
  const expected: Readonly<Record<string, Samples>> = {
    "Conditions by status": { '{status="True"}': 1, '{status="False"}': 1, '{status="Unknown"}': 1 },
    "Last heartbeat": { "{}": 300 },
    "Not True, the longest first": { [`{${shown("b", ',status="False"')}}`]: 2_400, [`{${shown("c", ',status="Unknown"')}}`]: 600 },
    "Statuses over time": { [`{${shown("a")}}`]: 1, [`{${shown("b")}}`]: 0, [`{${shown("c")}}`]: 2 },
    "Conditions that are not True": { '{status="False"}': 1, '{status="Unknown"}': 1 },
    "Conditions about an older generation": { [`{${shown("c")}}`]: 3 },
  };

  test.each(Object.entries(expected))("%s", async (title, samples) => {
    const { targets } = panels.find((panel: { title: string }) => panel.title === title);
    expect(targets).toHaveLength(1);
    await holds(rules, series, targets[0].expr.replaceAll(/\$(kind|type)\b/g, ".*"), "1h", samples);
  });

  test("no panel is left out, and each reads the source that is chosen", () => {
    expect(panels.map(({ title }: { title: string }) => title).sort()).toEqual(Object.keys(expected).sort());
    expect(panels.every(({ datasource }: { datasource: { uid: string } }) => Object(datasource).uid === `\${datasource}`)).toBe(true);
    expect(templating.list.map(({ name }: { name: string }) => name)).toEqual(["datasource", "kind", "type"]);
  });
});
