// Starts clusters that never end their answers, or never begin them.

import { once } from "node:events";
import { createServer } from "node:net";
import { Readable } from "node:stream";
import { type SecureServer, serveSecurely } from "../support/secure-server.ts";
import { killOwner } from "./socket-owner.ts";

type HostileCluster = { readonly url: string; close(): Promise<void> };

const BEGINNING = '{"kind":"List","metadata":{"resourceVersion":"1"},"items":[';
const ITEM = `${JSON.stringify({ metadata: { name: "pipeline", annotations: { filler: "x".repeat(64_000) } } })},`;

/** An API server whose every answer is a list that never ends. */
export async function startEndless(address: string): Promise<SecureServer> {
  return serveSecurely((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const list = Readable.from(endlessList());
    response.on("close", () => list.destroy());
    list.pipe(response);
  }, address);
}

function* endlessList(): Generator<string> {
  yield BEGINNING;
  while (true) yield ITEM;
}

/** A server that accepts every connection and says nothing. */
export async function startSilent(address: string): Promise<HostileCluster & { /** The connections so far. */ taken(): number }> {
  let taken = 0;
  const server = createServer((socket) => void socket.on("error", () => socket.destroy()).resume());
  server.on("connection", () => void taken++);
  return { ...(await listening(server, address)), taken: () => taken };
}

/** A server whose every client dies of it, without a word: what a process looks like from outside that runs out of memory. */
export async function startDeadly(address: string): Promise<HostileCluster> {
  const server = createServer((socket) => void socket.on("error", () => socket.destroy()).pause());
  server.on("connection", ({ remotePort = 0, localPort = 0 }) => void killOwner(remotePort, localPort));
  const { url, close } = await listening(server, address);
  return { url, close };
}

async function listening(server: ReturnType<typeof createServer>, host: string): Promise<HostileCluster> {
  server.listen(0, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { url: `https://${host}:${address.port}`, close: async () => void server.close() };
}
