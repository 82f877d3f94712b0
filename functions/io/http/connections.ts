// Connections are kept from run to run, apart for each login, and lead to no address that hands out credentials.

import { hash } from "node:crypto";
import { type LookupAddress, type LookupAllOptions, lookup } from "node:dns";
import type { LookupFunction, Socket } from "node:net";
import type { buildConnector as Connector, Pool as PoolType } from "undici";
import buildConnector from "undici/lib/core/connect.js";
import Pool from "undici/lib/dispatcher/pool.js";
import { hostOf, isForbidden, isSameHost, leadsToLoopback } from "../../core/access/address.ts";
import { UpstreamError } from "../../core/errors.ts";
import type { TunnelBounds } from "./tunnel.ts";

/** One server as one login sees it. Two that differ in any of this never share a connection. */
export type Endpoint = {
  readonly origin: string;
  /** Where the API stands below the origin: empty, or a path without a slash at its end. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The bearer token among the headers, where it is one. */
  readonly token?: string;
  /** PEM. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  /** The name in the server's certificate, where it is another than the host. */
  readonly serverName?: string;
  /** The URL of the proxy that leads to it, which may hold a password. */
  readonly proxy?: string;
  /** What must never be seen, should the server repeat it. */
  readonly secrets: readonly string[];
  readonly signer?: Signer;
  /** Whether a fleet from elsewhere names it: then it is no server of this machine. */
  readonly isRemote?: boolean;
  /** Everything that tells its connections from those of others, in a few words that hold no secret. */
  readonly connectionKey: string;
};

/** Signs each request anew; an {@link UpstreamError} where it cannot. */
export type Signer = {
  /** What tells it from others. */
  readonly name: string;
  sign(method: string, url: string): Promise<Signed>;
};

/** The headers that sign a request, and what of them must never be seen. */
export type Signed = { readonly headers: Readonly<Record<string, string>>; readonly secrets: readonly string[] };

export type Connections = {
  /** The pool of an endpoint, opened when it is first asked for; an {@link UpstreamError} `address-refused` for what is never contacted. */
  to(endpoint: Endpoint): PoolType;
  /** Closes everything at once, and breaks off what is under way. */
  close(): Promise<void>;
};

/** All addresses of a host, as `dns.lookup` finds them. */
export type Resolve = (
  host: string,
  options: LookupAllOptions,
  found: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

type Settings = {
  /** Pools kept open; the least recently used one goes first. A function has 1,024 file descriptors. */
  readonly limit?: number;
  /** `host:port` of the runtime that runs this function. */
  readonly runtimeApi?: string;
  readonly resolve?: Resolve;
};

// Longer than a tick, so that the next one finds the connection open.
const KEEP_ALIVE_MS = 150_000;
// No request waits as long: it ends the socket of a server that takes connections and says nothing.
const CONNECT_MS = 5_000;

export function openConnections({ limit = 200, runtimeApi, resolve = lookup }: Settings = {}): Connections {
  const pools = new Map<string, PoolType>();
  return {
    to(endpoint) {
      const key = endpoint.connectionKey;
      const pool = pools.get(key) ?? open(endpoint, resolve, runtimeApi);
      pools.delete(key);
      pools.set(key, pool);
      for (const [oldest, idle] of pools) {
        if (pools.size <= limit) break;
        pools.delete(oldest);
        void idle.close();
      }
      return pool;
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

/** An endpoint of these parts, with the key of its connections. */
export function toEndpoint(parts: Omit<Endpoint, "connectionKey">): Endpoint {
  const { origin, headers, ca, certificate, key, serverName, proxy, signer, isRemote } = parts;
  const told = JSON.stringify([origin, headers, ca, certificate, key, serverName, proxy, signer?.name, isRemote]);
  return { ...parts, connectionKey: hash("sha256", told, "base64") };
}

function open(endpoint: Endpoint, resolve: Resolve, runtimeApi: string | undefined): PoolType {
  const { origin, proxy, isRemote = false } = endpoint;
  if (isRefused(origin, isRemote, runtimeApi)) throw addressRefused(hostOf(origin));
  // Behind a proxy a name is resolved there: what is guarded here is the way to the proxy, which is no word of the fleet.
  if (proxy !== undefined && isRefused(proxy, false, runtimeApi)) throw addressRefused(hostOf(proxy));
  const lookup =
    proxy === undefined ? guardedLookup(resolve, origin, isRemote, runtimeApi) : guardedLookup(resolve, proxy, false, runtimeApi);
  const connect = { ...tlsOf(endpoint), timeout: CONNECT_MS };
  return new Pool(origin, {
    connections: 4,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // Every request has one deadline of its own, in request.ts.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect:
      proxy === undefined
        ? { ...connect, lookup }
        : connectorThrough(proxy, { lookup, timeoutMs: CONNECT_MS, ca: isRemote ? undefined : endpoint.ca }, buildConnector(connect)),
  });
}

/** How the certificate of a server is verified, and which one is shown to it. */
export function tlsOf({ ca, certificate, key, serverName }: Pick<Endpoint, "ca" | "certificate" | "key" | "serverName">) {
  return {
    ca,
    cert: certificate,
    key,
    servername: serverName,
    // Whatever stands in a `ca` is trusted, also an intermediate authority: as in Go, and in kubectl.
    allowPartialTrustChain: ca !== undefined,
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED does not decide it.
    rejectUnauthorized: true,
  };
}

function connectorThrough(proxy: string, bounds: TunnelBounds, secure: Connector.connector): Connector.connector {
  return (target, done) => {
    const { hostname, port, protocol } = target;
    const to = { host: hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) };
    const open = async () => (await import("./tunnel.ts")).openTunnel(proxy, to, bounds);
    const connected = (socket: Socket) =>
      protocol === "https:" ? void secure({ ...target, httpSocket: socket }, done) : done(null, socket);
    open().then(connected, (error: Error) => done(error, null));
  };
}

function isRefused(url: string, isRemote: boolean, runtimeApi: string | undefined): boolean {
  return isRefusedAddress(hostOf(url), url, isRemote, runtimeApi);
}

function isRefusedAddress(address: string, url: string, isRemote: boolean, runtimeApi: string | undefined): boolean {
  const runtime = runtimeApi === undefined ? null : URL.parse(`http://${runtimeApi}`);
  const isRuntime = new URL(url).port === runtime?.port && isSameHost(address, runtime.hostname);
  return isForbidden(address) || (isRemote && leadsToLoopback(address)) || isRuntime;
}

// A name may resolve to what its owner must not reach from here, so the address is checked again where it is used.
function guardedLookup(resolve: Resolve, url: string, isRemote: boolean, runtimeApi: string | undefined): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "");
      if (addresses.some(({ address }) => isRefusedAddress(address, url, isRemote, runtimeApi)))
        return callback(addressRefused(hostname), "");
      const [first] = addresses;
      return options.all === true ? callback(null, addresses) : callback(null, first?.address ?? "", first?.family);
    });
}

function addressRefused(hostname: string): UpstreamError {
  return new UpstreamError("address-refused", `${hostname} is a link-local, metadata, runtime or, for a remote fleet, loopback address`);
}
