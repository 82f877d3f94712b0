// A name is resolved for a connection that is opened by hand, under the rules of all others.

import { lookup } from "node:dns/promises";
import { isForbidden, leadsToLoopback } from "../../core/access/address.ts";
import { UpstreamError } from "../../core/errors.ts";
import { toUpstreamError } from "./network-error.ts";

/** All addresses of a host; an {@link UpstreamError} where it has none, or one that is never contacted. */
export async function resolveHost(hostname: string, isRemote = false): Promise<readonly string[]> {
  const addresses = await found(hostname);
  const forbidden = addresses.find((address) => isForbidden(address) || (isRemote && leadsToLoopback(address)));
  if (forbidden === undefined) return addresses;
  throw new UpstreamError(
    "address-refused",
    `${hostname} leads to ${forbidden}, a link-local, metadata or, for a remote fleet, loopback address`,
  );
}

async function found(hostname: string): Promise<readonly string[]> {
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw toUpstreamError(error, `looking up ${hostname}`, []) ?? error;
  }
}
