import type { RequestListener } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { serve } from "../support/http-server.ts";

/** A server that does not answer as an API server does. */
export type SickServer = { readonly url: string; close(): Promise<void> };

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };
const status = (code: number, message: string) => JSON.stringify({ kind: "Status", status: "Failure", code, message });
const MEGABYTE = Buffer.alloc(2 ** 20, " ");

/** Every way of being sick that speaks HTTP. */
export const sickAnswers = {
  "never answers": () => undefined,
  "answers a byte now and then": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 50);
    response.on("close", () => clearInterval(timer));
  },
  "does not know the token, and repeats it": (request, response) => {
    response.writeHead(401).end(status(401, `Unauthorized: ${request.headers.authorization}`));
  },
  "forbids, and repeats the token in base64": (request, response) => {
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    response.writeHead(403).end(status(403, `forbidden: ${Buffer.from(token).toString("base64")} ${encodeURIComponent(token)}`));
  },
  "answers HTML that repeats the token": (request, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end(`<p>${request.headers.authorization}</p>`);
  },
  "answers JSON of another shape": answering(200, '{"items": 7}'),
  "answers truncated JSON": answering(200, '{"items": ['),
  "answers nothing": answering(200, ""),
  "breaks off in the middle": (_, response) => {
    response.writeHead(200, { "content-length": "1000" }).write('{"items": [');
    response.socket?.end();
  },
  "is broken": answering(500, status(500, "etcd is away")),
  "is a proxy without its backend": answering(502, "<html>Bad Gateway</html>"),
  "asks for fewer requests": answering(429, status(429, "too many requests"), { "retry-after": "0" }),
  "sends fifty megabytes": (_, response) => {
    response.writeHead(200);
    pipeline(Readable.from(Array.from({ length: 50 }, () => MEGABYTE)), response).catch(() => undefined);
  },
} as const satisfies Record<string, RequestListener>;

export function serveSick(what: keyof typeof sickAnswers): Promise<SickServer> {
  return serve(sickAnswers[what]);
}

/** Sends every request on to another server. */
export function serveRedirect(to: string): Promise<SickServer> {
  return serve((request, response) => {
    response.writeHead(302, { location: `${to}${request.url}` }).end();
  });
}

/** Takes connections and breaks them, or keeps them in silence; counts what it is sent. */
export async function serveRaw(onSocket: (socket: Socket) => void): Promise<SickServer & { received(): number }> {
  let received = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("data", (chunk) => {
      received += chunk.length;
    });
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received: () => received,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
