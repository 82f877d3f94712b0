// Connections are kept from run to run, apart for each login.

// Node has its own modules compiled ahead, which V8 takes only until config.ts sets its flags: undici asks for these later.
import "node:assert";
import { hash } from "node:crypto";
import { lookup } from "node:dns";
import "node:http2";
import type { Socket } from "node:net";
import type { buildConnector as Connector, Pool as PoolType } from "undici";
import Pool from "undici/lib/dispatcher/pool.js";
import { hostOf } from "../../core/access/address.ts";
import { addressRefused, guardedLookup, isRefused, type Resolve } from "./guarded-lookup.ts";
import { connectorResuming, type Sessions } from "./tls-sessions.ts";
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

type Settings = {
  /** Sockets kept open, and pools of them; the least recently used pool goes first. */
  readonly limit?: number;
  /** `host:port` of the runtime that runs this function. */
  readonly runtimeApi?: string;
  readonly resolve?: Resolve;
};

/** A pool, and how many of its sockets are open. */
type Kept = { readonly pool: PoolType; sockets: number };

// Longer than a tick, so that the next one finds the connection open.
const KEEP_ALIVE_MS = 150_000;
// No request waits as long: it ends the socket of a server that takes connections and says nothing.
const CONNECT_MS = 5_000;

// A function has 1,024 file descriptors. What is left is for the clients of AWS, and for sockets that come up while others close.
const MAX_SOCKETS = 850;

export function openConnections({ limit = MAX_SOCKETS, runtimeApi, resolve = lookup }: Settings = {}): Connections {
  const kept = new Map<string, Kept>();
  const sessions: Sessions = new Map();
  let sockets = 0;

  function closeOldest(): void {
    for (const [key, oldest] of kept) {
      if (kept.size <= limit && sockets <= limit) break;
      kept.delete(key);
      sockets -= oldest.sockets;
      void oldest.pool.close();
    }
  }

  function keep(key: string, pool: PoolType): Kept {
    const one: Kept = { pool, sockets: 0 };
    const count = (change: number) => {
      one.sockets += change;
      if (kept.get(key) === one) sockets += change;
      closeOldest();
    };
    pool.on("connect", () => count(1)).on("disconnect", () => count(-1));
    return one;
  }

  return {
    to(endpoint) {
      const key = endpoint.connectionKey;
      const one = kept.get(key) ?? keep(key, open(endpoint, sessions, resolve, runtimeApi));
      kept.delete(key);
      kept.set(key, one);
      closeOldest();
      return one.pool;
    },
    async close() {
      const all = [...kept.values()];
      kept.clear();
      sockets = 0;
      await Promise.all(all.map(({ pool }) => pool.destroy()));
    },
  };
}

/** An endpoint of these parts, with the key of its connections. */
export function toEndpoint(parts: Omit<Endpoint, "connectionKey">): Endpoint {
  const { origin, headers, ca, certificate, key, serverName, proxy, signer, isRemote } = parts;
  const told = JSON.stringify([origin, headers, ca, certificate, key, serverName, proxy, signer?.name, isRemote]);
  return { ...parts, connectionKey: hash("sha256", told, "base64") };
}

function open(endpoint: Endpoint, sessions: Sessions, resolve: Resolve, runtimeApi: string | undefined): PoolType {
  const { origin, proxy, isRemote = false } = endpoint;
  if (isRefused(origin, isRemote, runtimeApi)) throw addressRefused(hostOf(origin));
  // Behind a proxy a name is resolved there: what is guarded here is the way to the proxy, which is no word of the fleet.
  if (proxy !== undefined && isRefused(proxy, false, runtimeApi)) throw addressRefused(hostOf(proxy));
  const lookup =
    proxy === undefined ? guardedLookup(resolve, origin, isRemote, runtimeApi) : guardedLookup(resolve, proxy, false, runtimeApi);
  const { servername, rejectUnauthorized, ...trust } = tlsOf(endpoint);
  const settings = { servername, rejectUnauthorized, timeout: CONNECT_MS, ...(proxy === undefined && { lookup }) };
  const connect = connectorResuming(sessions, endpoint.connectionKey, trust, settings);
  return new Pool(origin, {
    connections: 4,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // Every request has one deadline of its own, in request.ts.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect:
      proxy === undefined
        ? connect
        : connectorThrough(proxy, { lookup, timeoutMs: CONNECT_MS, ca: isRemote ? undefined : endpoint.ca }, connect),
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
