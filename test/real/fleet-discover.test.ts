// Tries the discovery of kubeconfigs on a real API server.

import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse, stringify } from "yaml";
import { alertstatus, type Ended } from "../cli/alertstatus.ts";
import { type ApiRequest, apiRequest } from "../support/api-request.ts";

const CANARY = "canary-5c1e";
// What a plugin would leave.
const MARK = join(tmpdir(), `was-run-${process.pid}-${CANARY}`);
const access = inject("kubernetes")!;
const admin: ApiRequest = apiRequest({ server: access.server, ca: access.ca, token: access.adminToken });
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-discover-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(text: string): Promise<string> {
  const file = join(folder, `file-${files++}`);
  await writeFile(file, text);
  return file;
}

type Parts = { server?: string; cluster?: object; user?: object; more?: object };

function aKubeconfig({ server = "https://api.example:6443", cluster = {}, user = { token: CANARY }, more = {} }: Parts = {}): string {
  return stringify({
    clusters: [{ name: "c", cluster: { server, ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
    ...more,
  });
}

async function namespace(name: string, secrets: readonly object[]): Promise<void> {
  await admin("POST", "/api/v1/namespaces", { metadata: { name } });
  const posted = await Promise.all(secrets.map((secret) => admin("POST", `/api/v1/namespaces/${name}/secrets`, secret)));
  expect(posted.filter(({ status }) => status !== 201)).toEqual([]);
}

const secret = (name: string, data: Record<string, string>, labels = {}) => ({ metadata: { name, labels }, stringData: data });
const gardeners = (name: string, kubeconfig: string) => secret(`${name}.kubeconfig`, { kubeconfig, password: CANARY });

/** Discovers under a kubeconfig with the token of that user. */
async function discover(words: readonly string[], token = access.adminToken): Promise<Ended> {
  const cluster = { "certificate-authority-data": btoa(access.ca) };
  const KUBECONFIG = await written(aKubeconfig({ server: access.server, cluster, user: { token } }));
  const ended = await alertstatus(["fleet", "discover", "--kubeconfig-secrets", ...words], { KUBECONFIG });
  for (const spelling of [CANARY, btoa(CANARY)]) expect(ended.stdout + ended.stderr).not.toContain(spelling);
  return ended;
}

describe("fleet discover --kubeconfig-secrets", () => {
  beforeAll(async () => {
    const labels = { "cluster.x-k8s.io/cluster-name": "one" };
    const kymas = { "kyma-project.io/region": "eu-central-1", "kyma-project.io/shoot-name": "c-5f1d" };
    await namespace("capi", [
      secret("one-kubeconfig", { value: aKubeconfig({ server: "https://one.example:6443" }) }, labels),
      secret("one-user-kubeconfig", { value: aKubeconfig() }, labels),
      secret("one-ca", { value: CANARY }, labels),
    ]);
    await namespace("kcp", [secret("kubeconfig-5f1d", { config: aKubeconfig({ server: "https://kyma.example" }) }, kymas)]);
    await namespace("garden", [
      gardeners(
        "two",
        aKubeconfig({ server: "https://two.example", user: { "client-certificate-data": "YQ==", "client-key-data": "Yg==" } }),
      ),
      gardeners("again", aKubeconfig({ server: "https://two.example/" })),
    ]);
  });

  test("finds the clusters of Cluster API, Kyma and Gardener, with the parameters for their kubeconfigs", async () => {
    const { code, stdout, stderr } = await discover(["--stage", "prod"]);
    expect(code).toBe(0);
    expect(parse(stdout)).toEqual({
      clusters: [
        {
          name: "5f1d",
          labels: { region: "eu-central-1", shoot: "c-5f1d" },
          kubernetes: { kubeconfig: { ssm: "/alertstatus/prod/clusters/kcp/kubeconfig-5f1d" } },
        },
        { name: "again", kubernetes: { kubeconfig: { ssm: "/alertstatus/prod/clusters/garden/again.kubeconfig" } } },
        { name: "one", kubernetes: { kubeconfig: { ssm: "/alertstatus/prod/clusters/capi/one-kubeconfig" } } },
      ],
    });
    expect(stderr).toContain("known    again (two in garden)\nfound 4 clusters: 3 added, 1 known already\nCopy the kubeconfigs");
    expect(stderr).toContain(
      "passed over 1 secret that looks like a kubeconfig: capi/one-user-kubeconfig (key value)\n  name them by --name-pattern",
    );
    const validated = await alertstatus(["fleet", "validate", "--fleet", await written(stdout)]);
    expect(validated).toMatchObject({ code: 0, stdout: "valid: 3 clusters\n" });
  });

  test("comments each cluster with its Secret and the command that copies its kubeconfig", async () => {
    const { stdout } = await discover(["--namespace", "capi"]);
    const [comment = "", command = ""] = stdout.split("\n").slice(1);
    expect(comment).toMatch(/^ {2}# The secret capi\/one-kubeconfig names the server https:\/\/one\.example:6443\/\. /);
    expect(command).toBe(
      "  # kubectl get secret -n capi one-kubeconfig -o jsonpath='{.data.value}' | base64 -d | aws ssm put-parameter --name /alertstatus/dev/clusters/capi/one-kubeconfig --type SecureString --tier Intelligent-Tiering --overwrite --value file:///dev/stdin",
    );
  });

  test("adds only clusters that the fleet does not have", async () => {
    const fleet = "clusters:\n  - name: mine # by hand\n    kubernetes: { server: https://one.example:6443 }\n";
    const { stdout, stderr } = await discover(["--fleet", await written(fleet)]);
    expect(stdout.startsWith(fleet)).toBe(true);
    expect(stderr).toContain("known    mine (one in capi)\n");
    const again = await discover(["--fleet", await written(stdout)]);
    expect(again).toMatchObject({ code: 0, stdout });
  });

  test("finds secrets of another name by a pattern, and says of a virtual cluster that only its host reaches it", async () => {
    const virtual = aKubeconfig({ server: "https://localhost:8443" });
    await namespace("own", [secret("access-to-three", { conf: aKubeconfig() }), secret("vc-four", { config: virtual })]);
    const { code, stdout, stderr } = await discover(["--namespace", "own", "--name-pattern", "access-to-*", "--key", "conf"]);
    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject({ clusters: [{ name: "three" }] });
    expect(stderr).toContain("skipped  four in own: its kubeconfig names localhost:8443, which is no address of the cluster\n");
    expect((await discover(["--namespace", "own"])).stderr).toContain("own/access-to-three (key conf)");
  });

  test("finds the last of many pages", async () => {
    const others = Array.from({ length: 101 }, (_, index) => secret(`a-${index}`, { value: CANARY }));
    await namespace("crowded", [...others, gardeners("last", aKubeconfig())]);
    const { stdout } = await discover(["--namespace", "crowded"]);
    expect(parse(stdout)).toMatchObject({ clusters: [{ name: "last" }] });
  });

  test("reports a forbidden list, with exit code 1", async () => {
    const { code, stdout, stderr } = await discover([], access.strangerToken);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^refused {2}listing secrets: .*User "stranger" cannot list .*at the cluster scope\n {2}grant the permission/);
  });

  test("reports a missing kubeconfig, with exit code 1", async () => {
    const KUBECONFIG = join(folder, "none");
    const { code, stdout, stderr } = await alertstatus(["fleet", "discover", "--kubeconfig-secrets"], { KUBECONFIG });
    expect({ code, stdout, stderr }).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^refused {2}no kubeconfig: .*none does not exist\n/),
    });
  });
});

