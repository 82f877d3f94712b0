// Starts HTTP servers on free ports of the loopback interface.

import { createServer, type RequestListener } from "node:http";

export type HttpServer = {
  readonly url: string;
  readonly port: number;
  /** Breaks all connections, as time does while their client is frozen. */
  breakConnections(): void;
  /** Breaks what is still open. */
  close(): Promise<void>;
};

export async function serve(listener: RequestListener, { address = "127.0.0.1", port = 0 } = {}): Promise<HttpServer> {
  const server = createServer(listener);
  // Other servers wait longer than Node does before they close an idle connection.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, address, resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the server has no port");
  return {
    url: `http://${address}:${bound.port}`,
    port: bound.port,
    breakConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
