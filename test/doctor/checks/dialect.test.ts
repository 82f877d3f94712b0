// Holds the guess of the program behind a source to what each one really answers.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { valueAt } from "../../../functions/core/json.ts";
import { parseRules } from "../../../functions/core/prometheus/rule-health.ts";
import { dialectOf } from "../../../functions/doctor/checks/dialect.ts";

const FOLDER = join(import.meta.dirname, "../../core/prometheus/recorded");
const recorded = (server: string) => JSON.parse(readFileSync(join(FOLDER, `${server}.json`), "utf8"));

const none = { status: "success", data: { alerts: [] } };
const noRules = { status: "success", data: { groups: [] } };
const nothing = { build: undefined, alerts: none, rules: noRules };
const aRule = (rule: object, group: object = {}) => ({ status: "success", data: { groups: [{ ...group, rules: [rule] }] } });

describe("a server is told by its name, by what was recorded of it", () => {
  const named = [
    ["prometheus", "Prometheus"],
    ["prometheus-2.42", "Prometheus"],
    ["vmalert", "vmalert"],
    ["victoria-metrics", "vmalert, behind VictoriaMetrics"],
    ["vmalert-1.79", "vmalert"],
    ["victoria-metrics-1.79", "vmalert, behind VictoriaMetrics"],
    ["thanos-query", "Thanos Query"],
    ["thanos-rule", "Thanos Rule"],
    ["cortex", "Cortex or Mimir"],
  ] as const;
  const situations = ["rules are loaded and not evaluated", "quiet", "firing"];
  const rows = named.flatMap(([server, name]) => situations.map((situation) => ({ server, name, situation })));

  test.each(rows)("$server where $situation", ({ server, name, situation }) => {
    const { build, situations: all } = recorded(server);
    const { alerts, rules } = all[situation];
    const shown = { build: build.status === 200 ? build.body.data : undefined, alerts: alerts.body, rules: rules.body };
    expect(dialectOf(shown)).toEqual({ name });
  });

  test.each(["victoria-metrics", "victoria-metrics-1.79"])("a %s without a vmalert, which evaluates nothing", (server) => {
    const { build, mistakes } = recorded(server);
    const shown = {
      build: build.body.data,
      alerts: mistakes["alerts without a vmalert"].body,
      rules: mistakes["rules without a vmalert"].body,
    };
    expect(dialectOf(shown)).toMatchObject({ name: "VictoriaMetrics", caveat: { remedy: expect.stringContaining("-vmalert.proxyURL") } });
  });
});

test("an older vmalert without rules, which says null for no alerts, is not taken for Thanos Query", () => {
  const { alerts } = recorded("vmalert-1.79").situations["rules are loaded and not evaluated"];
  expect(alerts.body.data.alerts).toBe(null);
  expect(dialectOf({ build: undefined, alerts: alerts.body, rules: noRules })).toBeUndefined();
});

test.each([
  { shown: { ...nothing, build: { version: "3.16.0", goVersion: "go1.26" } }, name: "Prometheus 3.16.0" },
  { shown: { ...nothing, build: { version: "0.39.2", goVersion: "go1.26" } }, name: "Thanos 0.39.2" },
  { shown: { ...nothing, build: { application: "Grafana Mimir", version: "2.17.1" } }, name: "Grafana Mimir 2.17.1" },
  { shown: { ...nothing, url: "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1" }, name: "Amazon Managed Prometheus" },
  { shown: { ...nothing, url: "https://grafana.example/api/prometheus/grafana" }, name: "Grafana" },
  { shown: { ...nothing, rules: aRule({ name: "A" }, { folderUid: "f" }) }, name: "Grafana" },
])("what shows $shown is $name", ({ shown, name }) => {
  expect(dialectOf(shown)?.name).toBe(name);
});

test("a server that shows nothing of itself has no name", () => {
  expect(dialectOf(nothing)).toBeUndefined();
});

test.each(["prometheus", "vmalert", "thanos-query", "cortex"])("%s says why a rule fails, and nothing of those that work", (server) => {
  const { groups } = parseRules(valueAt(recorded(server), ["situations", "a rule fails", "rules", "body"]), 0);
  const rules = groups
    .flatMap((group) => [...group.rules])
    .flatMap(([name, states]) => states.map(({ lastError }) => ({ name, lastError })));
  const failing = rules.filter(({ lastError }) => lastError !== undefined);
  expect(failing.map(({ name }) => name)).toEqual(["TraceGatewayAllDataDropped"]);
  expect(failing[0]?.lastError).toMatch(/duplicate (time )?series/);
});
