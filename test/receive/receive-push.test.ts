// Holds the Function URL to its answers: what is accepted, what is refused, and what neither ever reveals.

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
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
const shown = (authorization: string) => urlEvent({ token: undefined, headers: { authorization }, body: firing });
const MEGABYTE = 1_048_576;
const sized = (bytes: number) => `[${" ".repeat(bytes - 2)}]`;

describe("a push is accepted, and requests a reconcile,", () => {
  const typed = (type: string) => urlEvent({ headers: { "content-type": type }, body: firing });

  test.each([
    { from: "Prometheus", event: urlEvent({ body: firing }) },
    { from: "an Alertmanager", event: urlEvent({ path: "/clusters/eu/webhook", body: aGroup([inGroup("A")]) }) },
    { from: "a sender that writes `bearer`", event: shown(`bearer ${tokenOf("eu")}`) },
    { from: "a ruler that shows its token as the password of its cluster", event: shown(basic("eu", tokenOf("eu"))) },
    { from: "a ruler that shows its token as a password without a user", event: shown(basic("", tokenOf("eu"))) },
    { from: "a sender that names a charset", event: typed("application/json; charset=utf-8") },
    { from: "a sender that names the identity encoding", event: urlEvent({ headers: { "content-encoding": "identity" }, body: firing }) },
    { from: "a gateway that encodes bodies", event: { ...urlEvent(), ...encoded(Buffer.from(JSON.stringify(firing))) } },
  ])("from $from", async ({ event }) => {
    expect(await statusOf(event)).toBe(202);
    const detail = { clusters: ["eu"], cause: "push", at: "2026-01-01T00:01:00.000Z" };
    expect(receiver.events).toEqual([{ detailType: "Reconcile Requested", detail }]);
  });
});

describe("a push is refused, and requests nothing,", () => {
  test.each([
    { it: "goes to no route", event: urlEvent({ path: "/" }), status: 404 },
    { it: "goes to no cluster", event: urlEvent({ path: "/clusters/../webhook" }), status: 404 },
    { it: "is not a POST", event: urlEvent({ method: "GET" }), status: 405 },
    { it: "shows no token", event: urlEvent({ token: undefined, body: firing }), status: 401 },
    { it: "shows another cluster's token", event: urlEvent({ token: tokenOf("us"), body: firing }), status: 401 },
    { it: "shows two tokens", event: urlEvent({ headers: { Authorization: `Bearer ${tokenOf("eu")}` }, body: firing }), status: 401 },
    { it: "shows its token unencoded in place of a password", event: shown(`Basic ${tokenOf("eu")}`), status: 401 },
    { it: "shows its token as another cluster's password", event: shown(basic("us", tokenOf("eu"))), status: 401 },
    { it: "shows another cluster's token as its password", event: shown(basic("eu", tokenOf("us"))), status: 401 },
    { it: "shows its token as a user", event: shown(basic(tokenOf("eu"), "")), status: 401 },
    { it: "shows more than its token as a password", event: shown(basic("eu", `${tokenOf("eu")}:`)), status: 401 },
    { it: "is over a megabyte", event: urlEvent({ body: sized(MEGABYTE + 1) }), status: 413 },
    { it: "is over a megabyte once decoded", event: { ...urlEvent(), ...encoded(Buffer.alloc(MEGABYTE + 3)) }, status: 413 },
    { it: "is over a megabyte in UTF-8", event: urlEvent({ body: "ü".repeat(MEGABYTE / 2 + 1) }), status: 413 },
    { it: "names too many alerts", event: urlEvent({ body: Array(5_000).fill({ labels: {} }) }), status: 413 },
    { it: "is a form", event: urlEvent({ headers: { "content-type": "application/x-www-form-urlencoded" } }), status: 415 },
    { it: "has no content type", event: urlEvent({ headers: { "content-type": "" } }), status: 415 },
    { it: "only begins like JSON", event: urlEvent({ headers: { "content-type": "application/json-seq" } }), status: 415 },
    { it: "is compressed", event: { ...urlEvent({ headers: { "content-encoding": "gzip" } }), ...encoded(gzipSync("[]")) }, status: 415 },
    { it: "is compressed without a content encoding", event: { ...urlEvent(), ...encoded(gzipSync("[]")) }, status: 400 },
    { it: "is not UTF-8", event: { ...urlEvent(), ...encoded(Buffer.from([0x5b, 0xff, 0x5d])) }, status: 400 },
    {
      it: "is not UTF-8 in a label",
      event: { ...urlEvent(), ...encoded(Buffer.concat([Buffer.from('[{"labels":{"a":"'), Buffer.from([0xff]), Buffer.from('"}}]')])) },
      status: 400,
    },
    { it: "is not JSON", event: urlEvent({ body: "firing!" }), status: 400 },
    { it: "is a group where Prometheus pushes", event: urlEvent({ body: aGroup([inGroup("A")]) }), status: 400 },
    { it: "is a list where an Alertmanager pushes", event: urlEvent({ path: "/clusters/eu/webhook", body: firing }), status: 400 },
  ])("where it $it: $status", async ({ event, status }) => {
    expect(await statusOf(event)).toBe(status);
    expect(receiver.events).toEqual([]);
    expect(receiver.reported).toEqual([]);
    expect(receiver.memory.size()).toBe(0);
  });

  test("but not where it is exactly a megabyte", async () => {
    expect(await statusOf(urlEvent({ body: sized(MEGABYTE) }))).toBe(202);
  });
});

