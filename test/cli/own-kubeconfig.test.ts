// Tries the commands that act under the user's own kubeconfig, and what a terminal says of kubeconfigs and proxies.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type HttpServer, serve } from "../support/http-server.ts";
import { alertstatus } from "./alertstatus.ts";

type Asked = { readonly method: string; readonly path: string; readonly body: string };

let folder: string;
let server: HttpServer;
let asked: Asked[];
/** What is served beside what is written: a path below the cluster, and the body. */
let served: Readonly<Record<string, object>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-own-"));
  server = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url = "" } = request;
    const [path = ""] = url.split("?");
    const body = Buffer.concat(chunks).toString();
    asked.push({ method, path, body });
    const answer = method === "PATCH" ? JSON.parse(body) : served[path.replace(/^\/k8s\/clusters\/[^/]+/, "")];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { kind: "Status", code: 404, message: "there is none" }));
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  asked = [];
  served = {};
});

async function write(name: string, document: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(document));
  return file;
}

/** A kubeconfig with these clusters, each with a context of its name; the first is current. */
function kubeconfig(clusters: Readonly<Record<string, string>>, user: object = { token: "canary-token" }): object {
  const names = Object.keys(clusters);
  return {
    "current-context": names[0],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: "u" } })),
    clusters: names.map((name) => ({ name, cluster: { server: clusters[name] } })),
    users: [{ name: "u", user }],
  };
}

const at = (name: string) => `${server.url}/k8s/clusters/${name}`;
const service = { namespace: "monitoring", name: "prometheus", port: 9090 };
const fleet = (kubernetes: object) => write("fleet.json", { clusters: [{ name: "prod", kubernetes, alerts: { service } }] });

async function sync(kubernetes: object, own: object) {
  const KUBECONFIG = await write("own", own);
  return alertstatus(["rules", "sync", "--fleet", await fleet(kubernetes)], { KUBECONFIG });
}

const writtenTo = () => [...new Set(asked.filter(({ method }) => method === "PATCH").map(({ path }) => path.replace(/\/api.*$/, "")))];

describe("rules sync", () => {
  const TOKEN = { auth: { token: { env: "NOT_SET" } } };

  test("writes to the cluster whose path agrees, whichever context is current", async () => {
    const own = kubeconfig({ staging: at("staging"), production: at("production") });
    expect(await sync({ server: at("production"), ...TOKEN }, own)).toMatchObject({ code: 0, stderr: "" });
    expect(writtenTo()).toEqual(["/k8s/clusters/production"]);
  });

  test("writes nowhere by a name alone", async () => {
    const { code, stderr } = await sync({ server: at("production"), ...TOKEN }, kubeconfig({ prod: at("staging") }));
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`no context for prod: none leads to ${at("production")}`),
    });
    expect(asked).toEqual([]);
  });

  test("writes nowhere where two clusters could be meant, and lists them", async () => {
    const cluster = (account: string, host: string) => ({
      name: `arn:aws:eks:eu-central-1:${account}:cluster/prod`,
      cluster: { server: `https://${host}.gr7.eu-central-1.eks.amazonaws.com` },
    });
    const clusters = [cluster("111122223333", "ABC"), cluster("444455556666", "DEF")];
    const contexts = clusters.map(({ name }, index) => ({ name: `c${index}`, context: { cluster: name, user: "u" } }));
    const own = { "current-context": "c0", contexts, clusters, users: [{ name: "u", user: { token: "t" } }] };
    const { code, stdout, stderr } = await sync({ eks: { name: "prod", region: "eu-central-1" } }, own);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/several clusters could be prod: c0 \(https:\/\/abc\..*\), c1 \(https:\/\/def\..*\)/);
  });

  const PROMETHEUSES = "/apis/monitoring.coreos.com/v1/namespaces/monitoring/prometheuses";
  const labels = () => asked.filter(({ method }) => method === "PATCH").map(({ body }) => JSON.parse(body).metadata.labels)[0];

  test("chooses labels that every ruleSelector takes", async () => {
    const expression = { matchExpressions: [{ key: "release", operator: "In", values: ["kps"] }] };
    const items = [expression, { matchLabels: { role: "slo" } }].map((ruleSelector) => ({ spec: { ruleSelector } }));
    served = { [PROMETHEUSES]: { items } };
    expect(await sync({ server: at("a") }, kubeconfig({ a: at("a") }))).toMatchObject({ code: 0, stderr: "" });
    expect(labels()).toEqual({ release: "kps", role: "slo" });
  });

  test("says that no Prometheus would pick the rules up, and writes nothing", async () => {
    served = { [PROMETHEUSES]: { items: [{ metadata: { name: "k8s" }, spec: { ruleSelector: null } }] } };
    const { code, stderr } = await sync({ server: at("a") }, kubeconfig({ a: at("a") }));
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the rules would not be picked up by prometheus k8s"),
    });
    expect(writtenTo()).toEqual([]);
  });
});

