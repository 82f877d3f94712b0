// Holds the cache of logins to when it reads again, and to what two logins share.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { openLogins } from "../../functions/io/auth/logins.ts";
import type { Endpoint } from "../../functions/io/http/connections.ts";
import { clockAt } from "../support/clock.ts";
import { type SecretStore, startSecretStore } from "../support/secret-store.ts";

// No read waits for its turn: how many there are a second is held in test/io/aws/together.test.ts.
vi.mock("node:timers/promises", () => ({ setTimeout: async () => undefined }));

const SECONDS = 1_000;
const MINUTES = 60 * SECONDS;
const HOURS = 60 * MINUTES;

let store: SecretStore;
let folder: string;
let clock: number;
let luck: number;
beforeAll(async () => {
  store = await startSecretStore();
  folder = await mkdtemp(join(tmpdir(), "kept-logins-"));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  [clock, luck] = [Date.UTC(2026, 0, 1), 0];
  store.failWith();
  store.calls.length = 0;
  store.parameters.clear();
  store.parameters.set("/token", "one").set("/ca", "pem");
  await writeFile(join(folder, "token"), "one");
});

const keyOf = ({ connectionKey }: Endpoint) => connectionKey;
const settings = { clock: clockAt(() => clock), random: () => luck };
const storedToken = { ssm: "/token" };
const server = "https://api.example:6443";
const url = "https://thanos.example";

/** The logins of a fleet of one cluster, and a function that reads their current endpoints. */
function aFleet(kubernetes: object, alerts?: readonly object[]) {
  const [entry] = parseFleet({ clusters: [{ name: "prod", kubernetes, ...(alerts && { alerts }) }] }).clusters;
  const logins = openLogins(settings);
  return {
    cluster: async () => logins.ofCluster(entry!, folder).endpoint(),
    source: async (index = 0) => {
      const source = entry!.alerts[index]!;
      if ("service" in source) throw new Error("the source has no URL");
      return logins.ofSource(source, folder).endpoint();
    },
  };
}

const byStoredToken = { server, auth: { token: storedToken } };
const byFile = { server, auth: { token: { file: "token" } } };

describe("a login whose secret is in AWS", () => {
  test("is read once in four hours", async () => {
    const fleet = aFleet(byStoredToken);
    const first = await fleet.cluster();
    for (const pause of [0, 1 * MINUTES, 238 * MINUTES, 59 * SECONDS]) {
      clock += pause;
      expect(await fleet.cluster()).toBe(first);
    }
    expect(store.calls).toEqual(["GetParameter /token"]);
    clock += 1 * SECONDS;
    expect(await fleet.cluster()).toEqual(first);
    expect(store.calls).toHaveLength(2);
  });

  test("is another object after it has changed", async () => {
    const fleet = aFleet(byStoredToken);
    const first = await fleet.cluster();
    store.parameters.set("/token", "two");
    expect(await fleet.cluster()).toBe(first);
    clock += 4 * HOURS;
    expect((await fleet.cluster()).headers.authorization).toBe("Bearer two");
  });

  const JWT = (lifeMs: number) => {
    const payload = JSON.stringify({ exp: (clock + lifeMs) / SECONDS });
    return `e30.${Buffer.from(payload).toString("base64url")}.signature`;
  };
  test.each([
    { text: "a token that is good for an hour", life: 1 * HOURS, after: 58 * MINUTES },
    { text: "a token that is good for a year", life: 365 * 24 * HOURS, after: 4 * HOURS },
    { text: "a token that is nearly over", life: 3 * MINUTES, after: 5 * MINUTES },
    { text: "a token that is over", life: -1 * HOURS, after: 5 * MINUTES },
  ])("is read again after $after ms where it is $text", async ({ life, after }) => {
    store.parameters.set("/token", JWT(life));
    const fleet = aFleet(byStoredToken);
    const first = await fleet.cluster();
    store.parameters.set("/token", "two");
    clock += after - 1;
    expect(await fleet.cluster()).toBe(first);
    clock += 1;
    expect((await fleet.cluster()).token).toBe("two");
  });

  test.each([
    { luck: 0, after: 240 * MINUTES },
    { luck: 0.5, after: 239.5 * MINUTES },
    { luck: 1, after: 239 * MINUTES },
  ])("is read again up to a minute earlier than others: after $after ms", async ({ luck: drawn, after }) => {
    luck = drawn;
    const fleet = aFleet(byStoredToken);
    await fleet.cluster();
    clock += after - 1;
    await fleet.cluster();
    expect(store.calls).toHaveLength(1);
    clock += 1;
    await fleet.cluster();
    expect(store.calls).toHaveLength(2);
  });

  test("is read once for concurrent requests", async () => {
    const fleet = aFleet(byStoredToken);
    const endpoints = await Promise.all(Array.from({ length: 20 }, fleet.cluster));
    expect(new Set(endpoints).size).toBe(1);
    expect(store.calls).toHaveLength(1);
  });

  test("is cached as one where only a part of it is in AWS", async () => {
    const mixed = aFleet({ server, ca: { ssm: "/ca" }, auth: { token: { file: "token" } } });
    await mixed.cluster();
    clock += 4 * MINUTES;
    await mixed.cluster();
    expect(store.calls).toEqual(["GetParameter /ca"]);
  });

  test("is not read again for the same entry of a reloaded fleet", async () => {
    const logins = openLogins(settings);
    const document = { clusters: [{ name: "prod", kubernetes: byStoredToken }] };
    for (const { clusters } of [parseFleet(document), parseFleet(document)]) await logins.ofCluster(clusters[0]!, folder).endpoint();
    expect(store.calls).toHaveLength(1);
  });

  test.each([
    { what: "name", other: { name: "stage" } },
    { what: "server", other: { kubernetes: { ...byStoredToken, server: "https://other.example" } } },
    { what: "CA", other: { kubernetes: { ...byStoredToken, ca: { file: "token" } } } },
  ])("is another one for a cluster of another $what", async ({ other }) => {
    const logins = openLogins(settings);
    const entry = { name: "prod", kubernetes: byStoredToken };
    for (const each of [entry, { ...entry, ...other }])
      await logins.ofCluster(parseFleet({ clusters: [each] }).clusters[0]!, folder).endpoint();
    expect(store.calls).toHaveLength(2);
  });

  test("is read again by the next request after a failure", async () => {
    const fleet = aFleet(byStoredToken);
    store.failWith("AccessDeniedException");
    await expect(fleet.cluster()).rejects.toMatchObject({ code: "secret-unreadable" });
    store.failWith();
    expect((await fleet.cluster()).headers.authorization).toBe("Bearer one");
  });
});

