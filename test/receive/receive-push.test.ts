import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { aGroup, aPosted, inGroup } from "./pushes.ts";
import { aReceiver, BUS_IS_DOWN, type Receiver, requested, SECRET, tokenOf, urlEvent } from "./receiver.ts";

let receiver: Receiver;
beforeEach(() => {
  receiver = aReceiver();
});

const firing = [aPosted("A")];
const statusOf = async (event: object) => (await receiver.push(event)).statusCode;
const encoded = (bytes: Uint8Array) => ({ body: Buffer.from(bytes).toString("base64"), isBase64Encoded: true });
const MEGABYTE = 1_048_576;
const sized = (bytes: number) => `[${" ".repeat(bytes - 2)}]`;

describe("a push is accepted, and its cluster asked for,", () => {
  const shown = (authorization: string) => urlEvent({ token: undefined, headers: { authorization }, body: firing });
  const typed = (type: string) => urlEvent({ headers: { "content-type": type }, body: firing });

  test.each([
    { from: "Prometheus", event: urlEvent({ body: firing }) },
    { from: "an Alertmanager", event: urlEvent({ path: "/clusters/eu/webhook", body: aGroup([inGroup("A")]) }) },
    { from: "whoever writes `bearer`", event: shown(`bearer ${tokenOf("eu")}`) },
    { from: "whoever names a charset", event: typed("application/json; charset=utf-8") },
    { from: "whoever says that nothing is encoded", event: urlEvent({ headers: { "content-encoding": "identity" }, body: firing }) },
    { from: "a gateway that encodes bodies", event: { ...urlEvent(), ...encoded(Buffer.from(JSON.stringify(firing))) } },
  ])("from $from", async ({ event }) => {
    expect(await statusOf(event)).toBe(202);
    const detail = { clusters: ["eu"], cause: "push", at: "2026-01-01T00:01:00.000Z" };
    expect(receiver.events).toEqual([{ detailType: "Reconcile Requested", detail }]);
  });
});

describe("a push is refused, and nobody asked for,", () => {
  test.each([
    { that: "goes nowhere", event: urlEvent({ path: "/" }), status: 404 },
    { that: "goes to no cluster", event: urlEvent({ path: "/clusters/../webhook" }), status: 404 },
    { that: "is no POST", event: urlEvent({ method: "GET" }), status: 405 },
    { that: "shows no token", event: urlEvent({ token: undefined, body: firing }), status: 401 },
    { that: "shows another cluster's token", event: urlEvent({ token: tokenOf("us"), body: firing }), status: 401 },
    { that: "shows two tokens", event: urlEvent({ headers: { Authorization: `Bearer ${tokenOf("eu")}` }, body: firing }), status: 401 },
    {
      that: "shows its token as a password",
      event: urlEvent({ token: undefined, headers: { authorization: `Basic ${tokenOf("eu")}` } }),
      status: 401,
    },
    { that: "is over a megabyte", event: urlEvent({ body: sized(MEGABYTE + 1) }), status: 413 },
    { that: "is over a megabyte behind its encoding", event: { ...urlEvent(), ...encoded(Buffer.alloc(MEGABYTE + 3)) }, status: 413 },
    { that: "is over a megabyte in what is not ASCII", event: urlEvent({ body: "ü".repeat(MEGABYTE / 2 + 1) }), status: 413 },
    { that: "names too many alerts", event: urlEvent({ body: Array(5_000).fill({ labels: {} }) }), status: 413 },
    { that: "is a form", event: urlEvent({ headers: { "content-type": "application/x-www-form-urlencoded" } }), status: 415 },
    { that: "is of no type", event: urlEvent({ headers: { "content-type": "" } }), status: 415 },
    { that: "only begins like JSON", event: urlEvent({ headers: { "content-type": "application/json-seq" } }), status: 415 },
    { that: "is compressed", event: { ...urlEvent({ headers: { "content-encoding": "gzip" } }), ...encoded(gzipSync("[]")) }, status: 415 },
    { that: "is compressed and does not say so", event: { ...urlEvent(), ...encoded(gzipSync("[]")) }, status: 400 },
    { that: "is no text", event: { ...urlEvent(), ...encoded(Buffer.from([0x5b, 0xff, 0x5d])) }, status: 400 },
    {
      that: "is no text in a label",
      event: { ...urlEvent(), ...encoded(Buffer.concat([Buffer.from('[{"labels":{"a":"'), Buffer.from([0xff]), Buffer.from('"}}]')])) },
      status: 400,
    },
    { that: "is no JSON", event: urlEvent({ body: "firing!" }), status: 400 },
    { that: "is a group where Prometheus pushes", event: urlEvent({ body: aGroup([inGroup("A")]) }), status: 400 },
    { that: "is a list where an Alertmanager pushes", event: urlEvent({ path: "/clusters/eu/webhook", body: firing }), status: 400 },
  ])("that $that: $status", async ({ event, status }) => {
    expect(await statusOf(event)).toBe(status);
    expect(receiver.events).toEqual([]);
    expect(receiver.reported).toEqual([]);
    expect(receiver.memory.size()).toBe(0);
  });

  test("of exactly a megabyte is none of these", async () => {
    expect(await statusOf(urlEvent({ body: sized(MEGABYTE) }))).toBe(202);
  });
});

