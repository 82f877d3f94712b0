// Plays a newcomer who adds CloudNativePG from the catalogue to a real API server and a real Prometheus, command by command.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { alertstatus } from "../cli/alertstatus.ts";
import { catalogueCrds } from "../support/catalogue-crds.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type RealKubernetes, startKubernetes } from "../support/real-kubernetes.ts";
import { type MetricsEndpoint, type RealPrometheus, startMetrics, startPrometheus } from "../support/real-prometheus.ts";
import { installSelfMonitor } from "../support/self-monitor.ts";
import { ADDRESS, hurried, inAHurry } from "./example-cluster.ts";

const PATH = "/apis/postgresql.cnpg.io/v1/namespaces/shop/clusters";
const pod = 'kube_pod_info{namespace="shop",pod="db-1",created_by_kind="Cluster",created_by_name="db"} 1';
const isUp = (value: number) => `cnpg_collector_up{cluster="db"} ${value}`;

let kubernetes: RealKubernetes;
let metrics: MetricsEndpoint;
let prometheus: RealPrometheus | undefined;
let folder: string;

beforeAll(async () => {
  kubernetes = await startKubernetes();
  metrics = await startMetrics();
  folder = await mkdtemp(join(tmpdir(), "alertstatus-newcomer-"));
  for (const name of ["monitoring", "shop"]) await kubernetes.request("POST", "/api/v1/namespaces", { metadata: { name } });
  const crd = catalogueCrds().find(({ metadata }) => metadata.name === "clusters.postgresql.cnpg.io");
  await kubernetes.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
  while ((await kubernetes.request("GET", PATH)).status !== 200) await sleep(50);
  const object = { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", metadata: { name: "db" }, spec: { instances: 1 } };
  expect((await kubernetes.request("POST", PATH, object)).status).toBe(201);
});
afterAll(async () => {
  await prometheus?.stop();
  await metrics?.close();
  await kubernetes?.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = (...words: readonly string[]) => alertstatus(words, { CLUSTER_TOKEN: kubernetes.token });

async function write(name: string, document: object): Promise<string> {
  await writeFile(join(folder, name), JSON.stringify(document));
  return join(folder, name);
}

/** What the condition says, once a pass has been made. */
async function said(fleet: string): Promise<string | undefined> {
  await run("reconcile", "--fleet", fleet);
  const { body } = await kubernetes.request("GET", `${PATH}/db`);
  const conditions: readonly { type: string; status: string; reason: string }[] = Object(body).status?.conditions ?? [];
  const own = conditions.find(({ type }) => type === "alertstatus.io/ServiceHealthy");
  return own && `${own.status} ${own.reason}`;
}

test("a newcomer adds the profile, its rights and its rules, and sees the condition follow the database", async () => {
  await writeFile(join(folder, "ca.pem"), kubernetes.ca);
  const login = { server: kubernetes.server, ca: { file: "ca.pem" }, auth: { token: { env: "CLUSTER_TOKEN" } } };
  const alerts = { service: { namespace: "monitoring", name: "prometheus-operated", port: 9090 } };
  const fleet = await write("fleet.json", { clusters: [{ name: "prod", kubernetes: login, alerts }] });

  const added = parse((await run("profile", "add", "cloudnative-pg-cluster", "--fleet", fleet, "--cluster", "prod")).stdout);
  const own = await write("new.json", { ...added, profiles: inAHurry(added.profiles) });

  for (const document of parseAllDocuments((await run("rbac", "render", "--fleet", own, "--cluster", "prod")).stdout)) {
    const object = document.toJS();
    const scope = object.metadata.namespace === undefined ? "" : `/namespaces/${object.metadata.namespace}`;
    const path = `/apis/${object.apiVersion}${scope}/${object.kind.toLowerCase()}s/${object.metadata.name}`;
    expect([200, 201]).toContain((await kubernetes.request("PUT", path, object)).status);
  }

  metrics.set(`${pod}\n${isUp(1)}\n`);
  const rules = hurried(parse((await run("rules", "render", "--fleet", own)).stdout));
  const target = { job: "databases", namespace: "shop", pod: "db-1" };
  prometheus = await startPrometheus({ address: ADDRESS, rules, targets: [{ url: metrics.url, labels: target }] });
  await installSelfMonitor(kubernetes.request, prometheus.url, "prometheus-operated", "monitoring");

  await expect.poll(() => said(own), PATIENTLY).toBe("True Serves");
  metrics.set(`${pod}\n${isUp(0)}\n`);
  await expect.poll(() => said(own), PATIENTLY).toBe("False Offline");
  metrics.set(`${pod}\n`);
  await expect.poll(() => said(own), PATIENTLY).toBe("Unknown NotScraped");
  metrics.set(`${pod}\n${isUp(1)}\n`);
  await expect.poll(() => said(own), PATIENTLY).toBe("True Serves");
});
