// Connections lead to no address that hands out credentials, whatever a name resolves to.

import type { LookupAddress, LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { hostOf, isForbidden, isSameHost, leadsToLoopback } from "../../core/access/address.ts";
import { UpstreamError } from "../../core/errors.ts";

/** All addresses of a host, as `dns.lookup` finds them. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  found: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Whether the host of a URL is written as an address that is never contacted; `runtimeApi` is `host:port` of the runtime that runs this function. */
export function isRefused(url: string, isRemote: boolean, runtimeApi: string | undefined): boolean {
  return isRefusedAddress(hostOf(url), url, isRemote, runtimeApi);
}

function isRefusedAddress(address: string, url: string, isRemote: boolean, runtimeApi: string | undefined): boolean {
  const runtime = runtimeApi === undefined ? null : URL.parse(`http://${runtimeApi}`);
  const isRuntime = new URL(url).port === runtime?.port && isSameHost(address, runtime.hostname);
  return isForbidden(address) || (isRemote && leadsToLoopback(address)) || isRuntime;
}

/** A name may resolve to what its owner must not reach from here, so the address is checked again where it is used. */
export function guardedLookup(resolve: Resolve, url: string, isRemote: boolean, runtimeApi: string | undefined): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "");
      if (addresses.some(({ address }) => isRefusedAddress(address, url, isRemote, runtimeApi)))
        return callback(addressRefused(hostname), "");
      const [first] = addresses;
      return options.all === true ? callback(null, addresses) : callback(null, first?.address ?? "", first?.family);
    });
}

export function addressRefused(hostname: string): UpstreamError {
  return new UpstreamError("address-refused", `${hostname} is a link-local, metadata, runtime or, for a remote fleet, loopback address`);
}
