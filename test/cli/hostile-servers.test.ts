// Holds connections to addresses that hostile names, redirects and proxies must not reach.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type HttpServer, serve } from "../support/http-server.ts";
import { bearer, everyNameTo, readFrom, reconcile, SECRET, setTrap, type Trap, writeTo } from "./hostile.ts";

let trap: Trap;
beforeEach(async () => {
  trap = await setTrap();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await trap.close();
});

describe("name resolution refuses", () => {
  test.each([
    { addresses: ["169.254.169.254"] },
    { addresses: ["::ffff:169.254.169.254"] },
    { addresses: ["fe80::1%lo"] },
    { addresses: ["fd00:ec2::254"] },
    { addresses: ["0.0.0.0"] },
    { addresses: ["::"] },
    { addresses: ["127.0.0.1", "169.254.169.254"] },
    { addresses: ["169.254.169.254", "127.0.0.1"] },
  ])("a name for $addresses", async ({ addresses }) => {
    const settings = { resolve: everyNameTo(...addresses) };
    expect(await reconcile(trap, readFrom(`http://sink.example:${trap.sink.port}`), settings)).toMatchObject({
      alerts: { code: "address-refused" },
    });
    expect(await reconcile(trap, writeTo(`https://sink.example:${trap.sink.port}`), settings)).toMatchObject({ code: "address-refused" });
    expect(trap.sink.connections()).toBe(0);
  });
});

describe("the runtime API of the function is never contacted", () => {
  test.each(["127.0.0.1", "localhost", "LOCALHOST", "127.1", "2130706433", "[::ffff:127.0.0.1]", "runtime.example"])(
    "as %s",
    async (host) => {
      const settings = { runtimeApi: `127.0.0.1:${trap.sink.port}` };
      expect(await reconcile(trap, readFrom(`http://${host}:${trap.sink.port}`), settings)).toMatchObject({
        alerts: { code: "address-refused" },
      });
      expect(trap.sink.connections()).toBe(0);
    },
  );

  test("as an API server", async () => {
    const settings = { runtimeApi: `127.0.0.1:${trap.sink.port}` };
    expect(await reconcile(trap, writeTo(`http://localhost:${trap.sink.port}`), settings)).toMatchObject({ code: "address-refused" });
    expect(trap.sink.connections()).toBe(0);
  });
});

describe("a redirect is not followed", () => {
  let redirecting: HttpServer;
  let status = 302;
  beforeAll(async () => {
    redirecting = await serve((_, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${trap.sink.port}/`, connection: "close" }).end(),
    );
  });
  afterAll(() => redirecting.close());

  test.each([301, 302, 303, 307, 308])("%d", async (redirect) => {
    status = redirect;
    expect(await reconcile(trap, readFrom(redirecting.url, { auth: bearer }))).toMatchObject({ alerts: { code: "redirected" } });
    expect(await reconcile(trap, writeTo(redirecting.url))).toMatchObject({ was: "unreachable", code: "redirected" });
    expect(trap.sink.connections()).toBe(0);
  });
});

describe("a kubeconfig does not circumvent the checks", () => {
  test.each([
    { what: "no verification of the certificate", cluster: { server: "https://127.0.0.1:PORT", "insecure-skip-tls-verify": true } },
    { what: "an API server over plain http", cluster: { server: "http://sink.example:PORT" } },
    { what: "a login in the URL", cluster: { server: "https://u:p@127.0.0.1:PORT" } },
    { what: "a query", cluster: { server: "https://127.0.0.1:PORT/?x=" } },
    { what: "a metadata address", cluster: { server: "https://169.254.169.254:PORT" } },
    { what: "this host", cluster: { server: "https://0.0.0.0:PORT" } },
    { what: "a proxy that is none", cluster: { server: "https://api.example", "proxy-url": "file:///etc/passwd" } },
    {
      what: "an address that hands out credentials, behind a proxy",
      cluster: { server: "https://169.254.169.254", "proxy-url": "http://127.0.0.1:PORT" },
    },
    { what: "another protocol", cluster: { server: "ftp://127.0.0.1:PORT" } },
    { what: "no API server", cluster: {} },
  ])("with $what", async ({ cluster }) => {
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "prod",
      contexts: [{ name: "prod", context: { cluster: "prod", user: "prod" } }],
      clusters: [{ name: "prod", cluster }],
      users: [{ name: "prod", user: { token: SECRET } }],
    };
    await writeFile(join(trap.folder, "kubeconfig"), JSON.stringify(config).replaceAll("PORT", String(trap.sink.port)));
    const outcome = await reconcile(trap, { kubernetes: { kubeconfig: { file: "kubeconfig" } } });
    expect(outcome).toMatchObject({ was: "misconfigured", code: "kubeconfig-unusable" });
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
    expect(trap.sink.connections()).toBe(0);
  });

  test("and its proxy sees no login", async () => {
    const { port } = trap.sink;
    const config = {
      "current-context": "prod",
      contexts: [{ name: "prod", context: { cluster: "prod", user: "prod" } }],
      clusters: [{ name: "prod", cluster: { server: "https://api.example", "proxy-url": `http://u:canary@127.0.0.1:${port}` } }],
      users: [{ name: "prod", user: { token: SECRET } }],
    };
    await writeFile(join(trap.folder, "kubeconfig"), JSON.stringify(config));
    const outcome = await reconcile(trap, { kubernetes: { kubeconfig: { file: "kubeconfig" } } });
    expect(outcome).toMatchObject({
      was: "unreachable",
      code: "proxy-failed",
      message: "the proxy 127.0.0.1: it answers 418 to CONNECT api.example:443",
    });
    expect(JSON.stringify(outcome)).not.toContain("canary");
    expect(trap.sink.received()).toContain("CONNECT api.example:443 HTTP/1.1");
    expect(trap.sink.received()).not.toContain(SECRET);
  });

  test("and a proxy at a metadata address is never contacted", async () => {
    const cluster = { server: "https://api.example", "proxy-url": "http://169.254.169.254:3128" };
    const config = {
      "current-context": "prod",
      contexts: [{ name: "prod", context: { cluster: "prod", user: "prod" } }],
      clusters: [{ name: "prod", cluster }],
      users: [{ name: "prod", user: { token: SECRET } }],
    };
    await writeFile(join(trap.folder, "kubeconfig"), JSON.stringify(config));
    const outcome = await reconcile(trap, { kubernetes: { kubeconfig: { file: "kubeconfig" } } });
    expect(outcome).toMatchObject({ was: "unreachable", code: "address-refused" });
  });
});

test("a proxy in the environment is not used", async () => {
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"])
    vi.stubEnv(name, `http://127.0.0.1:${trap.sink.port}`);
  vi.stubEnv("NO_PROXY", "");
  await reconcile(trap, readFrom("http://sink.example:1"));
  await reconcile(trap, writeTo("https://sink.example:1"));
  expect(trap.sink.connections()).toBe(0);
});
