// Shows leaks: a server that no request may reach.

import { createServer, type Socket } from "node:net";

/** Accepts connections and never answers: every byte that arrives is a leak. */
export type Sink = { readonly port: number; connections(): number; received(): string; close(): Promise<void> };

export async function startSink(): Promise<Sink> {
  const sockets = new Set<Socket>();
  let count = 0;
  let received = "";
  const server = createServer((socket) => {
    count++;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      socket.end("HTTP/1.1 418 No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    });
  });
  // On every address of this machine, so that every spelling of an address arrives.
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the sink has no port");
  return {
    port: bound.port,
    connections: () => count,
    received: () => received,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
