// Holds fleets of a hostile author to sending nothing to places that the operator never named.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alertstatus } from "./alertstatus.ts";
import { basic, bearer, readFrom, reconcile, SECRET, secretHeader, setTrap, type Trap, writeTo } from "./hostile.ts";

let trap: Trap;
beforeEach(async () => {
  trap = await setTrap();
});
afterEach(() => trap.close());

test("an allowed request reaches the sink, by name and by address", async () => {
  await reconcile(trap, readFrom(`http://sink.example:${trap.sink.port}`));
  await reconcile(trap, readFrom(`http://127.0.0.1:${trap.sink.port}`, { auth: bearer }));
  await reconcile(trap, writeTo(`http://localhost:${trap.sink.port}`));
  expect(trap.sink.received()).toContain("GET /api/v1/alerts");
  expect(trap.sink.received()).toContain("authorization: Bearer s3cret");
  expect(trap.sink.received()).toContain("GET /apis/telemetry.kyma-project.io/v1beta1/tracepipelines?limit=500");
});

describe("the parser refuses", () => {
  test.each([
    { what: "a bearer token to a name over plain http", entry: (at: string) => readFrom(`http://sink.example:${at}`, { auth: bearer }) },
    { what: "a password to a name over plain http", entry: (at: string) => readFrom(`http://sink.example:${at}`, { auth: basic }) },
    {
      what: "a secret header to a name over plain http",
      entry: (at: string) => readFrom(`http://sink.example:${at}`, { headers: secretHeader("X-Api-Key") }),
    },
    {
      what: "a secret header of a harmless name over plain http",
      entry: (at: string) => readFrom(`http://sink.example:${at}`, { headers: secretHeader("X-Scope") }),
    },
    {
      what: "a bearer token to another spelling of this machine",
      entry: (at: string) => readFrom(`http://[::ffff:127.0.0.1]:${at}`, { auth: bearer }),
    },
    { what: "a name that only begins like loopback", entry: (at: string) => readFrom(`http://127.0.0.1.example:${at}`, { auth: bearer }) },
    { what: "a name that only ends like loopback", entry: (at: string) => readFrom(`http://x.localhost:${at}`, { auth: bearer }) },
    { what: "a token to an API server over plain http", entry: (at: string) => writeTo(`http://sink.example:${at}`) },
    { what: "an API server over plain http", entry: (at: string) => ({ kubernetes: { server: `http://sink.example:${at}` } }) },
    { what: "a login in the URL", entry: (at: string) => readFrom(`http://u:p@127.0.0.1:${at}`) },
    { what: "a login in the API server's URL", entry: (at: string) => writeTo(`http://u@127.0.0.1:${at}`) },
    { what: "a query", entry: (at: string) => readFrom(`http://127.0.0.1:${at}/?x=`) },
    { what: "this host", entry: (at: string) => readFrom(`http://0.0.0.0:${at}`) },
    { what: "this host as a number", entry: (at: string) => readFrom(`http://0:${at}`) },
    { what: "this host over IPv6", entry: (at: string) => readFrom(`http://[::]:${at}`) },
    {
      what: "a header that splits the request",
      entry: (at: string) => readFrom(`http://127.0.0.1:${at}`, { headers: { "X-A": "a\r\nX-B: b" } }),
    },
    { what: "another host's header", entry: (at: string) => readFrom(`http://127.0.0.1:${at}`, { headers: { Host: "other.example" } }) },
  ])("$what", async ({ entry }) => {
    expect(await reconcile(trap, entry(String(trap.sink.port)))).toMatchObject({ was: "misconfigured" });
    expect(trap.sink.connections()).toBe(0);
  });

  test.each([
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.254.43518",
    "169.254.169.254.",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::a9fe:a9fe]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "100.100.100.200",
    "metadata.google.internal",
    "METADATA.GOOGLE.INTERNAL.",
  ])("the metadata address %s, for alerts and for the API server", async (host) => {
    expect(await reconcile(trap, readFrom(`http://${host}:${trap.sink.port}`))).toMatchObject({ was: "misconfigured" });
    expect(await reconcile(trap, writeTo(`https://${host}:${trap.sink.port}`))).toMatchObject({ was: "misconfigured" });
    expect(trap.sink.connections()).toBe(0);
  });
});

describe("alertstatus reconcile", () => {
  test.each([
    { what: "plain http with a token", entry: (port: number) => readFrom(`http://[::ffff:127.0.0.1]:${port}`, { auth: bearer }) },
    { what: "a login in the URL", entry: (port: number) => readFrom(`http://u:s3cret@127.0.0.1:${port}`) },
    { what: "one wrong entry beside a right one", entry: (port: number) => readFrom(`http://0.0.0.0:${port}`) },
  ])("refuses the whole fleet for $what", async ({ entry }) => {
    const right = { name: "right", ...writeTo(`http://127.0.0.1:${trap.sink.port}`) };
    const file = join(trap.folder, "fleet.json");
    await writeFile(file, JSON.stringify({ clusters: [{ name: "hostile", ...entry(trap.sink.port) }, right] }));
    const { code, stdout, stderr } = await alertstatus(["reconcile", "--fleet", file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("clusters[0].alerts.url `hostile`: ");
    expect(stderr).not.toContain(SECRET);
    expect(trap.sink.connections()).toBe(0);
  });
});