describe("a login whose secret is on this machine", () => {
  test("is read again after half a minute", async () => {
    const fleet = aFleet(byFile);
    const first = await fleet.cluster();
    await writeFile(join(folder, "token"), "two");
    clock += 30 * SECONDS - 1;
    expect(await fleet.cluster()).toBe(first);
    clock += 1;
    expect((await fleet.cluster()).headers.authorization).toBe("Bearer two");
  });

  test("keeps its connections where nothing has changed", async () => {
    const fleet = aFleet(byFile);
    const first = await fleet.cluster();
    clock += 30 * SECONDS;
    expect(keyOf(await fleet.cluster())).toBe(keyOf(first));
  });
});

describe("sources of alerts", () => {
  const auth = { bearer: storedToken };

  test("that differ in their labels only have one login", async () => {
    const fleet = aFleet({ server }, [
      { url, auth, labels: { cluster: "a" } },
      { url, auth, labels: { cluster: "b" } },
    ]);
    expect(await fleet.source(0)).toBe(await fleet.source(1));
    expect(store.calls).toHaveLength(1);
  });

  const ca = { ssm: "/ca" };
  test.each([
    { what: "path", other: { url: `${url}/tenant`, auth } },
    { what: "login", other: { url, auth: { basic: { username: "u", password: storedToken } } } },
    { what: "header", other: { url, auth, headers: { "X-Scope-OrgID": "a" } } },
    { what: "CA", other: { url, auth, ca } },
    { what: "client certificate", other: { url, auth: { certificate: ca, key: ca } } },
    { what: "signature", other: { url, auth: { sigv4: { region: "eu-central-1" } } } },
  ])("that differ in their $what do not", async ({ what, other }) => {
    const fleet = aFleet({ server }, [{ url, auth }, other]);
    const [one, two] = [await fleet.source(0), await fleet.source(1)];
    expect(one).not.toBe(two);
    if (what !== "path") expect(keyOf(one)).not.toBe(keyOf(two));
  });

  const role = (name: string) => ({ sigv4: { region: "eu-central-1", roleArn: `arn:aws:iam::123456789012:role/${name}` } });
  test.each([
    { what: "role", one: role("a"), two: role("b") },
    { what: "region", one: { sigv4: { region: "eu-central-1" } }, two: { sigv4: { region: "us-east-1" } } },
    { what: "service", one: { sigv4: { region: "eu-central-1" } }, two: { sigv4: { region: "eu-central-1", service: "es" } } },
  ])("that are signed by another $what share no connection", async ({ one, two }) => {
    const fleet = aFleet({ server }, [
      { url, auth: one },
      { url, auth: two },
    ]);
    expect(keyOf(await fleet.source(0))).not.toBe(keyOf(await fleet.source(1)));
  });
});

test("two entries with equal logins share connections, and no key of a login contains a secret", async () => {
  const [one, two] = [await aFleet(byStoredToken).cluster(), await aFleet(byFile).cluster()];
  expect(one).not.toBe(two);
  expect(keyOf(one)).toBe(keyOf(two));
  store.parameters.set("/token", "canary");
  expect(keyOf(await aFleet(byStoredToken).cluster())).not.toContain("canary");
});
