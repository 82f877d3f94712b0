// Stands before a simulator for a fleet in a bucket, which names servers by https only and none on the loopback interface.

import { request } from "node:http";
import { type SecureServer, serveSecurely } from "./secure-server.ts";
import type { Simulator } from "./simulator.ts";

/** An HTTPS server that hands everything on to a simulator. */
export function startFront({ url }: Pick<Simulator, "url">, address: string): Promise<SecureServer> {
  return serveSecurely((call, answer) => {
    const passedOn = request(`${url}${call.url}`, { method: call.method, headers: call.headers }, (response) => {
      response.pipe(answer.writeHead(response.statusCode ?? 500, response.headers));
    });
    call.pipe(passedOn);
  }, address);
}
