import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { certificateCheck, credentialCheck } from "../../../functions/doctor/checks/certificate.ts";
import { expiryOf } from "../../../functions/io/auth/expiry.ts";
import { resolveHost } from "../../../functions/io/http/host-lookup.ts";
import { probe } from "../../../functions/io/http/probe.ts";
import { type HttpServer, serve } from "../../support/http-server.ts";
import { type SecureServer, serveSecurely } from "../../support/secure-server.ts";

const LOOPBACK = ["127.0.0.1"];
const requests: unknown[] = [];
let secure: SecureServer;
let other: SecureServer;
let plain: HttpServer;
beforeAll(async () => {
  secure = await serveSecurely((request) => requests.push(request.url));
  other = await serveSecurely(() => {});
  plain = await serve((request) => requests.push(request.url));
});
afterAll(() => Promise.all([secure.close(), other.close(), plain.close()]));

const port = () => new URL(secure.url).port;
/** What the doctor says of the certificate that the server shows. */
async function said(host: string, ca: string | undefined) {
  const { certificate } = await probe({ origin: `https://${host}:${port()}`, ca }, LOOPBACK);
  return certificateCheck(certificate!, host, ca !== undefined, Date.now());
}

describe("a handshake", () => {
  test("trusts who is signed for and called by his name", async () => {
    const { speaks } = await probe({ origin: secure.url, ca: secure.ca }, LOOPBACK);
    expect(speaks).toBe("TLSv1.3, http/1.1");
    expect((await said("127.0.0.1", secure.ca)).message).not.toMatch(/not include|not for|no public CA/);
  });

  test("tells a name that the certificate does not have", async () => {
    expect(await said("prometheus.example", secure.ca)).toMatchObject({
      was: "failed",
      message: expect.stringContaining("127.0.0.1, not for prometheus.example"),
    });
  });

  test("tells an authority that did not sign", async () => {
    expect(await said("127.0.0.1", other.ca)).toMatchObject({
      was: "failed",
      message: expect.stringContaining("the given `ca` does not include"),
    });
    expect(await said("127.0.0.1", undefined)).toMatchObject({ was: "failed", message: expect.stringContaining("no public CA") });
  });

  test("knows who speaks plainly", async () => {
    expect(await probe({ origin: plain.url }, LOOPBACK)).toEqual({ speaks: "plain HTTP" });
    await expect(probe({ origin: plain.url.replace("http:", "https:") }, LOOPBACK)).rejects.toMatchObject({ code: "tls" });
  });

  test("goes on to the next address where one takes no connection", async () => {
    await expect(probe({ origin: "http://127.0.0.1:1" }, LOOPBACK)).rejects.toMatchObject({ code: "connection-refused" });
    expect(await probe({ origin: plain.url }, ["127.0.0.2", "127.0.0.1"])).toEqual({ speaks: "plain HTTP" });
  });

  test("asks nobody for anything", () => {
    expect(requests).toEqual([]);
  });
});

describe("the addresses of a host", () => {
  test("are found", async () => {
    expect(await resolveHost("127.0.0.1")).toEqual(["127.0.0.1"]);
  });

  test("are none where nobody knows it", async () => {
    await expect(resolveHost("kubernetes.invalid")).rejects.toMatchObject({ code: "name-unknown" });
  });

  test("are refused where one hands out credentials", async () => {
    await expect(resolveHost("169.254.169.254")).rejects.toMatchObject({ code: "address-refused" });
  });
});

describe("a login that says until when it is good", () => {
  const token = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.c2lnbmF0dXJl`;

  test.each([
    ["a token that is over", token(1_000), 1_000_000],
    ["a token of another make", "abc", undefined],
    ["a token that holds something else", "a.b.c", undefined],
    ["no token", undefined, undefined],
  ])("%s", (_, token: string | undefined, endsMs) => {
    expect(expiryOf({ token })).toBe(endsMs);
  });

  test("fails when that is over", () => {
    expect(credentialCheck("a token", 1_000, 1_001)).toMatchObject({ was: "failed" });
    expect(credentialCheck("a token", 1_001, 1_000)).toMatchObject({ was: "ok" });
  });
});