describe("fleet discover --kubeconfig-secrets", () => {
  const discover = (env: NodeJS.ProcessEnv) => alertstatus(["fleet", "discover", "--kubeconfig-secrets"], env);

  test("asks the current context of the first file in KUBECONFIG", async () => {
    served = { "/api/v1/secrets": { items: [] } };
    const files = await Promise.all(["mgmt", "dev"].map((name) => write(name, kubeconfig({ [name]: at(name) }))));
    expect(await discover({ KUBECONFIG: files.join(":") })).toMatchObject({ code: 0, stdout: "clusters: []\n" });
    expect(asked.map(({ path }) => path)).toEqual(["/k8s/clusters/mgmt/api/v1/secrets"]);
  });

  test("knows a cluster of the fleet by the server that its kubeconfig leads to, whatever its name", async () => {
    const [one, two] = ["https://one.example", "https://two.example"].map((one) => JSON.stringify(kubeconfig({ a: one })));
    const secret = (name: string, text = "") => ({ metadata: { namespace: "n", name }, data: { kubeconfig: btoa(text) } });
    served = { "/api/v1/secrets": { items: [secret("one.kubeconfig", one), secret("two.kubeconfig", two)] } };
    const [mine] = await Promise.all([
      write("mine", kubeconfig({ a: "https://ONE.example:443/" })),
      write("mgmt", kubeconfig({ mgmt: at("mgmt") })),
    ]);
    const clusters = [
      { name: "mine", kubernetes: { kubeconfig: { file: mine } } },
      { name: "two", kubernetes: { kubeconfig: { file: "gone" } } },
    ];
    const place = await write("known.json", { clusters });
    const words = ["fleet", "discover", "--kubeconfig-secrets", "--fleet", place];
    const { code, stdout, stderr } = await alertstatus(words, { KUBECONFIG: join(folder, "mgmt") });
    expect({ code, clusters: JSON.parse(stdout).clusters.length }).toEqual({ code: 1, clusters: 2 });
    expect(stderr).toMatch(/^known {4}mine \(one in n\)\nunsure {3}two \(two in n\): .*compare their servers\n/);
  });

  test("prints nothing where there is no kubeconfig, and says so", async () => {
    const { code, stdout, stderr } = await discover({ KUBECONFIG: join(folder, "gone") });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^refused {2}no kubeconfig: .*gone does not exist\n {2}correct what the message names/);
    expect(stderr).not.toMatch(/fleet file|network|server is up/);
  });

  test("prints nothing where the secrets cannot be listed", async () => {
    const { code, stdout, stderr } = await discover({ KUBECONFIG: await write("mgmt", kubeconfig({ mgmt: at("mgmt") })) });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^refused {2}listing secrets: the API server answered 404: there is none\n/);
  });
});

