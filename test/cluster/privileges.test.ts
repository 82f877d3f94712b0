// A login that may do everything is told once an hour and cluster, and nothing is asked for it in between.

import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isFoundUnlimited, openPrivileges, type Privileges } from "../../functions/cluster/privileges.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { aClient, aLogin } from "../support/client.ts";
import { type HttpServer, serve } from "../support/http-server.ts";

const HOUR_MS = 3_600_000;
const connections = openConnections();
let server: HttpServer;
let status = 201;
let isAllowed: unknown = true;
const asked: unknown[] = [];
beforeAll(async () => {
  server = await serve(async (request, response) => {
    asked.push(JSON.parse(await text(request)).spec.resourceAttributes);
    response.writeHead(status).end(JSON.stringify({ status: { allowed: isAllowed } }));
  });
});
afterAll(async () => {
  await connections.close();
  await server.close();
});

let nowMs = 0;
let privileges: Privileges;
beforeEach(() => {
  [nowMs, status, isAllowed, asked.length] = [0, 201, true, 0];
  privileges = openPrivileges();
});

const clock = { nowMs: () => nowMs, monotonicMs: () => 0 };
const isFound = (deadline = 10_000) =>
  isFoundUnlimited(privileges, aClient(connections, aLogin({ origin: server.url }), { clock }), deadline);

test("a login that may do everything is found at once, and again after an hour", async () => {
  expect([await isFound(), await isFound()]).toEqual([true, false]);
  expect(asked).toEqual([{ verb: "*", group: "*", resource: "*" }]);
  nowMs = HOUR_MS - 1;
  expect(await isFound()).toBe(false);
  nowMs = HOUR_MS;
  expect(await isFound()).toBe(true);
  expect(asked).toHaveLength(2);
});

test.each([
  {
    what: "may not do everything",
    set: () => {
      isAllowed = false;
    },
  },
  {
    what: "is not told what it may do",
    set: () => {
      status = 403;
    },
  },
])("a login that $what is not found, and is asked about once an hour", async ({ set }) => {
  set();
  expect([await isFound(), await isFound()]).toEqual([false, false]);
  expect(asked).toHaveLength(1);
});

test("nothing is asked after the deadline, and the login is found in the next run", async () => {
  expect(await isFound(0)).toBe(false);
  expect(asked).toEqual([]);
  expect(await isFound()).toBe(true);
});
