// Faults of the way to a server, and of a server that does not answer as an API server does.

import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { sickAnswers } from "../reconcile/sick-servers.ts";
import { serveSecurely } from "../support/secure-server.ts";
import { answering, type Behind, type Fault, openAnswering } from "./fault.ts";

// No server gets this port by chance.
const NOWHERE = "http://127.0.0.1:1";
const nothing = async () => undefined;
const at = (url: string) => async (): Promise<Behind> => ({ url, close: nothing, more: { alerts: { url: NOWHERE, proof: "none" } } });

/** A server that treats each connection in one way, or sends the same bytes whatever it is asked. */
function raw(onSocket: (socket: Socket) => void) {
  return async (): Promise<Behind> => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on("error", () => undefined));
      onSocket(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const url = `http://127.0.0.1:${address.port}`;
    return {
      url,
      more: { alerts: { url: NOWHERE, proof: "none" } },
      close: async () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    };
  };
}

const saying = (bytes: string) => raw((socket) => void socket.on("data", () => socket.end(bytes)));
const sick = (what: keyof typeof sickAnswers) => () => openAnswering(sickAnswers[what]);

async function secure({ trusted = true, host = "127.0.0.1" } = {}): Promise<Behind> {
  const { url, ca, close } = await serveSecurely((_, response) => void response.end("{}"));
  const server = url.replace("127.0.0.1", host);
  process.env.FAULTS_CA = ca;
  const auth = { token: { file: "token" } };
  return {
    url: server,
    close,
    more: { kubernetes: { server, auth, ...(trusted && { ca: { env: "FAULTS_CA" } }) }, alerts: { url: NOWHERE, proof: "none" } },
  };
}

const unreachable = (code: string) => `unreachable, ${code}`;

export const network: readonly Fault[] = [
  { kind: "network", name: "refuses connections", open: at(NOWHERE), outcome: unreachable("connection-refused") },
  {
    kind: "network",
    name: "has a name that nothing resolves",
    open: at("https://no-such-host.invalid"),
    outcome: unreachable("name-unknown"),
  },
  { kind: "network", name: "breaks every connection", open: raw((socket) => socket.destroy()), outcome: unreachable("connection-reset") },
  { kind: "network", name: "takes connections and says nothing", open: raw(() => undefined), outcome: unreachable("timeout") },
  { kind: "network", name: "says something that is no HTTP", open: saying("SSH-2.0-OpenSSH_9.2\r\n"), outcome: unreachable("malformed") },
  { kind: "network", name: "ends after the status line", open: saying("HTTP/1.1 200 OK\r\n"), outcome: unreachable("connection-reset") },
  {
    kind: "network",
    name: "sends less than it announces",
    open: saying("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}"),
    outcome: unreachable("connection-reset"),
  },
  {
    kind: "network",
    name: "sends a megabyte of headers",
    open: saying(`HTTP/1.1 200 OK\r\n${`x: ${"y".repeat(1_000)}\r\n`.repeat(1_000)}\r\n{}`),
    outcome: unreachable("connection-reset"),
  },
  {
    kind: "network",
    name: "announces two lengths",
    open: saying("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}}"),
    outcome: unreachable("connection-reset"),
  },
];

export const tls: readonly Fault[] = [
  {
    kind: "TLS",
    name: "is signed by an authority that is not trusted",
    open: () => secure({ trusted: false }),
    outcome: unreachable("tls"),
  },
  { kind: "TLS", name: "shows the certificate of another name", open: () => secure({ host: "localhost" }), outcome: unreachable("tls") },
  {
    kind: "TLS",
    name: "speaks plain HTTP where TLS is expected",
    open: async () => {
      const behind = await answering(200, "{}")();
      const server = behind.url.replace("http:", "https:");
      return { ...behind, more: { kubernetes: { server, auth: { token: { file: "token" } } }, alerts: { url: NOWHERE, proof: "none" } } };
    },
    outcome: unreachable("tls"),
  },
  {
    kind: "TLS",
    name: "never answers the handshake",
    open: async () => {
      const behind = await raw(() => undefined)();
      const server = behind.url.replace("http:", "https:");
      return { ...behind, more: { kubernetes: { server, auth: { token: { file: "token" } } }, alerts: { url: NOWHERE, proof: "none" } } };
    },
    outcome: unreachable("timeout"),
  },
];

export const http: readonly Fault[] = [
  {
    kind: "HTTP",
    name: "answers 200 with HTML",
    open: answering(200, "<p>log in</p>", { "content-type": "text/html" }),
    outcome: unreachable("malformed"),
  },
  { kind: "HTTP", name: "answers 200 with nothing", open: answering(200, ""), outcome: unreachable("malformed") },
  { kind: "HTTP", name: "answers 200 with half of a list", open: answering(200, '{"items": ['), outcome: unreachable("malformed") },
  { kind: "HTTP", name: "answers 200 with another shape", open: answering(200, '{"items": 7}'), outcome: unreachable("malformed") },
  {
    kind: "HTTP",
    name: "answers 200 with bytes that are no text",
    open: answering(200, "\ufffd\u0000\u0001"),
    outcome: unreachable("malformed"),
  },
  {
    kind: "HTTP",
    name: "answers compressed without being asked to",
    open: () => openAnswering((_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync('{"items":[]}'))),
    outcome: unreachable("malformed"),
  },
  { kind: "HTTP", name: "answers 204", open: answering(204, ""), outcome: unreachable("unavailable") },
  { kind: "HTTP", name: "redirects", open: answering(302, "", { location: "http://127.0.0.1:1/" }), outcome: unreachable("redirected") },
  {
    kind: "HTTP",
    name: "answers 401 and repeats the token",
    open: sick("does not know the token, and repeats it"),
    outcome: unreachable("unauthorized"),
  },
  {
    kind: "HTTP",
    name: "answers 403 and repeats the token in base64",
    open: sick("forbids, and repeats the token in base64"),
    outcome: "forbidden, forbidden",
  },
  { kind: "HTTP", name: "answers 418", open: answering(418, "teapot"), outcome: unreachable("unavailable") },
  { kind: "HTTP", name: "answers 429", open: sick("asks for fewer requests"), outcome: unreachable("throttled") },
  {
    kind: "HTTP",
    name: "answers 429 and wants a year of patience",
    open: answering(429, "{}", { "retry-after": "31536000" }),
    outcome: unreachable("throttled"),
  },
  {
    kind: "HTTP",
    name: "answers 429 and wants patience until a day that is none",
    open: answering(429, "{}", { "retry-after": "Yesterday" }),
    outcome: unreachable("throttled"),
  },
  { kind: "HTTP", name: "answers 500", open: sick("is broken"), outcome: unreachable("unavailable") },
  { kind: "HTTP", name: "answers 502 with HTML", open: sick("is a proxy without its backend"), outcome: unreachable("unavailable") },
  { kind: "HTTP", name: "answers a byte now and then", open: sick("answers a byte now and then"), outcome: unreachable("timeout") },
  { kind: "HTTP", name: "sends fifty megabytes", open: sick("sends fifty megabytes"), outcome: unreachable("too-large") },
];
