import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type HttpServer, serve } from "../../support/http-server.ts";
import { serveSecurely } from "../../support/secure-server.ts";

// What this process is given decides whom it speaks for: each test is a process that has just started.
let home: string;
let agent: HttpServer;
let asked = 0;
let expiration: Date;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "home-"));
  agent = await serve((_, response) => {
    asked += 1;
    const keys = { AccessKeyId: `ASIA${asked}`, SecretAccessKey: "canary-secret", Token: "canary-session" };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ...keys, Expiration: expiration.toISOString() }));
  });
});
beforeEach(() => {
  vi.resetModules();
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", home);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  asked = 0;
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await agent.close();
  await rm(home, { recursive: true });
});

const soon = (minutes: number) => new Date(Math.floor(Date.now() / 1_000) * 1_000 + minutes * 60_000);

async function start() {
  const { ownCredentials } = await import("../../../functions/io/aws/client.ts");
  const { eksLogin } = await import("../../../functions/io/auth/eks-token.ts");
  const { webIdentityToken } = await import("../../../functions/io/auth/web-identity.ts");
  return { ownCredentials, eksLogin, webIdentityToken };
}

test("a function speaks with the keys of its environment", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAENV");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", "session");
  const { ownCredentials } = await start();
  expect(await ownCredentials()).toMatchObject({ accessKeyId: "AKIAENV", secretAccessKey: "secret", sessionToken: "session" });
});

test("credentials that expire are asked for once by all, and bound the tokens that they sign", async () => {
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.url);
  expiration = soon(10);
  const { eksLogin } = await start();
  const clusters = Array.from({ length: 100 }, (_, index) => `cluster-${index}`);
  const logins = await Promise.all(
    clusters.map((name) =>
      eksLogin({ name, region: "eu-central-1", server: "https://ABC.gr7.eu-central-1.eks.amazonaws.com", ca: "pem", nowMs: Date.now() }),
    ),
  );
  expect(asked).toBe(1);
  for (const { expiresAtMs } of logins) expect(expiresAtMs).toBeLessThanOrEqual(expiration.getTime() - 60_000);
});

test("credentials that have expired are asked for again", async () => {
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", agent.url);
  expiration = soon(-1);
  const { ownCredentials } = await start();
  expect(await ownCredentials()).toMatchObject({ accessKeyId: "ASIA1" });
  expiration = soon(60);
  expect(await ownCredentials()).toMatchObject({ accessKeyId: "ASIA2", expiration });
});

test.each([
  { what: "nothing", environment: {} },
  { what: "a profile that nobody has written", environment: { AWS_PROFILE: "canary" } },
])("a process that is given $what has no credentials to read", async ({ environment }) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { ownCredentials } = await start();
  const error: unknown = await ownCredentials().catch((error: unknown) => error);
  expect(error).toMatchObject({ name: "UpstreamError", code: "no-aws-credentials" });
  expect(String(error)).toContain("this process's own AWS credentials: no AWS credentials");
});

test("and is told so by the agent that refuses it, without a word of the answer", async () => {
  const refusing = await serve((_, response) => response.writeHead(403).end("canary"));
  vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", refusing.url);
  const { ownCredentials } = await start();
  const error: unknown = await ownCredentials().catch((error: unknown) => error);
  await refusing.close();
  expect(error).toMatchObject({ name: "UpstreamError" });
  expect(String(error)).not.toContain("canary");
});

const keys = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "canary" };

test.each([
  { what: "no region", environment: {}, code: "secret-unreadable", says: "set AWS_REGION" },
  {
    what: "an AWS that is not there",
    environment: { AWS_REGION: "eu-central-1", AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
    code: "connection-refused",
    says: "ECONNREFUSED",
  },
  {
    what: "an AWS whose certificate nobody trusts",
    environment: { AWS_REGION: "eu-central-1", AWS_ENDPOINT_URL: "SECURE" },
    code: "tls",
    says: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  },
])("a process that is given $what says so", async ({ environment, code, says }) => {
  const untrusted = await serveSecurely((_, response) => response.end());
  for (const [name, value] of Object.entries({ ...keys, ...environment })) vi.stubEnv(name, value === "SECURE" ? untrusted.url : value);
  const { webIdentityToken } = await start();
  const error: unknown = await webIdentityToken({ audience: "one", nowMs: Date.now() }).catch((error: unknown) => error);
  await untrusted.close();
  expect(error).toMatchObject({ name: "UpstreamError", code });
  expect(String(error)).toContain(says);
});
