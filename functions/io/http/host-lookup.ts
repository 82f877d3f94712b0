import { lookup } from "node:dns/promises";
import { isForbidden } from "../../core/access/address.ts";
import { UpstreamError } from "../../core/errors.ts";
import { toUpstreamError } from "./network-error.ts";

/** All addresses of a host; an {@link UpstreamError} where it has none, or one that is never contacted. */
export async function resolveHost(hostname: string): Promise<readonly string[]> {
  const addresses = await found(hostname);
  const forbidden = addresses.find(isForbidden);
  if (forbidden === undefined) return addresses;
  throw new UpstreamError("address-refused", `${hostname} leads to ${forbidden}, a link-local or metadata address`);
}

async function found(hostname: string): Promise<readonly string[]> {
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw toUpstreamError(error, `looking up ${hostname}`, []) ?? error;
  }
}
