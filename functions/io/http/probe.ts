import { connect as connectPlainly, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectSecurely, type TLSSocket } from "node:tls";
import { hostOf } from "../../core/access/address.ts";
import type { ServerCertificate } from "../../core/access/certificate.ts";
import { UpstreamError } from "../../core/errors.ts";
import { type Endpoint, tlsOf } from "./connections.ts";
import { toUpstreamError } from "./network-error.ts";

/** What a server says before it is asked anything; without `certificate` it speaks plain HTTP. */
export type ProbeResult = { readonly speaks: string; readonly certificate?: ServerCertificate };

const PATIENCE_MS = 5_000;

type Place = Pick<Endpoint, "origin" | "ca" | "certificate" | "key" | "proxy" | "serverName">;

/**
 * Opens a connection to the first of a host's addresses that takes one, or of its proxy where it has one, says nothing there, and closes it;
 * an {@link UpstreamError} where none does.
 */
export async function probe(endpoint: Place, addresses: readonly string[]): Promise<ProbeResult> {
  let failure: unknown = new UpstreamError("name-unknown", `${endpoint.origin} has no address`);
  for (const address of addresses) {
    try {
      return await greetOne(endpoint, address);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

async function greetOne(endpoint: Place, address: string): Promise<ProbeResult> {
  const { origin, proxy, serverName } = endpoint;
  const { protocol, port } = new URL(origin);
  const at = { host: address, port: Number(port) || (protocol === "http:" ? 80 : 443) };
  if (protocol === "http:") return opened(connectPlainly(at), "connect", origin, () => ({ speaks: "plain HTTP" }));
  const host = hostOf(origin);
  const place = proxy === undefined ? at : { socket: await through(proxy, address, { ...at, host }, endpoint.ca) };
  const socket = connectSecurely({
    ...place,
    ...tlsOf(endpoint),
    servername: serverName ?? (isIP(host) === 0 ? host : ""),
    ALPNProtocols: ["h2", "http/1.1"],
    // Nothing is sent over it: what is wrong with the certificate is the very thing to find out.
    rejectUnauthorized: false,
  });
  return opened(socket, "secureConnect", origin, () => ({
    speaks: `${socket.getProtocol()}, ${socket.alpnProtocol || "http/1.1"}`,
    certificate: shownOn(socket),
  }));
}

async function through(proxy: string, address: string, target: { host: string; port: number }, ca: string | undefined): Promise<Socket> {
  const { openTunnel } = await import("./tunnel.ts");
  const family = isIP(address);
  const lookup: LookupFunction = (_, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family));
  return openTunnel(proxy, target, { lookup, timeoutMs: PATIENCE_MS, ca });
}

function opened(socket: Socket, event: "connect" | "secureConnect", what: string, greeting: () => ProbeResult): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(PATIENCE_MS, () =>
      socket.destroy(new UpstreamError("timeout", `no connection in ${PATIENCE_MS / 1_000} s`, { request: what })),
    );
    socket.once("error", (error) => reject(toUpstreamError(error, what, []) ?? error));
    socket.once(event, () => {
      const said = greeting();
      socket.destroy();
      resolve(said);
    });
  });
}

function shownOn(socket: TLSSocket): ServerCertificate {
  const { subject, issuer, valid_from: begin, valid_to: end, subjectaltname = "" } = socket.getPeerCertificate();
  return {
    subject: named(subject),
    issuer: named(issuer),
    names: subjectaltname.replace(/(DNS|IP Address):/g, ""),
    beganMs: Date.parse(begin),
    endsMs: Date.parse(end),
    ...(!socket.authorized && { problem: String(socket.authorizationError) }),
  };
}

function named(holder: { readonly CN?: string | string[]; readonly O?: string | string[] }): string {
  return String(holder.CN ?? holder.O ?? "no name");
}