describe("who has no token learns nothing:", () => {
  test.each([
    { of: "a body that is too large", event: urlEvent({ token: "wrong", body: sized(MEGABYTE + 1) }) },
    { of: "a body that is malformed", event: urlEvent({ token: "wrong", body: "x" }) },
    { of: "a cluster that does not exist", event: urlEvent({ cluster: "nobody", token: "wrong" }) },
    { of: "whether it is ready", event: urlEvent({ method: "GET", path: "/clusters/eu/-/ready", token: "wrong" }) },
  ])("of $of it hears what it hears of everything", async ({ event }) => {
    expect(await receiver.push(event)).toEqual({
      statusCode: 401,
      headers: { "content-type": "text/plain", "cache-control": "no-store", "www-authenticate": "Bearer" },
      body: "unauthorized\n",
    });
  });
});

describe("a probe", () => {
  const probe = (path: string, token?: string) => urlEvent({ method: "GET", path: `/clusters/eu/-/${path}`, token });

  test("hears that the receiver is there, with or without a token", async () => {
    expect(await Promise.all([probe("healthy"), probe("healthy", tokenOf("eu"))].map(statusOf))).toEqual([200, 200]);
  });

  test("hears that a push would be let in, by the same token", async () => {
    expect(await Promise.all([probe("ready", tokenOf("eu")), probe("ready", tokenOf("us"))].map(statusOf))).toEqual([200, 401]);
  });

  test("hears when no token could be told from another", async () => {
    receiver.hideSecret(true);
    expect(await Promise.all([probe("healthy"), probe("ready", tokenOf("eu"))].map(statusOf))).toEqual([200, 503]);
  });
});

test("a push that names nothing new is accepted, and nobody asked for", async () => {
  const both = [aPosted("A"), aPosted("B")];
  const statuses = [];
  for (const body of [firing, firing, both, both, [aPosted("B")], []]) statuses.push(await statusOf(urlEvent({ body })));
  expect(statuses).toEqual([202, 202, 202, 202, 202, 202]);
  expect(requested(receiver)).toEqual([["eu"], ["eu"]]);
});

test("what the bus does not take is a 503, and still news when it is sent again", async () => {
  receiver.breakBus(BUS_IS_DOWN);
  expect(await statusOf(urlEvent({ body: firing }))).toBe(503);
  expect(receiver.reported).toEqual([{ what: "a push was not passed on", why: "the bus does not take it" }]);
  receiver.breakBus(undefined);
  expect(await statusOf(urlEvent({ body: firing }))).toBe(202);
  expect(requested(receiver)).toEqual([["eu"]]);
});

test("a bug is no 503", async () => {
  receiver.breakBus(new TypeError("a bug"));
  await expect(receiver.push(urlEvent({ body: firing }))).rejects.toThrow("a bug");
});

describe("a cluster that has news all the time", () => {
  test("is asked for sixty times, then once a second, and its pushes are accepted all the same", async () => {
    let nowMs = Date.parse("2026-01-01T00:01:00Z");
    receiver = aReceiver(() => nowMs);
    const statuses = new Set<number>();
    for (let index = 0; index < 200; index++) statuses.add(await statusOf(urlEvent({ body: [aPosted(`A${index}`)] })));
    expect([statuses, requested(receiver).length]).toEqual([new Set([202]), 60]);
    nowMs += 2_000;
    for (let index = 0; index < 200; index++) await statusOf(urlEvent({ body: [aPosted(`B${index}`)] }));
    expect(requested(receiver)).toHaveLength(62);
  });

  test("is asked for later about what was passed over", async () => {
    let nowMs = Date.parse("2026-01-01T00:01:00Z");
    receiver = aReceiver(() => nowMs);
    for (let index = 0; index < 61; index++) await statusOf(urlEvent({ body: [aPosted(`A${index}`)] }));
    expect(receiver.reported.at(-1)).toEqual({ PushesAnnounced: 0, PushesThrottled: 1 });
    nowMs += 60_000;
    await statusOf(urlEvent({ body: [aPosted("A60")] }));
    expect(requested(receiver)).toHaveLength(61);
  });

  test("takes nothing from another", async () => {
    for (let index = 0; index < 100; index++) await statusOf(urlEvent({ body: [aPosted(`A${index}`)] }));
    await statusOf(urlEvent({ cluster: "us", body: firing }));
    expect(requested(receiver).at(-1)).toEqual(["us"]);
  });
});

test("neither token nor secret nor anything that was sent is in an answer, an event or a report", async () => {
  const canary = "canary-in-the-request";
  const labels = { alertname: canary, [canary]: canary };
  for (const failure of [undefined, BUS_IS_DOWN]) {
    receiver.breakBus(failure);
    for (const token of [tokenOf("eu"), tokenOf("us"), canary])
      for (const body of [[{ labels }], canary, { [canary]: canary }])
        for (const path of ["/clusters/eu/api/v2/alerts", "/clusters/eu/webhook", `/clusters/${canary}/webhook`, `/${canary}`]) {
          const answer = await receiver.push(urlEvent({ path, token, body, headers: { [canary]: canary } }));
          expect(JSON.stringify(answer)).not.toMatch(canary);
        }
  }
  const told = JSON.stringify([receiver.events, receiver.reported]);
  expect(receiver.events.length).toBeGreaterThan(0);
  for (const secret of [canary, SECRET.current, tokenOf("eu"), tokenOf("us")]) expect(told).not.toContain(secret);
});
