// A connection that has to be opened anew resumes the TLS session of the last one: undici keeps sessions by weak references, which the next garbage collection takes.

import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, type SecureContextOptions, type TLSSocket } from "node:tls";
import type { buildConnector as Connector } from "undici";
import buildConnector from "undici/lib/core/connect.js";
import { keepNewest } from "../../core/bounded-map.ts";

/** The last session for each key of connections: two that differ in login or trust share none. */
export type Sessions = Map<string, Buffer>;

// A session takes some 2 KB, with the certificate of its server. Of ten processes, each meets a shard again after ten ticks in the mean: of
// twenty shards it has met most within what is kept.
const MAX_SESSIONS = 4_000;

/** Opens connections that trust and show the same, and resume the session under the key where the server still knows it. */
export function connectorResuming(
  sessions: Sessions,
  key: string,
  trust: SecureContextOptions,
  settings: Connector.BuildOptions,
): Connector.connector {
  // Parsed by the first connection and not before: a broken certificate is the failure of a request, and of each one.
  let secureContext: SecureContext | undefined;
  return (target, done) => {
    if (target.protocol === "https:") secureContext ??= createSecureContext(trust);
    const connect = buildConnector({ ...settings, secureContext, session: sessions.get(key), maxCachedSessions: 0 });
    connect(target, (error, socket) => {
      if (error !== null) return done(error, null);
      keepSessions(sessions, key, socket);
      done(null, socket);
    });
  };
}

function keepSessions(sessions: Sessions, key: string, socket: Socket | TLSSocket): void {
  if (!("getSession" in socket)) return;
  const keep = (session: Buffer | undefined) => session && keepNewest(sessions, key, session, MAX_SESSIONS);
  // Since TLS 1.3, a session comes after the handshake.
  if (socket.getProtocol() === "TLSv1.2") keep(socket.getSession());
  socket.on("session", keep);
}
