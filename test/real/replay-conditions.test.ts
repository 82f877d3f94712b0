// Replays what a real Prometheus has of kube-state-metrics: a gate as it was, and what stood in the condition.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { renderRules } from "../../functions/rules/render.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { type Remembered, startBackfilled } from "../support/backfilled-prometheus.ts";
import { logSpecs } from "../support/builders.ts";
import { startSimulator } from "../support/simulator.ts";

const EVERY_S = 30;
const MINUTES = 120;
const endS = Math.floor(Date.now() / 1_000 / EVERY_S) * EVERY_S;
const startS = endS - MINUTES * 60;
const times = Array.from({ length: (MINUTES * 60) / EVERY_S }, (_, at) => startS + at * EVERY_S);
const at = (minute: number) => new Date((startS + minute * 60) * 1_000).toISOString().replace(".000Z", "Z");

const rules = renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }]);

/** One status of a condition, from one minute to another. */
function exported(metric: string, type: string, status: string, [from, to]: readonly [number, number]): Remembered {
  const of = 'customresource_group="telemetry.kyma-project.io",customresource_kind="TracePipeline",customresource_version="v1beta1"';
  const isSo = (s: number) => startS + from * 60 <= s && s < startS + to * 60;
  return {
    series: `${metric}{${of},name="shop",type="${type}",status="${status}",namespace="monitoring",pod="ksm-0"}`,
    samples: times.map((s) => [s, isSo(s) ? 1 : 0] as const),
  };
}

test("a replay closes the gate when it was closed, and tells where something else stood", async () => {
  const always = (series: string): Remembered => ({ series, samples: times.map((s) => [s, 1] as const) });
  const watchdog = (group: string) => `ALERTS{alertname="AlertstatusWatchdog",alertstate="firing",alertstatus_group="${group}"}`;
  const remembered = [
    always('up{service="app"}'),
    ...rules.groups.map(({ name }) => always(watchdog(name))),
    exported("alertstatus_foreign_condition", "ConfigurationGenerated", "False", [60, 70]),
    exported("alertstatus_foreign_condition", "ConfigurationGenerated", "True", [0, 60]),
    exported("alertstatus_condition", "TelemetryFlowHealthy", "True", [0, 90]),
    exported("alertstatus_condition", "TelemetryFlowHealthy", "Unknown", [90, 120]),
  ];
  const [prometheus, simulator, folder] = await Promise.all([
    startBackfilled(remembered, { rules, evaluateMs: EVERY_S * 1_000 }),
    startSimulator(),
    mkdtemp(join(tmpdir(), "replay-conditions-")),
  ]);
  const of = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline" };
  simulator.put({ ...of, metadata: { name: "shop" }, spec: logSpecs.noInput });
  const cluster = { kubernetes: { server: simulator.url, auth: { token: { file: "token" } } }, alerts: { url: prometheus.url } };
  await writeFile(join(folder, "token"), simulator.token);
  await writeFile(join(folder, "fleet.json"), JSON.stringify({ clusters: [{ name: "real", ...cluster }] }));

  const stretch = ["--since", at(40), "--until", at(110), "--step", "30s"];
  const words = ["replay", "--fleet", join(folder, "fleet.json"), ...stretch, "--against", "stored", "-o", "json"];
  const { code, stdout, stderr } = await alertstatus(words);
  await Promise.all([prometheus.stop(), simulator.close(), rm(folder, { recursive: true })]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [shop] = JSON.parse(stdout).resources;
  expect(shop.transitions.map((one: { at: string; status: string }) => [one.at, one.status])).toEqual([
    [at(60), "False"],
    [at(70), "True"],
  ]);
  expect(shop.against).toMatchObject([
    { at: at(60), ms: 600_000, one: { status: "False" }, other: { status: "True" } },
    { at: at(90), ms: 1_200_000, one: { status: "True" }, other: { status: "Unknown" } },
  ]);
  expect([shop.gatesMs, shop.storedMs]).toEqual([30 * 60_000, 70 * 60_000]);
});
