import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kymaTelemetry } from "../../functions/core/kyma-telemetry.ts";
import { renderRules } from "../../functions/core/rules.ts";
import { everyAlert } from "../core/kyma-facts.ts";
import { asStored } from "../support/kyma-metrics.ts";
import { prometheusFolder } from "../support/real-prometheus.ts";
import { type Situation, situations } from "./rule-situations.ts";

const ALERTS = [...everyAlert].sort();

const rendered = renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }]);
const promtool = (...words: string[]) => spawnSync(join(prometheusFolder(), "promtool"), words, { encoding: "utf8" });
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rules-"));
  await writeFile(join(folder, "rules.yml"), JSON.stringify(rendered));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("brings one group with the alerts of Kyma, each once", () => {
  const [group, ...others] = rendered.groups;
  expect(others).toEqual([]);
  expect(group!.name).toBe("kyma-telemetry");
  expect(group!.rules.map(({ alert }) => alert).sort()).toEqual(ALERTS);
  expect(ALERTS).toHaveLength(17);
});

it("passes `promtool check rules`, with every lint it has", () => {
  const { status, stdout, stderr } = promtool("check", "rules", "--lint=all", "--lint-fatal", join(folder, "rules.yml"));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain(`SUCCESS: ${ALERTS.length} rules found`);
});

it("passes it with alerts that keep firing for a while, too", async () => {
  const [group] = renderRules([{ ...kymaTelemetry, name: "kept", rules: { ...kymaTelemetry.rules, keepFiringFor: "3m" } }]).groups;
  expect(group!.rules.map(({ keep_firing_for }) => keep_firing_for)).toEqual(ALERTS.map(() => "3m"));
  await writeFile(join(folder, "kept.yml"), JSON.stringify({ groups: [group] }));
  expect(promtool("check", "rules", join(folder, "kept.yml")).status).toBe(0);
});

describe("promtool test rules", () => {
  let complaints: readonly string[];

  beforeAll(async () => {
    const document = { rule_files: ["rules.yml"], evaluation_interval: "30s", tests: situations.map(promtoolTest) };
    await writeFile(join(folder, "tests.yml"), JSON.stringify(document));
    const { stdout, stderr } = promtool("test", "rules", `--junit=${join(folder, "junit.xml")}`, join(folder, "tests.yml"));
    complaints = complaintsIn(await readFile(join(folder, "junit.xml"), "utf8").catch(() => ""));
    expect(complaints, `${stdout}${stderr}`).toHaveLength(situations.length);
  });

  it.each(situations.map((situation, index) => [titleOf(situation), index] as const))("%s", (_, index) => {
    expect(complaints[index]).toBe("");
  });

  it.each(ALERTS)("%s is seen firing, and seen silent where it nearly fires", (alert) => {
    expect(situations.filter(({ fires }) => fires.some((firing) => firing.alert === alert))).not.toEqual([]);
    expect(situations.filter(({ nearly = [] }) => nearly.includes(alert))).not.toEqual([]);
  });
});

function titleOf({ when, fires, nearly = [] }: Situation): string {
  const firing = fires.map(({ alert }) => alert).join(" and ") || "nothing";
  return `${when}: ${firing} fires${nearly.map((alert) => `, not ${alert}`).join("")}`;
}

/** Names every alert at every moment, so that what fires is exactly what is expected. */
function promtoolTest({ series, fires, notYetAt = "1m", at = ["1m30s", "10m"] }: Situation): object {
  const moments = [{ eval_time: notYetAt, fires: [] }, ...at.map((eval_time) => ({ eval_time, fires }))];
  return {
    interval: "30s",
    input_series: series.map(({ of, values }) => ({ series: asStored(of), values })),
    alert_rule_test: moments.flatMap((moment) =>
      ALERTS.map((alertname) => ({
        eval_time: moment.eval_time,
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
