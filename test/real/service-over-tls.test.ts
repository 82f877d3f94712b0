// A real API server reads a service that speaks TLS, by the one permission that is asked for it.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { neededPermissions } from "../../functions/doctor/checks/permissions.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { apiRequest } from "../support/api-request.ts";
import { alertsBody, anAlert } from "../support/builders.ts";
import { type SecureServer, serveSecurely } from "../support/secure-server.ts";
import { installSelfMonitor } from "../support/self-monitor.ts";

const NAMESPACE = "kyma-system";
const NAME = "speaks-tls";
const { server, ca, adminToken, token } = inject("kubernetes")!;
const request = apiRequest({ server, ca, token: adminToken });
const connections = openConnections();
let folder: string;
let backend: SecureServer;

beforeAll(async () => {
  backend = await serveSecurely((_, response) => {
    response.end(JSON.stringify(alertsBody({ firing: [anAlert("TraceGatewayThrottling")] })));
  }, "10.200.0.1");
  await installSelfMonitor(request, backend.url, NAME);
  folder = await mkdtemp(join(tmpdir(), "service-over-tls-"));
  await writeFile(join(folder, "token"), token);
  await writeFile(join(folder, "ca.pem"), ca);
});
afterAll(async () => {
  await backend.close();
  await connections.close();
  await rm(folder, { recursive: true });
});

const entryFor = (scheme: string) => {
  const service = { namespace: NAMESPACE, name: NAME, port: 9090, scheme };
  const kubernetes = { server, ca: { file: "ca.pem" }, auth: { token: { file: "token" } } };
  const [entry] = parseFleet({ clusters: [{ name: "eu", kubernetes, alerts: { service, proof: "none" } }] }).clusters;
  return entry!;
};

async function read(scheme: string) {
  const { readAlerts } = await connector({ connections, folder })(entryFor(scheme), Number.POSITIVE_INFINITY);
  const [reading] = await readAlerts(performance.now());
  return reading;
}

test("the login needs the permission on the service by the name with its scheme", async () => {
  expect(await read("https")).toMatchObject({ was: "unreadable", code: "forbidden" });
  const { name } = neededPermissions(entryFor("https")).find(({ subresource }) => subresource === "proxy")!;
  const rules = [{ apiGroups: [""], resources: ["services/proxy"], resourceNames: [name], verbs: ["get"] }];
  const base = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
  await request("POST", `${base}/roles`, { metadata: { name: NAME }, rules });
  const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "alertstatus" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: NAME };
  await request("POST", `${base}/rolebindings`, { metadata: { name: NAME }, roleRef, subjects });
  await expect
    .poll(() => read("https"), { timeout: 30_000 })
    .toMatchObject({ was: "read", firing: new Map([["TraceGatewayThrottling", [{ name: "TraceGatewayThrottling" }]]]) });
  expect(await read("http")).toMatchObject({ was: "unreadable", code: "forbidden" });
});
