import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { connector } from "../../functions/connect.ts";
import { parseFleet } from "../../functions/core/fleet.ts";
import { openConnections } from "../../functions/io/connections.ts";
import { alertsBody, anAlert } from "../support/builders.ts";
import type { AlertsHandler } from "../support/simulator/prometheus.ts";
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
beforeEach(() => cluster.setAlerts(says(200, JSON.stringify(alertsBody()))));

const says =
  (status: number, body: string): AlertsHandler =>
  (_, response) =>
    response.writeHead(status).end(body);

/** What the product reads of a service, as a member of the group `alertstatus` where nobody else is named. */
async function read({ service = SELF_MONITOR, token = cluster.token } = {}) {
  await writeFile(join(folder, "token"), token);
  const kubernetes = { server: cluster.server, ...(cluster.ca && { ca: { file: "ca.pem" } }), auth: { token: { file: "token" } } };
  const [entry] = parseFleet({ clusters: [{ name: "contract", kubernetes, alerts: { service } }] }).clusters;
  const { readAlerts } = await connector({ connections, folder })(entry!, Number.POSITIVE_INFINITY);
  return readAlerts(performance.now());
}

test("the alerts come through", async () => {
  await cluster.setAlerts(says(200, JSON.stringify(alertsBody({ firing: [anAlert("TraceGatewayThrottling")] }))));
  expect(await read()).toMatchObject({ was: "read", firing: new Map([["TraceGatewayThrottling", [{ name: "TraceGatewayThrottling" }]]]) });
});

test("the service sees its own path, and not the login", async () => {
  const seen: { url?: string; headers: IncomingHttpHeaders }[] = [];
  await cluster.setAlerts(({ url, headers }, response) => {
    seen.push({ url, headers });
    response.end(JSON.stringify(alertsBody()));
  });
  await read();
  expect(seen).toMatchObject([{ url: "/api/v1/alerts" }]);
  expect(JSON.stringify(seen)).not.toContain(cluster.token);
});

test.each([
  [404, "not-found"],
  [500, "unavailable"],
])("an answer %i of the service arrives as it is", async (status, code) => {
  await cluster.setAlerts(says(status, "no Alerts API"));
  expect(await read()).toMatchObject({ was: "unreadable", code, message: `the Alerts API answered ${status}` });
});

test("nobody behind the service is 503", async () => {
  await cluster.setAlerts(undefined);
  expect(await read()).toMatchObject({ was: "unreadable", code: "unavailable", message: "the Alerts API answered 503" });
});

test("a service that is not there is 404", async () => {
  const service = { ...SELF_MONITOR, name: "absent" };
  expect(await read({ service, token: cluster.adminToken })).toMatchObject({ code: "not-found", message: "the Alerts API answered 404" });
});

test("a service that our role does not name is 403", async () => {
  expect(await read({ service: { ...SELF_MONITOR, name: "grafana" } })).toMatchObject({ was: "unreadable", code: "forbidden" });
});
