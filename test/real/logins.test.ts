// Tries every login of a fleet file on a real API server.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { clock } from "../../functions/clock.ts";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { openLogins } from "../../functions/io/auth/logins.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { kinds } from "../support/builders.ts";
import { type SecretStore, startSecretStore } from "../support/secret-store.ts";

const { server, ca, token, certificate, key } = inject("kubernetes")!;
const connections = openConnections();
let tunnels = 0;
const proxy = createServer().on("connect", ({ url }, socket) => {
  tunnels++;
  const through = connect(Number(new URL(`http://${url}`).port), "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    through.pipe(socket).pipe(through);
  });
  for (const end of [socket, through]) end.on("error", () => end.destroy());
});
let folder: string;
let store: SecretStore;

beforeAll(async () => {
  store = await startSecretStore();
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  store.parameters.set("/token", token).set("/ca", ca).set("/kubeconfig", JSON.stringify(kubeconfig()));
  store.parameters.set("/whole", JSON.stringify({ server, token, ca }));
  store.secrets.set("client", JSON.stringify({ certificate, key, kubeconfig: JSON.stringify(kubeconfig()) }));
  folder = await mkdtemp(join(tmpdir(), "logins-"));
  const files = {
    "ca.pem": ca,
    token: `${token}\n`,
    "client.pem": certificate,
    "client-key.pem": key,
    kubeconfig: JSON.stringify(kubeconfig()),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  process.env.TEST_KUBERNETES_TOKEN = token;
});
afterAll(async () => {
  delete process.env.TEST_KUBERNETES_TOKEN;
  await connections.close();
  proxy.close();
  await store.close();
  await rm(folder, { recursive: true });
});

function proxyUrl(): string | undefined {
  const bound = proxy.address() as AddressInfo | null;
  return bound === null ? undefined : `http://127.0.0.1:${bound.port}`;
}

function kubeconfig(): object {
  const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token } };
  const users = {
    "by-token": { token },
    "by-certificate": { "client-certificate-data": btoa(certificate), "client-key-data": btoa(key) },
    "by-plugin": {
      exec: { apiVersion: credential.apiVersion, command: "echo", args: [JSON.stringify(credential)], interactiveMode: "Never" },
    },
  };
  return {
    clusters: [
      { name: "real", cluster: { server, "certificate-authority-data": btoa(ca) } },
      { name: "behind-proxy", cluster: { server, "certificate-authority-data": btoa(ca), "proxy-url": proxyUrl() } },
    ],
    users: Object.entries(users).map(([name, user]) => ({ name, user })),
    contexts: [
      ...Object.keys(users).map((name) => ({ name, context: { cluster: "real", user: name } })),
      { name: "by-proxy", context: { cluster: "behind-proxy", user: "by-token" } },
    ],
    "current-context": "by-token",
  };
}

const here = { server, ca: { file: "ca.pem" } };
const ways = [
  { way: "a token in a file", kubernetes: { ...here, auth: { token: { file: "token" } } } },
  { way: "a token in the environment", kubernetes: { ...here, auth: { token: { env: "TEST_KUBERNETES_TOKEN" } } } },
  { way: "a client certificate", kubernetes: { ...here, auth: { certificate: { file: "client.pem" }, key: { file: "client-key.pem" } } } },
  { way: "a kubeconfig's current context", kubernetes: { kubeconfig: { file: "kubeconfig" } } },
  { way: "a kubeconfig's client certificate", kubernetes: { kubeconfig: { file: "kubeconfig", context: "by-certificate" } } },
  { way: "a kubeconfig's exec plugin", kubernetes: { kubeconfig: { file: "kubeconfig", context: "by-plugin" } } },
  { way: "a token in the Parameter Store", kubernetes: { server, ca: { ssm: "/ca" }, auth: { token: { ssm: "/token" } } } },
  { way: "a token that brings its server and authority along", kubernetes: { server, auth: { token: { ssm: "/whole" } } } },
  {
    way: "a client certificate in one secret",
    kubernetes: { ...here, auth: { certificate: { secret: "client" }, key: { secret: "client" } } },
  },
  { way: "a kubeconfig in the Parameter Store", kubernetes: { kubeconfig: { ssm: "/kubeconfig" } } },
  {
    way: "another context of a kubeconfig in a secret",
    kubernetes: { kubeconfig: { secret: "client", key: "kubeconfig", context: "by-certificate" } },
  },
];

test.each(ways)("a real API server accepts $way", async ({ kubernetes }) => {
  const [entry] = parseFleet({ clusters: [{ name: "real", kubernetes }] }).clusters;
  const logins = openLogins({ clock, environment: process.env });
  const cluster = await connector({ connections, logins, folder })(entry!, Number.POSITIVE_INFINITY);
  await expect(cluster.list(kinds.TracePipeline)).resolves.toBeInstanceOf(Array);
});

test("a real API server is reached through the proxy of a kubeconfig", async () => {
  const kubernetes = { kubeconfig: { file: "kubeconfig", context: "by-proxy" } };
  const [entry] = parseFleet({ clusters: [{ name: "real", kubernetes }] }).clusters;
  const before = tunnels;
  const cluster = await connector({ connections, folder })(entry!, Number.POSITIVE_INFINITY);
  await Promise.all([kinds.TracePipeline, kinds.LogPipeline, kinds.MetricPipeline].map((of) => cluster.list(of)));
  expect(tunnels).toBeGreaterThan(before);
});

test("a process without a terminal runs no exec plugin", async () => {
  const kubernetes = { kubeconfig: { file: "kubeconfig", context: "by-plugin" } };
  const [entry] = parseFleet({ clusters: [{ name: "real", kubernetes }] }).clusters;
  const login = openLogins({ clock }).ofCluster(entry!, folder);
  await expect(login.endpoint()).rejects.toMatchObject({
    code: "kubeconfig-unusable",
    message: expect.stringContaining("in the terminal only"),
  });
});

test("a pass refuses a real API server with another CA", async () => {
  const [entry] = parseFleet({ clusters: [{ name: "real", kubernetes: { server, auth: { token: { file: "token" } } } }] }).clusters;
  const cluster = await connector({ connections, folder })(entry!, Number.POSITIVE_INFINITY);
  await expect(cluster.list(kinds.TracePipeline)).rejects.toMatchObject({ code: "tls" });
});
