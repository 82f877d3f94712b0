// Tries the shipped kustomizations on a real API server.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { alertstatus } from "../cli/alertstatus.ts";
import { type ApiRequest, apiRequest } from "../support/api-request.ts";
import { apply, kustomize } from "../support/kustomize.ts";
import { prometheusFolder } from "../support/real-prometheus.ts";

const access = inject("kubernetes")!;
const admin: ApiRequest = apiRequest({ server: access.server, ca: access.ca, token: access.adminToken });
const WITH_PROMETHEUS = ["infra/cluster/prometheus", "infra/cluster/prometheus-push"] as const;
const FOLDERS = ["infra/cluster", "infra/cluster/events", "infra/cluster/heartbeat", ...WITH_PROMETHEUS] as const;
const bases = Object.fromEntries(FOLDERS.map((folder) => [folder, kustomize(folder)]));
const PUSHING = bases["infra/cluster/prometheus-push"]!;
const template = templateOf(PUSHING);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-kustomize-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function templateOf(objects: readonly object[]) {
  const { spec } = objects.map(Object).find(({ kind }) => kind === "Deployment");
  return structuredClone(spec.template);
}

describe.each(FOLDERS)("kustomize build %s", (name) => {
  test("is accepted by the API server, document by document, and once more changes nothing", async () => {
    for (const object of bases[name]!) {
      const first = await apply(admin, object);
      expect([200, 201], `${object.kind}/${object.metadata.name}: ${JSON.stringify(first.body)}`).toContain(first.status);
      const second = await apply(admin, object);
      expect(version(second.body)).toBe(version(first.body));
    }
  });

  test("does not follow the latest of anything", () => {
    const images = JSON.stringify(bases[name]).matchAll(/"image":"([^"]*)"/g);
    for (const [, image] of images) expect(image).toMatch(/:v\d+\.\d+\.\d+$/);
  });
});

function version(body: unknown): string {
  return Object(body).metadata.resourceVersion;
}

describe("the Pod of the shipped Prometheus, in its own namespace", () => {
  test("is let in where Pod Security enforces `restricted`", async () => {
    expect(await createPod(template)).toEqual({ status: 201, message: undefined });
  });

  test.each<[string, (pod: ReturnType<typeof templateOf>) => unknown]>([
    ["may be root", ({ spec }) => delete spec.securityContext.runAsNonRoot],
    ["is root", ({ spec }) => Object.assign(spec.securityContext, { runAsUser: 0 })],
    ["makes any system call", ({ spec }) => delete spec.securityContext.seccompProfile],
    ["keeps its capabilities", ({ spec }) => delete spec.containers[0].securityContext.capabilities],
    ["may gain privileges", ({ spec }) => delete spec.containers[0].securityContext.allowPrivilegeEscalation],
    ["sees the node's files", ({ spec }) => spec.volumes.push({ name: "node", hostPath: { path: "/" } })],
    ["sees the node's network", ({ spec }) => Object.assign(spec, { hostNetwork: true })],
  ])("would be refused if it were one that %s", async (_, worsen) => {
    const worse = structuredClone(template);
    worsen(worse);
    expect(await createPod(worse)).toEqual({ status: 403, message: expect.stringContaining('violates PodSecurity "restricted:latest"') });
  });

  test("writes nothing but its data, and has bounds", () => {
    const [container, ...others] = template.spec.containers;
    expect(others).toEqual([]);
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
    expect(container.volumeMounts).toMatchObject([{ name: "config", readOnly: true }, { name: "data" }]);
    expect(template.spec.volumes).toMatchObject([{ name: "config" }, { name: "data", emptyDir: { sizeLimit: "1Gi" } }]);
    expect(container.resources).toMatchObject({ requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } });
  });

  test("is started with flags that this Prometheus knows", () => {
    const words: readonly string[] = template.spec.containers[0].args.map((word: string) => word.replace("/etc/prometheus/", "/nowhere/"));
    expect(run("prometheus", words).stderr).toContain('msg="Error loading config (--config.file=/nowhere/prometheus.yml)"');
  });
});

async function createPod({ metadata, spec }: ReturnType<typeof templateOf>) {
  const pod = { metadata: { ...metadata, name: "prometheus-0" }, spec };
  const { status, body } = await admin("POST", "/api/v1/namespaces/alertstatus/pods?dryRun=All", pod);
  return { status, message: Object(body).message };
}

test.each(WITH_PROMETHEUS)("promtool finds nothing wrong in what %s mounts", async (name) => {
  const mounted = await mkdtemp(join(folder, "mounted-"));
  for (const { data = {} } of bases[name]!) for (const [file, text] of Object.entries(data)) await writeFile(join(mounted, file), text);
  // As the Secret brings it.
  const pathInPod = "/etc/prometheus/alertstatus.token";
  await writeFile(join(mounted, "alertstatus.token"), "a token\n");
  const { "prometheus.yml": configuration = "" } = Object.assign({}, ...bases[name]!.map(({ data }) => data));
  await writeFile(join(mounted, "prometheus.yml"), configuration.replace(pathInPod, join(mounted, "alertstatus.token")));
  const checked = run("promtool", ["check", "config", "--lint=all", "--lint-fatal", join(mounted, "prometheus.yml")]);
  expect(checked.stdout).toMatch(/SUCCESS: 1 rule files found(.|\n)*SUCCESS: \d+ rules found/);
  expect(checked.status).toBe(0);
});

function run(program: "prometheus" | "promtool", words: readonly string[]) {
  return spawnSync(join(prometheusFolder(), program), words, { encoding: "utf8" });
}

test("`rules sync` finds the shipped rules in place, as its own", async () => {
  const cluster = { server: access.server, "certificate-authority-data": btoa(access.ca) };
  const kubeconfig = join(folder, "kubeconfig");
  const contexts = [{ name: "here", context: { cluster: "here", user: "me" } }];
  const users = [{ name: "me", user: { token: access.adminToken } }];
  await writeFile(kubeconfig, JSON.stringify({ clusters: [{ name: "here", cluster }], users, contexts, "current-context": "here" }));
  const fleet = join(folder, "fleet.json");
  const alerts = { service: { namespace: "alertstatus", name: "prometheus", port: 9090 } };
  await writeFile(fleet, JSON.stringify({ clusters: [{ name: "here", kubernetes: { kubeconfig: { file: kubeconfig } }, alerts }] }));
  const { stdout, stderr } = await alertstatus(["rules", "sync", "--fleet", fleet]);
  expect({ stdout, stderr }).toEqual({ stdout: "here: configmap alertstatus/alertstatus-rules: unchanged\n", stderr: "" });
});
