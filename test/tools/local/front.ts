// Shows a server of the loopback interface at another address of this machine: a fleet in a bucket may name nothing on loopback.

import { text } from "node:stream/consumers";
import { Agent, request as send } from "undici";
import { ownAddress } from "../../support/own-address.ts";
import { type SecureServer, serveSecurely } from "../../support/secure-server.ts";

const OF_THE_CONNECTION = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);

/** An HTTPS server that passes everything on. */
export async function openFront(url: string, ca?: string): Promise<SecureServer> {
  const dispatcher = new Agent({ connect: { ca } });
  const server = await serveSecurely(async (request, response) => {
    const { method = "GET", url: path = "/" } = request;
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !OF_THE_CONNECTION.has(name)));
    const body = await text(request);
    // What is gone behind it is gone in front of it, too.
    const answer = await send(url + path, { dispatcher, method, headers, ...(body !== "" && { body }) }).catch(() => undefined);
    if (answer === undefined) return void response.destroy();
    response.writeHead(answer.statusCode, { "content-type": String(answer.headers["content-type"]), date: String(answer.headers.date) });
    response.end(await answer.body.text());
  }, ownAddress());
  return { ...server, close: () => server.close().then(() => dispatcher.destroy()) };
}
