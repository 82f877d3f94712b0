// Serves a receiver on loopback as its Function URL would.

import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type HttpServer, serve } from "../support/http-server.ts";
import type { Receiver } from "./receiver.ts";

/** One request as it arrived, and the status of its answer. */
type Heard = { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly body: string; readonly status: number };

/** The Function URL of a receiver, on loopback. */
export type FunctionUrl = HttpServer & { readonly heard: Heard[] };

export async function openFunctionUrl(receiver: Pick<Receiver, "push">): Promise<FunctionUrl> {
  const heard: Heard[] = [];
  const server = await serve(async (request, response) => {
    const body = await text(request);
    const path = new URL(request.url ?? "", "http://receiver").pathname;
    const { statusCode, headers, body: answer } = await receiver.push(toEvent(request, path, body));
    heard.push({ path, headers: request.headers, body, status: statusCode });
    response.writeHead(statusCode, headers).end(answer);
  });
  return { ...server, heard };
}

function toEvent({ method, headers }: IncomingMessage, rawPath: string, body: string): object {
  const single = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return { version: "2.0", rawPath, headers: single, requestContext: { http: { method, path: rawPath } }, body, isBase64Encoded: false };
}