describe("reconcile says of a kubeconfig", () => {
  const outcome = async (user: object, env: NodeJS.ProcessEnv = {}) => {
    const file = await write("config", kubeconfig({ a: "https://127.0.0.1:1" }, user));
    const { stdout } = await alertstatus(["reconcile", "-o", "json", "--fleet", await fleet({ kubeconfig: { file } })], env);
    return JSON.parse(stdout).clusters[0];
  };
  const exec = (command: string, more: object = {}) => ({
    exec: { apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Never", command, ...more },
  });

  test.each<{ what: string; user: object; says: RegExp }>([
    { what: "a token of two lines", user: { token: "canary\ncanary" }, says: /its token is not one line of printable ASCII/ },
    { what: "a token that no header holds", user: { token: "canary-ж" }, says: /its token is not one line of printable ASCII/ },
    { what: "a plugin that is missing", user: exec("no-such-plugin"), says: /the exec plugin no-such-plugin is not installed/ },
    {
      what: "a plugin that fails",
      user: exec("sh", {
        args: ["-c", 'echo "log in first: $API_TOKEN" >&2; exit 3'],
        env: [{ name: "API_TOKEN", value: "canary-token" }],
      }),
      says: /the exec plugin sh failed with exit code 3: log in first: \[redacted\]$/,
    },
    {
      what: "a plugin that says a token",
      user: exec("sh", { args: ["-c", "echo got eyJjYW5hcnk.eyJjYW5hcnk.c2ln >&2; exit 1"] }),
      says: /failed with exit code 1: got \[redacted\]$/,
    },
    {
      what: "a plugin that says too much",
      user: exec("sh", { args: ["-c", "head -c 2000000 /dev/zero | tr '\\0' x"] }),
      says: /the exec plugin sh writes more than a credential/,
    },
  ])("$what at once", async ({ user, says }) => {
    const found = await outcome(user);
    expect(found).toMatchObject({ was: "misconfigured", code: "kubeconfig-unusable", message: expect.stringMatching(says) });
    expect(JSON.stringify(found)).not.toMatch(/canary/);
  });
});

describe("a server behind HTTPS_PROXY", () => {
  const targets: string[] = [];
  const proxy = createServer().on("connect", ({ url = "" }, socket) => {
    targets.push(url);
    socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  });
  let HTTPS_PROXY: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    HTTPS_PROXY = `http://user:canary@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  afterAll(() => void proxy.close());
  beforeEach(() => void targets.splice(0));
  const corporate = () => fleet({ server: "https://api.corp.example:6443" });

  test("is asked for at the proxy, which resolves its name", async () => {
    const { code, stderr } = await alertstatus(["reconcile", "--fleet", await corporate()], { HTTPS_PROXY });
    expect(code).toBe(1);
    expect(stderr).toContain("the proxy 127.0.0.1: it answers 403 to CONNECT api.corp.example:6443\n  check HTTPS_PROXY");
    expect(stderr).not.toContain("canary");
    expect(new Set(targets)).toEqual(new Set(["api.corp.example:6443"]));
  });

  test("is told of by the doctor with its proxy", async () => {
    const { stdout } = await alertstatus(["doctor", "--all", "--fleet", await corporate()], { HTTPS_PROXY });
    expect(stdout).toContain("the proxy 127.0.0.1 is an address");
    expect(stdout).toMatch(/it answers 403 to CONNECT/);
    expect(stdout).not.toContain("canary");
  });

  test("is asked itself where NO_PROXY names it", async () => {
    const environment = { HTTPS_PROXY, NO_PROXY: "localhost,.corp.example" };
    const { stderr } = await alertstatus(["reconcile", "--fleet", await corporate()], environment);
    expect(stderr).toMatch(/getaddrinfo (ENOTFOUND|EAI_AGAIN) api\.corp\.example/);
    expect(targets).toEqual([]);
  });

  test("is refused by name where the variable holds no proxy", async () => {
    const { code, stderr } = await alertstatus(["reconcile", "--fleet", await corporate()], { HTTPS_PROXY: "canary://x" });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: HTTPS_PROXY: a proxy is expected/) });
    expect(stderr).not.toContain("canary");
  });
});
