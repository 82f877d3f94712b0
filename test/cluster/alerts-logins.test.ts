// Holds each login of a source to the headers that it sends.

import type { IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { alertsBody } from "../support/builders.ts";
import { type HttpServer, serve } from "../support/http-server.ts";

const connections = openConnections();
const seen: IncomingHttpHeaders[] = [];
let prometheus: HttpServer;

beforeAll(async () => {
  process.env.TEST_ALERTS_SECRET = "s3cret";
  prometheus = await serve(({ headers }, response) => {
    seen.push(headers);
    response.end(JSON.stringify(alertsBody()));
  });
});
afterAll(async () => {
  delete process.env.TEST_ALERTS_SECRET;
  await connections.close();
  await prometheus.close();
});

const secret = { env: "TEST_ALERTS_SECRET" };
const logins = [
  { login: "no login", source: {}, headers: { authorization: undefined } },
  {
    login: "a user name and a password",
    source: { auth: { basic: { username: "reader", password: secret } } },
    headers: { authorization: `Basic ${btoa("reader:s3cret")}` },
  },
  { login: "a bearer token", source: { auth: { bearer: secret } }, headers: { authorization: "Bearer s3cret" } },
  {
    login: "headers, plain and secret",
    source: { headers: { "X-Scope-OrgID": "tenant-1", "X-Api-Key": secret } },
    headers: { "x-scope-orgid": "tenant-1", "x-api-key": "s3cret" },
  },
];

test.each(logins)("a request to a Prometheus carries $login", async ({ source, headers }) => {
  const alerts = { url: `${prometheus.url}/tenant/prometheus/`, ...source };
  const [entry] = parseFleet({ clusters: [{ name: "one", kubernetes: { server: "https://unused.example" }, alerts }] }).clusters;
  const { readAlerts } = await connector({ connections, folder: "." })(entry!, Number.POSITIVE_INFINITY);
  seen.length = 0;
  expect(await readAlerts(performance.now())).toMatchObject([{ was: "read" }]);
  expect(seen.length).toBeGreaterThan(0);
  for (const sent of seen) for (const [name, value] of Object.entries(headers)) expect(sent[name]).toBe(value);
});
