// Holds the reading of a source that ten thousand clusters share to its limits: no answer and no sum of answers is larger than one may be.

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { UpstreamError } from "../../../functions/core/errors.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { readSharedAlerts } from "../../../functions/io/prometheus/shared-alerts.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { type HttpServer, serve } from "../../support/http-server.ts";

const CLUSTERS = 10_000;
const NAMES = ["Lost", "Throttled", "Absent", "Watchdog"];

const connections = openConnections();
let source: HttpServer;
let asked: string[][] = [];
let rules: readonly object[] = [];
let hasFilter = true;

const anAlert = (alertname: string, cluster: number) => ({
  labels: { alertname, cluster: `c-${cluster}`, pipeline_name: "shop", severity: "critical" },
  annotations: { summary: "x".repeat(200) },
  state: "firing",
  activeAt: "2026-01-01T00:00:00Z",
  value: "1e+00",
});
const aRule = (name: string, every: number, more: object = {}) => {
  const alerts = Array.from({ length: CLUSTERS / every }, (_, index) => anAlert(name, index * every));
  return { type: "alerting", name, health: "ok", state: "firing", alerts, ...more };
};
const isOf = (names: readonly string[]) => (rule: object) => "name" in rule && typeof rule.name === "string" && names.includes(rule.name);
const alertsOf = (rule: object): readonly unknown[] => ("alerts" in rule && Array.isArray(rule.alerts) ? rule.alerts : []);

beforeAll(async () => {
  source = await serve(({ url = "" }, response) => {
    const { pathname, searchParams } = new URL(url, "http://source");
    const names = searchParams.getAll("rule_name[]");
    asked.push(names);
    if (pathname === "/api/v1/alerts") response.end(JSON.stringify({ status: "success", data: { alerts: rules.flatMap(alertsOf) } }));
    else {
      const found = hasFilter ? rules.filter(isOf(names)) : rules;
      response.end(JSON.stringify({ status: "success", data: { groups: [{ name: "g", rules: found }] }, warnings: ["partial"] }));
    }
  });
});
beforeEach(() => {
  asked = [];
  hasFilter = true;
});
afterAll(async () => {
  await connections.close();
  await source.close();
});

const read = () => readSharedAlerts(aClient(connections, aLogin({ origin: source.url })), "", new Set(NAMES));
const codeOf = (error: UpstreamError) => error.code;

test("alerts that fit are one answer", async () => {
  rules = [aRule("Watchdog", 100), aRule("Foreign", 100)];
  const { firing, others } = await read();
  expect([firing.get("Watchdog")?.length, others]).toEqual([CLUSTERS / 100, CLUSTERS / 100]);
  expect(asked).toEqual([[]]);
});

test("alerts that do not are asked for by the names of their rules, in halves until they fit", async () => {
  rules = [aRule("Lost", 4), aRule("Throttled", 1), aRule("Watchdog", 1), aRule("Foreign", 1)];
  const { firing, others, warnings } = await read();
  const counts = Object.fromEntries([...firing].map(([name, alerts]) => [name, alerts.length]));
  expect(counts).toEqual({ Lost: CLUSTERS / 4, Throttled: CLUSTERS, Watchdog: CLUSTERS });
  expect(new Set(firing.get("Watchdog")?.map(({ labels }) => labels.cluster)).size).toBe(CLUSTERS);
  expect([others, warnings]).toEqual([0, ["partial"]]);
  expect(asked).toEqual([[], NAMES, ["Lost", "Throttled"], ["Absent", "Watchdog"]]);
});

test("a source that does not filter by name is too large, and is not asked name by name", async () => {
  hasFilter = false;
  expect(await read().catch(codeOf)).toBe("too-large");
  expect(asked).toEqual([[], NAMES, ["Lost", "Throttled"], ["Lost"]]);
});

test("a source that lists no alerts below a rule that fires has not answered", async () => {
  rules = [
    aRule("Throttled", 1),
    aRule("Watchdog", 1),
    aRule("Foreign", 1),
    { type: "alerting", name: "Lost", state: "firing", alerts: null },
  ];
  expect(await read().catch(codeOf)).toBe("malformed");
});