describe("without a valid token, a sender gets the same 401", () => {
  test.each([
    { request: "for a body that is too large", event: urlEvent({ token: "wrong", body: sized(MEGABYTE + 1) }) },
    { request: "for a body that is malformed", event: urlEvent({ token: "wrong", body: "x" }) },
    { request: "for a cluster that does not exist", event: urlEvent({ cluster: "nowhere", token: "wrong" }) },
    { request: "for the readiness probe", event: urlEvent({ method: "GET", path: "/clusters/eu/-/ready", token: "wrong" }) },
  ])("$request", async ({ event }) => {
    expect(await receiver.push(event)).toEqual({
      statusCode: 401,
      headers: { "content-type": "text/plain", "cache-control": "no-store", "www-authenticate": "Bearer" },
      body: "unauthorized\n",
    });
  });
});

describe("a probe", () => {
  const probe = (path: string, token?: string) => urlEvent({ method: "GET", path: `/clusters/eu/-/${path}`, token });

  test("finds the receiver healthy with or without a token", async () => {
    expect(await Promise.all([probe("healthy"), probe("healthy", tokenOf("eu"))].map(statusOf))).toEqual([200, 200]);
  });

  test("finds the receiver ready with the token of its cluster only", async () => {
    expect(await Promise.all([probe("ready", tokenOf("eu")), probe("ready", tokenOf("us"))].map(statusOf))).toEqual([200, 401]);
  });

  test("finds the receiver healthy but not ready while its secret cannot be read", async () => {
    receiver.hideSecret(true);
    expect(await Promise.all([probe("healthy"), probe("ready", tokenOf("eu"))].map(statusOf))).toEqual([200, 503]);
  });
});

test("a push without news is accepted, and requests nothing", async () => {
  const both = [aPosted("A"), aPosted("B")];
  const statuses = [];
  for (const body of [firing, firing, both, both, [aPosted("B")], []]) statuses.push(await statusOf(urlEvent({ body })));
  expect(statuses).toEqual([202, 202, 202, 202, 202, 202]);
  expect(requested(receiver)).toEqual([["eu"], ["eu"]]);
});

test("a push that the bus refuses is answered with 503, and is still news when it is sent again", async () => {
  receiver.breakBus(BUS_IS_DOWN);
  expect(await statusOf(urlEvent({ body: firing }))).toBe(503);
  expect(receiver.reported).toEqual([{ what: "the bus did not take a push", why: "the bus does not take it" }]);
  receiver.breakBus(undefined);
  expect(await statusOf(urlEvent({ body: firing }))).toBe(202);
  expect(requested(receiver)).toEqual([["eu"]]);
});

test("a bug is not answered with 503", async () => {
  receiver.breakBus(new TypeError("a bug"));
  await expect(receiver.push(urlEvent({ body: firing }))).rejects.toThrow("a bug");
});

describe("a cluster with news in every push", () => {
  test("is reconciled sixty times, then once a second, while all its pushes are accepted", async () => {
    let nowMs = Date.parse("2026-01-01T00:01:00Z");
    receiver = aReceiver(() => nowMs);
    const statuses = new Set<number>();
    for (let index = 0; index < 200; index++) statuses.add(await statusOf(urlEvent({ body: [aPosted(`A${index}`)] })));
    expect([statuses, requested(receiver).length]).toEqual([new Set([202]), 60]);
    nowMs += 2_000;
    for (let index = 0; index < 200; index++) await statusOf(urlEvent({ body: [aPosted(`B${index}`)] }));
    expect(requested(receiver)).toHaveLength(62);
  });

  test("is reconciled later for the news that was throttled", async () => {
    let nowMs = Date.parse("2026-01-01T00:01:00Z");
    receiver = aReceiver(() => nowMs);
    for (let index = 0; index < 61; index++) await statusOf(urlEvent({ body: [aPosted(`A${index}`)] }));
    expect(receiver.reported.at(-1)).toEqual({ PushesAnnounced: 0, PushesThrottled: 1 });
    nowMs += 60_000;
    await statusOf(urlEvent({ body: [aPosted("A60")] }));
    expect(requested(receiver)).toHaveLength(61);
  });

  test("does not throttle another cluster", async () => {
    for (let index = 0; index < 100; index++) await statusOf(urlEvent({ body: [aPosted(`A${index}`)] }));
    await statusOf(urlEvent({ cluster: "us", body: firing }));
    expect(requested(receiver).at(-1)).toEqual(["us"]);
  });
});

test("no answer, event or report repeats the token, the secret or the request", async () => {
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
  const published = JSON.stringify([receiver.events, receiver.reported]);
  expect(receiver.events.length).toBeGreaterThan(0);
  for (const secret of [canary, SECRET.current, tokenOf("eu"), tokenOf("us")]) expect(published).not.toContain(secret);
});
