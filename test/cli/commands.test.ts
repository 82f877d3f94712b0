// Holds every command to a help with an example, and the commands that contact nothing to their output.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { commands } from "../../functions/cli/commands.ts";
import { serveSecurely } from "../support/secure-server.ts";
import { alertstatus } from "./alertstatus.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-commands-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, document: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(document));
  return file;
}

const paths = Object.entries(commands).flatMap(([name, entry]) =>
  "commands" in entry ? Object.keys(entry.commands).map((inner) => `${name} ${inner}`) : [name],
);

describe("the help of", () => {
  test.each(paths)("%s has an example that begins with its name", async (path) => {
    const { code, stdout } = await alertstatus([...path.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`\\nExamples:\\n {2}.*alertstatus ${path}`));
  });

  test("alertstatus lists the environment", async () => {
    const { stdout } = await alertstatus(["--help"]);
    for (const name of ["FLEET", "STAGE", "RECEIVER_SECRET", "RECEIVER_URL"]) expect(stdout).toContain(`ALERTSTATUS_${name} `);
  });
});

test.each(["version", "--version"])("%s prints the version", async (word) => {
  expect(await alertstatus([word])).toEqual({ code: 0, stdout: "alertstatus 1.2.3\n", stderr: "" });
});

test("a variable with the prefix wins over its name alone", async () => {
  const words = ["receiver", "token", "--cluster", "prod"];
  const secret = { ALERTSTATUS_RECEIVER_SECRET: "env:PUSH_SECRET", PUSH_SECRET: "s".repeat(40) };
  const token = async (environment: NodeJS.ProcessEnv) => (await alertstatus(words, { ...secret, ...environment })).stdout;
  const inProd = await token({ ALERTSTATUS_STAGE: "prod", STAGE: "dev" });
  expect(inProd).toMatch(/^\S{20,}\n$/);
  expect(inProd).toBe(await token({ STAGE: "prod" }));
  expect(inProd).not.toBe(await token({ STAGE: "dev" }));
});

describe("rbac render", () => {
  const kubernetes = { server: "https://api.example" };
  const clusters = [
    { name: "one", kubernetes },
    { name: "two", kubernetes },
    { name: "three", mode: "observe", kubernetes },
  ];

  test("prints the roles of clusters that need the same", async () => {
    const fleet = await written("fleet.json", { clusters });
    const { code, stdout } = await alertstatus(["rbac", "render", "--fleet", fleet, "--cluster", "one,two"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# All that alertstatus needs in one,two, /);
    expect(stdout).toContain("# Has to exist before: the namespace kyma-system.\n");
    expect(parseAllDocuments(stdout).map((document) => document.toJS().kind)).toEqual([
      "ClusterRole",
      "ClusterRoleBinding",
      "Role",
      "RoleBinding",
    ]);
  });

  test("refuses clusters that need different ones, each kind with the option for it", async () => {
    const fleet = await written("fleet.json", { clusters });
    const { code, stdout, stderr } = await alertstatus(["rbac", "render", "--fleet", fleet]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("render one kind at a time:\n  --cluster one,two\n  --cluster three\n");
  });
});

test("profile list names the built-in profiles and the catalogue, in each format", async () => {
  expect((await alertstatus(["profile", "list", "-o", "name"])).stdout).toMatch(/^kyma-telemetry\n(.*\n)*longhorn-volume\n/);
  expect((await alertstatus(["profile", "list", "--no-headers"])).stdout).toMatch(
    /^kyma-telemetry +TelemetryFlowHealthy +\d+ +tracepipelines\.telemetry/,
  );
  expect(parse((await alertstatus(["profile", "list", "-o", "yaml"])).stdout)).toMatchObject({
    profiles: expect.arrayContaining([
      expect.objectContaining({ name: "kyma-telemetry" }),
      expect.objectContaining({ name: "velero-schedule" }),
    ]),
  });
});

describe("init", () => {
  const kubeconfig = (contexts: readonly { name: string; server: string; ca?: string }[]) => ({
    contexts: contexts.map(({ name }) => ({ name, context: { cluster: name, user: "me" } })),
    clusters: contexts.map(({ name, server, ca }) => ({
      name,
      cluster: { server, ...(ca !== undefined && { "certificate-authority-data": btoa(ca) }) },
    })),
    users: [{ name: "me", user: { token: "canary" } }],
  });

  test("writes an entry for each context, and what it lacks above it", async () => {
    const notFound = JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", reason: "NotFound", code: 404 });
    const groups = JSON.stringify({ kind: "APIGroupList", apiVersion: "v1", groups: [{ name: "apps" }, { name: "postgresql.cnpg.io" }] });
    const server = await serveSecurely(({ url }, response) =>
      response.writeHead(url === "/apis" ? 200 : 404, { "content-type": "application/json" }).end(url === "/apis" ? groups : notFound),
    );
    const contexts = [
      { name: "arn:aws:eks:eu-central-1:111122223333:cluster/Shop_1", server: server.url, ca: server.ca },
      { name: "dead", server: "https://127.0.0.1:1" },
    ];
    const file = await written("kubeconfig", kubeconfig(contexts));
    const { code, stdout, stderr } = await alertstatus(["init"], { KUBECONFIG: file });
    await server.close();
    expect(code).toBe(0);
    expect(parse(stdout)).toEqual({
      clusters: [
        { name: "shop-1", kubernetes: { kubeconfig: { file, context: contexts[0]?.name } }, paused: true },
        { name: "dead", kubernetes: { kubeconfig: { file, context: "dead" } } },
      ],
    });
    expect(stdout).toContain(
      "# no Kyma here: which profile? cloudnative-pg-cluster would fit, by `alertstatus profile add`; until then it is paused\n",
    );
    expect(stdout).toContain("# unreachable: connection-refused: ");
    expect(stderr).toContain("2 clusters, of which 2 need an answer");
    expect(stdout + stderr).not.toContain("canary");
    expect(await alertstatus(["fleet", "validate", "--fleet", "-"], {}, { stdin: stdout })).toMatchObject({ code: 0 });
  });

  test("takes the contexts of several files, the first of a name, by a glob", async () => {
    const first = await written("first", kubeconfig([{ name: "prod-eu", server: "https://127.0.0.1:1" }]));
    const second = await written(
      "second",
      kubeconfig(["prod-eu", "prod-us", "dev"].map((name) => ({ name, server: "https://127.0.0.1:1" }))),
    );
    const { stdout } = await alertstatus(["init", "--contexts", "prod-*"], { KUBECONFIG: `${first}:${join(folder, "missing")}:${second}` });
    expect(parse(stdout).clusters.map(({ kubernetes }: { kubernetes: { kubeconfig: object } }) => kubernetes.kubeconfig)).toEqual([
      { file: first, context: "prod-eu" },
      { file: second, context: "prod-us" },
    ]);
  });

  test.each([
    { contexts: "prdo", says: /no context prdo in .*; prod\?/ },
    { contexts: "x*", says: /no context x\* in .*; there are prod/ },
  ])("names what there is where no context is $contexts", async ({ contexts, says }) => {
    const file = await written("one", kubeconfig([{ name: "prod", server: "https://127.0.0.1:1" }]));
    const { code, stdout, stderr } = await alertstatus(["init", "--contexts", contexts], { KUBECONFIG: file });
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(says) });
  });
});
