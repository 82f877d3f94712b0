// Records when requests pass between two programs.

import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { Agent, request as send } from "undici";
import { type HttpServer, serve } from "../support/http-server.ts";

/** What went through, with the milliseconds of `performance.now()` at which it came and at which it was answered. */
type Passage = { readonly path: string; readonly status: number; readonly cameAt: number; readonly answeredAt: number };

/** A server that hands everything on to another one, and remembers when. */
export type Forwarder = HttpServer & { readonly passages: Passage[] };

// Where nothing is said of compression, the answer is text.
const OF_THE_CONNECTION = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding"]);

export async function forwardTo(target: string, { ca, address }: { ca?: string; address?: string } = {}): Promise<Forwarder> {
  const dispatcher = new Agent({ connect: { ca } });
  const passages: Passage[] = [];
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    const cameAt = performance.now();
    const { method = "GET", url = "/", headers } = request;
    const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name)));
    const body = await text(request);
    const answer = await send(target + url, { dispatcher, method, headers: sent, ...(body !== "" && { body }) });
    const said = await answer.body.text();
    passages.push({ path: url, status: answer.statusCode, cameAt, answeredAt: performance.now() });
    const type = String(answer.headers["content-type"] ?? "text/plain");
    response.writeHead(answer.statusCode, { "content-type": type, date: String(answer.headers.date) }).end(said);
  };
  const server = await serve(listener, { address });
  return {
    ...server,
    passages,
    async close() {
      await server.close();
      await dispatcher.destroy();
    },
  };
}
