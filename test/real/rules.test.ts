// Tries the rendered rules on promtool, each where it fires and where it nearly does.

import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import type { Profile } from "../../functions/core/profile/profile.ts";
import { GROUP_LABEL, WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { type RenderOptions, type RuleGroups, renderRules } from "../../functions/rules/render.ts";
import { everyAlert } from "../core/verdict/kyma-facts.ts";
import { asStored, services } from "../support/kyma-metrics.ts";
import { prometheusFolder } from "../support/real-prometheus.ts";
import { clusterSituations } from "./cluster-situations.ts";
import { type Moment, type Situation, situations } from "./rule-situations.ts";
import { sourceSituations, up } from "./source-situations.ts";

const ABSENT = ["TraceGateway", "MetricGateway", "MetricAgent", "LogFluentBit", "LogAgent", "LogGateway"].map((of) => `${of}TargetsAbsent`);
const ALERTS = [...everyAlert, ...ABSENT].sort();
const GROUPS = 4;

const render = (profile: Profile, options?: RenderOptions) => renderRules([{ ...profile, name: "kyma-telemetry" }], options);
const files = {
  "rules.yml": render(kymaTelemetry),
  "by-cluster.yml": render(kymaTelemetry, { by: ["cluster"] }),
  "of-cluster.yml": render(kymaTelemetry, { labels: { cluster: "a", "k8s.region": "eu" }, withoutKeepFiringFor: true }),
  "by-dotted.yml": render(kymaTelemetry, { by: ["k8s.cluster.name", "region"] }),
};
const rulesIn = ({ groups }: RuleGroups) => groups.flatMap(({ rules }) => rules);
const promtool = (...words: string[]) => spawnSync(join(prometheusFolder(), "promtool"), words, { encoding: "utf8" });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rules-"));
  for (const [name, rendered] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(rendered));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(Object.entries(files))("%s", (name, rendered) => {
  it("brings a group for each flow, with each alert once, at most twenty rules, and a watchdog last", () => {
    const alerts = rulesIn(rendered).filter(({ alert }) => alert !== WATCHDOG);
    expect(alerts.map(({ alert }) => alert).sort()).toEqual([...ALERTS].sort());
    for (const { name: group, rules } of rendered.groups) {
      expect(rules.length).toBeLessThanOrEqual(20);
      expect(rules.filter(({ alert }) => alert === WATCHDOG)).toEqual([rules.at(-1)]);
      expect(rules.at(-1)?.labels).toMatchObject({ [GROUP_LABEL]: group });
    }
    expect(rendered.groups).toHaveLength(GROUPS);
  });

  it("passes `promtool check rules`, with every lint it has", () => {
    const { status, stdout, stderr } = promtool("check", "rules", "--lint=all", "--lint-fatal", join(folder, name));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`SUCCESS: ${ALERTS.length + GROUPS} rules found`);
  });
});

it.each([
  ["2m, where the profile says nothing", undefined, "2m"],
  ["as long as the profile says", "3m", "3m"],
])("lets alerts keep firing for %s, and the watchdog not at all", async (_, keepFiringFor, kept) => {
  const rendered = render({ ...kymaTelemetry, rules: { for: "1m", window: "5m", keepFiringFor } });
  for (const { alert, keep_firing_for } of rulesIn(rendered)) expect(keep_firing_for).toBe(alert === WATCHDOG ? undefined : kept);
  await writeFile(join(folder, "kept.yml"), JSON.stringify(rendered));
  expect(promtool("check", "rules", join(folder, "kept.yml")).status).toBe(0);
});

describe.each([
  ["rules.yml", [...situations, ...sourceSituations]],
  ["by-cluster.yml", clusterSituations],
] as const)("promtool test rules %s", (name, all) => {
  let complaints: readonly string[];

  beforeAll(async () => {
    const document = { rule_files: [name], evaluation_interval: "30s", tests: all.map(promtoolTest) };
    await writeFile(join(folder, `test-of-${name}`), JSON.stringify(document));
    const { stdout, stderr } = promtool("test", "rules", `--junit=${join(folder, "junit.xml")}`, join(folder, `test-of-${name}`));
    complaints = complaintsIn(await readFile(join(folder, "junit.xml"), "utf8").catch(() => ""));
    expect(complaints, `${stdout}${stderr}`).toHaveLength(all.length);
  });

  it.each(all.map((situation, index) => [titleOf(situation), index] as const))("%s", (_, index) => {
    expect(complaints[index]).toBe("");
  });

  it.each([...ALERTS, WATCHDOG])("%s is seen firing", (alert) => {
    expect(all.filter((situation) => momentsOf(situation).some(({ fires }) => fires.some((firing) => firing.alert === alert)))).not.toEqual(
      [],
    );
  });
});

it.each([...ALERTS, WATCHDOG])("%s is seen silent where it nearly fires", (alert) => {
  expect([...situations, ...sourceSituations].filter(({ nearly = [] }) => nearly.includes(alert))).not.toEqual([]);
});

function titleOf({ when, fires, nearly = [] }: Situation): string {
  const firing = [...new Set(fires.map(({ alert }) => alert))].join(" and ") || "nothing";
  return `${when}: ${firing} fires${nearly.map((alert) => `, not ${alert}`).join("")}`;
}

function momentsOf({ fires, notYetAt = "1m", at = ["1m30s", "10m"], later = [] }: Situation): readonly Moment[] {
  return [{ at: notYetAt, fires: [] }, ...at.map((moment) => ({ at: moment, fires })), ...later];
}

/** Names every alert at every moment, so that what fires is exactly what is expected. */
function promtoolTest(situation: Situation): object {
  const { series, isUp = true, isWatched = false } = situation;
  const targets = isUp ? Object.values(services).map((service) => ({ of: up(service), values: "1x60" })) : [];
  return {
    interval: "30s",
    input_series: [...series, ...targets].map(({ of, values }) => ({ series: asStored(of), values })),
    alert_rule_test: momentsOf(situation).flatMap((moment) =>
      [...ALERTS, ...(isWatched ? [WATCHDOG] : [])].map((alertname) => ({
        eval_time: moment.at,
        alertname,
        exp_alerts: moment.fires.filter(({ alert }) => alert === alertname).map(({ labels }) => ({ exp_labels: labels })),
      })),
    ),
  };
}

/** What promtool minds about each test, in their order; empty where it is content. */
function complaintsIn(junit: string): readonly string[] {
  const cases = junit.matchAll(/<testcase name="[^"]*">(?:<failure>([\s\S]*?)<\/failure>)?<\/testcase>/g);
  return [...cases].map(([, failure = ""]) => failure.replaceAll("&#xA;", "\n").replaceAll("&#34;", '"'));
}
