// Checks the connection to a server from the credential to the TLS certificate, before any API call.

import { hostOf } from "../core/access/address.ts";
import { expiryOf } from "../io/auth/expiry.ts";
import type { Client } from "../io/http/client.ts";
import type { Endpoint } from "../io/http/connections.ts";
import { resolveHost } from "../io/http/host-lookup.ts";
import { probe } from "../io/http/probe.ts";
import { certificateCheck, credentialCheck } from "./checks/certificate.ts";
import { type Check, ok } from "./checks/check.ts";
import { runInOrder } from "./session.ts";

const NAMES = ["credential", "name resolution", "connection", "certificate"];

/** Checks credential, name resolution, connection and certificate; the first failure skips the rest. */
export function checkEndpoint(client: Client): Promise<readonly Check[]> {
  return runInOrder(NAMES, connectionChecks(client));
}

async function* connectionChecks({ login, clock }: Client): AsyncGenerator<Check> {
  const endpoint = await login.endpoint();
  const host = hostOf(endpoint.origin);
  yield credentialCheck(credentialText(endpoint), expiryOf(endpoint), clock.nowMs());
  const { proxy } = endpoint;
  const [where, addresses] =
    proxy === undefined
      ? [host, await resolveHost(host, endpoint.isRemote)]
      : [`the proxy ${hostOf(proxy)}`, await resolveHost(hostOf(proxy))];
  yield ok(
    "name resolution",
    addresses.some((address) => where.endsWith(address)) ? `${where} is an address` : `${where} is ${addresses.join(", ")}`,
  );
  const { speaks, certificate } = await probe(endpoint, addresses);
  yield ok("connection", `${endpoint.origin} speaks ${speaks}`);
  if (certificate !== undefined) yield certificateCheck(certificate, endpoint.serverName ?? host, endpoint.ca !== undefined, clock.nowMs());
}

function credentialText({ headers, token, certificate, signer }: Endpoint): string {
  if (signer !== undefined) return "requests are signed for AWS";
  if (certificate !== undefined) return "a client certificate";
  if (token !== undefined) return "a token";
  return "authorization" in headers ? "a user name and a password" : "none: requests carry no login";
}
