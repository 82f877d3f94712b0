// Opens the way through a proxy to a server: by CONNECT, or by SOCKS 5. What flows through it is the server's own TLS.

import { request as requestPlainly } from "node:http";
import { request as requestSecurely } from "node:https";
import { connect, type LookupFunction, type Socket } from "node:net";
import { getCACertificates } from "node:tls";
import { hostOf } from "../../core/access/address.ts";
import { UpstreamError } from "../../core/errors.ts";
import { sanitize } from "../../core/text.ts";

type Target = { readonly host: string; readonly port: number };
/** `ca`: an authority (PEM) that a proxy with TLS may have as well, as with kubectl. */
export type TunnelBounds = { readonly lookup: LookupFunction; readonly timeoutMs: number; readonly ca?: string };

/** A connection to the target through the proxy at a URL; an {@link UpstreamError} `proxy-failed` says what the proxy has against it. */
export async function openTunnel(proxy: string, target: Target, bounds: TunnelBounds): Promise<Socket> {
  const url = new URL(proxy);
  try {
    return await (url.protocol.startsWith("socks") ? openSocks(url, target, bounds) : openByConnect(url, target, bounds));
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    if (error instanceof UpstreamError && error.code === "address-refused") throw error;
    throw new UpstreamError("proxy-failed", `the proxy ${hostOf(proxy)}: ${sanitize(error.message)}`);
  }
}

function openByConnect(url: URL, target: Target, { lookup, timeoutMs, ca }: TunnelBounds): Promise<Socket> {
  const isSecure = url.protocol === "https:";
  const path = `${target.host.includes(":") && !target.host.startsWith("[") ? `[${target.host}]` : target.host}:${target.port}`;
  const credentials = credentialsIn(url);
  const headers = {
    host: path,
    ...(credentials && { "proxy-authorization": `Basic ${Buffer.from(credentials.join(":")).toString("base64")}` }),
  };
  const place = { host: hostOf(url.href), port: Number(url.port) || (isSecure ? 443 : 80) };
  const authorities = [...getCACertificates("default"), ...(ca === undefined ? [] : [ca])];
  const trust = isSecure ? { ca: authorities, allowPartialTrustChain: true, rejectUnauthorized: true } : {};
  return new Promise((resolve, reject) => {
    const send = isSecure ? requestSecurely : requestPlainly;
    const request = send({ ...place, ...trust, method: "CONNECT", path, headers, lookup, agent: false, timeout: timeoutMs });
    request.once("timeout", () => request.destroy(new Error("it does not answer in time")));
    request.once("error", reject);
    request.once("connect", ({ statusCode }, socket: Socket) => {
      socket.setTimeout(0);
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`it answers ${statusCode} to CONNECT ${path}`));
    });
    // Whatever answers without a tunnel is no proxy.
    request.once("response", ({ statusCode }) => request.destroy(new Error(`it answers ${statusCode} to CONNECT ${path}`)));
    request.end();
  });
}

function credentialsIn({ username, password }: URL): readonly [string, string] | undefined {
  return username === "" && password === "" ? undefined : [decodeURIComponent(username), decodeURIComponent(password)];
}

const NO_LOGIN = 0;
const BY_PASSWORD = 2;
const NAME = 3;
// The address in an answer: its kind, and what follows it.
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 };

// https://www.rfc-editor.org/rfc/rfc1928, and 1929 for a user name with its password
async function openSocks(url: URL, { host, port }: Target, { lookup, timeoutMs }: TunnelBounds): Promise<Socket> {
  const socket = connect({ host: hostOf(url.href), port: Number(url.port) || 1_080, lookup });
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error("it does not answer in time")));
  try {
    const credentials = credentialsIn(url);
    socket.write(Buffer.from([5, 1, credentials ? BY_PASSWORD : NO_LOGIN]));
    const [, method] = await readBytes(socket, 2);
    if (method !== (credentials ? BY_PASSWORD : NO_LOGIN)) throw new Error("it wants another login");
    if (credentials) {
      socket.write(Buffer.concat([Buffer.from([1]), ...credentials.map(counted)]));
      const [, status] = await readBytes(socket, 2);
      if (status !== 0) throw new Error("it refuses the user name or the password");
    }
    socket.write(Buffer.concat([Buffer.from([5, 1, 0, NAME]), counted(host), Buffer.from([port >> 8, port & 255])]));
    const [, reply, , kind = 0, first = 0] = await readBytes(socket, 5);
    if (reply !== 0) throw new Error(`it answers ${reply} to CONNECT ${host}:${port}`);
    await readBytes(socket, (ADDRESS_BYTES[kind] ?? first + 1) - 1 + 2);
    socket.setTimeout(0);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

async function readBytes(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes: Buffer | null = socket.read(count);
    if (bytes !== null && bytes.length === count) return bytes;
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error) => {
        socket.off("readable", settle).off("error", settle).off("end", ended);
        if (error instanceof Error) reject(error);
        else resolve();
      };
      const ended = () => settle(new Error("it closes the connection"));
      socket.on("readable", settle).on("error", settle).on("end", ended);
    });
  }
}
