// Holds a request after 401 to one renewal and one retry.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Cluster } from "../../functions/cluster/cluster.ts";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { openLogins } from "../../functions/io/auth/logins.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { alertsBody, aResource, kinds } from "../support/builders.ts";
import { clockAt } from "../support/clock.ts";
import { type HttpServer, serve } from "../support/http-server.ts";

const OLD = "canary-old";
const NEW = "canary-new";

const connections = openConnections();
let folder: string;
let server: HttpServer;
let clock: number;
/** The accepted token, and the requests: the method, the end of the path, and the token. */
let accepted: string;
const seen: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "renewed-logins-"));
  server = await serve(respond);
});
afterAll(async () => {
  await connections.close();
  await server.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  [accepted, clock] = [OLD, Date.UTC(2026, 0, 1)];
  seen.length = 0;
  await keep(OLD);
});

const keep = (token: string) => writeFile(join(folder, "token"), token);

function respond({ method, url = "", headers }: IncomingMessage, response: ServerResponse): void {
  const token = headers.authorization?.replace("Bearer ", "");
  const [path = ""] = url.split("?");
  seen.push(`${method} ${path.replace(/^.*\//, "")} ${token === NEW ? "new" : "old"}`);
  if (token !== accepted) return void response.writeHead(401).end(JSON.stringify({ message: `who is ${token}? ${btoa(String(token))}` }));
  if (path.endsWith("/alerts")) return void response.end(JSON.stringify(alertsBody()));
  response.end(JSON.stringify({ metadata: { name: "checkout", resourceVersion: "2" }, items: [] }));
}

const ref = { file: "token" };

/** A warm process that has read the tokens of so many clusters a minute ago. */
async function warm(count = 1): Promise<readonly Cluster[]> {
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  const alerts = (name: string) => ({ url: server.url, auth: { bearer: ref }, proof: "none", labels: { cluster: name } });
  const kubernetes = { server: server.url, auth: { token: ref } };
  const fleet = parseFleet({ clusters: names.map((name) => ({ name, kubernetes, alerts: alerts(name) })) });
  const logins = openLogins({ clock: clockAt(() => clock), random: () => 0 });
  const open = () => {
    const connect = connector({ connections, logins, folder });
    return Promise.all(fleet.clusters.map((entry) => connect(entry, Number.POSITIVE_INFINITY)));
  };
  for (const cluster of await open()) await cluster.readAlerts(Number.NEGATIVE_INFINITY);
  clock += 20_000;
  seen.length = 0;
  return open();
}

const resource = aResource({ name: "checkout" });
const uses: readonly { what: string; request: string; use: (cluster: Cluster) => Promise<unknown> }[] = [
  { what: "a list", request: "GET tracepipelines", use: (cluster) => cluster.list(kinds.TracePipeline) },
  { what: "a write", request: "PATCH status", use: (cluster) => cluster.patch(resource, []) },
  { what: "a source of alerts", request: "GET alerts", use: (cluster) => cluster.readAlerts(performance.now()) },
];

describe.each(uses)("$what that gets 401", ({ request, use }) => {
  test("is sent once more with the renewed login", async () => {
    const [cluster] = await warm();
    accepted = NEW;
    await keep(NEW);
    const result = await use(cluster!);
    expect(seen).toEqual([`${request} old`, `${request} new`]);
    if (Array.isArray(result) && result.length > 0) expect(result).toMatchObject([{ was: "read" }]);
    seen.length = 0;
    clock += 1_000;
    await use(cluster!);
    expect(seen).toEqual([`${request} new`]);
  });

  test("is an outcome without a second request where the login is the same", async () => {
    const [cluster] = await warm();
    accepted = NEW;
    const result = await use(cluster!).catch((error: Error) => [error]);
    expect(result).toMatchObject([{ code: "unauthorized" }]);
    expect(seen).toEqual([`${request} old`]);
    expect(JSON.stringify([result, String(result)])).not.toMatch(new RegExp(`${OLD}|${btoa(OLD).replaceAll("=", "")}`));
  });

  test("is an outcome after two requests where the renewed login is refused too", async () => {
    const [cluster] = await warm();
    accepted = "another";
    await keep(NEW);
    const result = await use(cluster!).catch((error: Error) => [error]);
    expect(result).toMatchObject([{ code: "unauthorized" }]);
    expect(seen).toEqual([`${request} old`, `${request} new`]);
    expect(JSON.stringify([result, String(result)])).not.toMatch(/canary|Y2FuYXJ5/);
  });

  test("is an outcome that says that the login cannot be read", async () => {
    const [cluster] = await warm();
    accepted = NEW;
    await keep("");
    expect(await use(cluster!).catch((error: Error) => [error])).toMatchObject([{ code: "secret-unreadable" }]);
  });
});

test("concurrent refusals share one renewal", async () => {
  const [cluster] = await warm();
  accepted = NEW;
  await keep(NEW);
  await Promise.all(Object.values(kinds).map((kind) => cluster!.list(kind)));
  expect(seen.filter((request) => request.endsWith("old"))).toHaveLength(3);
  expect(seen.filter((request) => request.endsWith("new"))).toHaveLength(3);
});

test("a refusal after the renewal takes the renewed login without another read", async () => {
  const [entry] = parseFleet({ clusters: [{ name: "a", kubernetes: { server: server.url, auth: { token: ref } } }] }).clusters;
  const login = openLogins({ clock: clockAt(() => clock), random: () => 0 }).ofCluster(entry!, folder);
  const old = await login.endpoint();
  clock += 20_000;
  await keep(NEW);
  const renewed = await login.renewed(old, 5_000);
  expect(renewed).toMatchObject({ headers: { authorization: `Bearer ${NEW}` } });
  await keep("canary-newest");
  expect(await login.renewed(old, 5_000)).toBe(renewed);
});

test("a source that ten clusters share is renewed once for all of them", async () => {
  const clusters = await warm(10);
  accepted = NEW;
  await keep(NEW);
  const readings = await Promise.all(clusters.map((cluster) => cluster.readAlerts(Number.NEGATIVE_INFINITY)));
  expect(readings.flat().map(({ was }) => was)).toEqual(clusters.map(() => "read"));
  expect(seen).toEqual(["GET alerts old", "GET alerts new"]);
});

test("a login that was minted this moment is not renewed", async () => {
  await keep("canary-wrong");
  const [entry] = parseFleet({ clusters: [{ name: "a", kubernetes: { server: server.url, auth: { token: ref } } }] }).clusters;
  const cluster = await connector({ connections, folder })(entry!, Number.POSITIVE_INFINITY);
  await keep(OLD);
  await expect(cluster.list(kinds.TracePipeline)).rejects.toMatchObject({ code: "unauthorized" });
  expect(seen).toHaveLength(1);
});
