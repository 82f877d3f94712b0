import { createServer, type Server } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import type { Client } from "../../../functions/io/http/client.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import type { Resolve } from "../../../functions/io/http/guarded-lookup.ts";
import { get, sendOnce } from "../../../functions/io/http/request.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { serve } from "../../support/http-server.ts";

const closers: (() => unknown)[] = [];
afterAll(() => Promise.all(closers.map((close) => close())));

describe("a request whose connection does not come up in time", () => {
  test("is not sent when it comes up after all", async () => {
    const seen: string[] = [];
    const server = await serve((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end("{}");
    });
    closers.push(server.close);
    const name = heldName();
    const client = clientTo(`http://localhost:${server.port}`, name.resolve);
    const late = { method: "PATCH", path: "/late", body: "{}" } as const;
    await expect(sendOnce({ ...client, requestMs: 50 }, late)).rejects.toMatchObject({ code: "timeout" });
    const next = get(client, "/next");
    name.release();
    await expect(next).resolves.toMatchObject({ status: 200 });
    expect(seen).toEqual(["GET /next"]);
  });

  test("keeps nobody from closing the connections", async () => {
    const silent = createServer((socket) => closers.push(() => socket.destroy()));
    closers.push(() => silent.close());
    const client = clientTo(`https://127.0.0.1:${await portOf(silent)}`);
    await expect(get({ ...client, requestMs: 50 }, "/")).rejects.toMatchObject({ code: "timeout" });
    await expect(client.connections.close()).resolves.toBeUndefined();
  });
});

function clientTo(origin: string, resolve?: Resolve): Client {
  const connections = openConnections({ resolve });
  closers.push(connections.close);
  return aClient(connections, aLogin({ origin }));
}

/** A name that resolves to this machine once it is let go. */
function heldName(): { resolve: Resolve; release: () => void } {
  const held = Promise.withResolvers<void>();
  return {
    resolve: (_host, _options, found) => void held.promise.then(() => found(null, [{ address: "127.0.0.1", family: 4 }])),
    release: held.resolve,
  };
}

function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