describe("a hostile kubeconfig", () => {
  const refused: Readonly<Record<string, { text: string; told: RegExp }>> = {
    plugin: {
      text: aKubeconfig({ user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "touch", args: [MARK] } } }),
      told: /exec: .* runs no program here/,
    },
    files: { text: aKubeconfig({ user: { tokenFile: `/etc/${CANARY}` } }), told: /tokenFile: .* reads no file here/ },
    unverified: { text: aKubeconfig({ cluster: { "insecure-skip-tls-verify": true } }), told: /skips the verification/ },
    metadata: { text: aKubeconfig({ server: "https://169.254.169.254" }), told: /never contacted/ },
    plain: { text: aKubeconfig({ server: "http://api.example" }), told: /https: is needed/ },
    login: { text: aKubeconfig({ server: `https://u:${CANARY}@api.example` }), told: /no user name or password/ },
    query: { text: aKubeconfig({ server: `https://api.example/?token=${CANARY}` }), told: /no query/ },
    contextless: { text: aKubeconfig({ more: { "current-context": CANARY } }), told: /its current context is not in it/ },
    clusterless: { text: aKubeconfig({ more: { clusters: [] } }), told: /it has no cluster for its current context/ },
    text: { text: CANARY, told: /a map is expected, not text/ },
    torn: { text: `{${CANARY}`, told: /it is no YAML: MISSING_CHAR in line 1/ },
    laughs: { text: billionLaughs(), told: /cannot be read as a kubeconfig/ },
    empty: { text: "", told: /it names no current context/ },
  };

  beforeAll(async () => {
    const secrets = Object.entries(refused).map(([name, { text }]) => gardeners(name, text));
    const writes = aKubeconfig({ server: "https://api.example/\n  - name: evil\n    kubernetes: {}\n" });
    await namespace("hostile", [...secrets, gardeners("writes", writes), gardeners("good", aKubeconfig())]);
  });

  test("is reported by its Secret without its content, and hides no other", async () => {
    const { code, stdout, stderr } = await discover(["--namespace", "hostile"]);
    expect(code).toBe(1);
    expect(parse(stdout).clusters.map(({ name }: { name: string }) => name)).toEqual(["good", "writes"]);
    const told = stderr.split("\n").filter((line) => line.startsWith("refused"));
    expect(told).toHaveLength(Object.keys(refused).length);
    for (const [name, { told: why }] of Object.entries(refused)) {
      const line = told.find((line) => line.startsWith(`refused  the secret hostile/${name}.kubeconfig: `));
      expect.soft(line, name).toMatch(why);
    }
    expect(existsSync(MARK)).toBe(false);
  });
});

function billionLaughs(): string {
  const levels = Array.from({ length: 12 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(",")}]`);
  return [`l0: &l0 [${CANARY}]`, ...levels].join("\n");
}
