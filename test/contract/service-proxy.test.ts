// States what the service proxy forwards, for the simulator and for a real API server.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { Reading } from "../../functions/core/prometheus/alert.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { alertsBody, anAlert } from "../support/builders.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type PrometheusHandler, sendPrometheus } from "../support/simulator/prometheus.ts";
import { type ContractCluster, openCluster } from "./cluster.ts";

const SELF_MONITOR = { namespace: "kyma-system", name: "telemetry-self-monitor", port: 9090 };
const connections = openConnections();

let cluster: ContractCluster;
let folder: string;
beforeAll(async () => {
  cluster = await openCluster();
  folder = await mkdtemp(join(tmpdir(), "contract-"));
  await writeFile(join(folder, "ca.pem"), cluster.ca ?? "");
});
afterAll(async () => {
  await cluster.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => cluster.setPrometheus(says(200, JSON.stringify(alertsBody()))));

const says =
  (status: number, body: string): PrometheusHandler =>
  (_, response) =>
    response.writeHead(status).end(body);

/** The reading of a service, by default as a member of the group `alertstatus`. */
async function read({ service = SELF_MONITOR, token = cluster.token } = {}): Promise<Reading> {
  await writeFile(join(folder, "token"), token);
  const kubernetes = { server: cluster.server, ...(cluster.ca && { ca: { file: "ca.pem" } }), auth: { token: { file: "token" } } };
  const [entry] = parseFleet({ clusters: [{ name: "contract", kubernetes, alerts: { service } }] }).clusters;
  const { readAlerts } = await connector({ connections, folder })(entry!, Number.POSITIVE_INFINITY);
  const [reading] = await readAlerts(performance.now());
  return reading!;
}

const unreadable = (code: string, status: number, said?: string) => {
  const why = said === undefined ? `^answered ${status}$` : `^answered ${status}: ${said}`;
  return {
    was: "unreadable",
    code,
    message: expect.stringMatching(
      `^GET ${cluster.server}/api/v1/namespaces/kyma-system/services/[a-z-]+:9090/proxy/api/v1/alerts: answered`,
    ),
    why: expect.stringMatching(why),
    status,
    said: said === undefined ? undefined : expect.stringMatching(`^${said}`),
  };
};

test("the alerts come through", async () => {
  await cluster.setPrometheus(says(200, JSON.stringify(alertsBody({ firing: [anAlert("TraceGatewayThrottling")] }))));
  expect(await read()).toMatchObject({ was: "read", firing: new Map([["TraceGatewayThrottling", [{ name: "TraceGatewayThrottling" }]]]) });
});

test("the service receives its own paths and queries, and no credentials", async () => {
  const seen: { url?: string; headers: IncomingHttpHeaders }[] = [];
  await cluster.setPrometheus(({ url, headers }, response) => {
    // Other tests ask the service of the one API server too, without this header.
    if (headers["x-scope-orgid"] === "paths") seen.push({ url, headers });
    response.end(JSON.stringify(alertsBody()));
  });
  const service = { ...SELF_MONITOR, headers: { "X-Scope-OrgID": "paths" } };
  await read({ service });
  // A request may arrive after the others have been answered.
  const paths = () => new Set(seen.map(({ url = "" }) => url.replace(/(&rule_name%5B%5D=\w+)+$/, "&…")));
  await expect
    .poll(paths, PATIENTLY)
    .toEqual(new Set(["/api/v1/alerts", "/api/v1/rules?type=alert&exclude_alerts=true&…", "/api/v1/status/runtimeinfo"]));
  expect(JSON.stringify(seen)).not.toContain(cluster.token);
});

test("the service receives a path before each request, and headers with it", async () => {
  const seen = new Set<string>();
  await cluster.setPrometheus(({ url = "", headers }, response) => {
    // Other tests ask the service of the one API server too, with neither.
    if (url.startsWith("/prometheus") || "x-scope-orgid" in headers) seen.add(`${headers["x-scope-orgid"]} ${url.replace(/\?.*/, "")}`);
    response.end(JSON.stringify(alertsBody()));
  });
  const service = { ...SELF_MONITOR, path: "/prometheus", headers: { "X-Scope-OrgID": "eu" } };
  expect(await read({ service })).toMatchObject({ was: "read" });
  const paths = ["/prometheus/api/v1/alerts", "/prometheus/api/v1/rules", "/prometheus/api/v1/status/runtimeinfo"];
  await expect.poll(() => [...seen].sort(), PATIENTLY).toEqual(paths.map((path) => `eu ${path}`));
});

test("the rules, the start time and the clock of the service come through", async () => {
  const evidence = { startedMsAgo: 90_000, aheadMs: 7_200_000, failing: ["LogAgentAllDataDropped"] };
  await cluster.setPrometheus((request, response) => sendPrometheus({ alerts: alertsBody(), evidence }, request, response));
  const reading = await read();
  const { groups, ageMs, skewMs } = evidenceOf(reading);
  expect(groups.map(({ rules }) => rules.size)).toEqual([17]);
  expect(groups[0]?.rules.get("LogAgentAllDataDropped")).toMatchObject([{ health: "failing" }]);
  expect(groups[0]?.rules.get("TraceGatewayThrottling")).toMatchObject([{ health: "ok" }]);
  expect([Math.round(ageMs! / 10_000), Math.round(skewMs / 10_000)]).toEqual([9, 720]);
});

function evidenceOf(reading: Reading) {
  if (reading.was === "read" && reading.evidence.was === "asked") return reading.evidence;
  return expect.fail(`no evidence: ${JSON.stringify(reading)}`);
}

test.each([
  [404, "not-found"],
  [500, "unavailable"],
])("an answer %i of the service arrives unchanged", async (status, code) => {
  await cluster.setPrometheus(says(status, "no Alerts API"));
  expect(await read()).toEqual(unreadable(code, status, "no Alerts API"));
});

test("a service without a backend is 503", async () => {
  await cluster.setPrometheus(undefined);
  expect(await read()).toEqual(unreadable("unavailable", 503, "error trying to reach service: dial tcp 10.200.0.1:"));
});

test("a missing service is 404", async () => {
  const service = { ...SELF_MONITOR, name: "absent" };
  expect(await read({ service, token: cluster.adminToken })).toEqual(unreadable("not-found", 404, 'services "absent" not found'));
});

test("a service that the shipped role does not name is 403", async () => {
  const reading = await read({ service: { ...SELF_MONITOR, name: "grafana" } });
  expect(reading).toEqual(unreadable("forbidden", 403, 'services "grafana:9090" is forbidden: User "alertstatus" cannot get'));
});
