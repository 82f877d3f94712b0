// Plays a newcomer who adds CloudNativePG from the catalogue to a real API server and a real Prometheus, command by command.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { alertstatus } from "../cli/alertstatus.ts";
import { apiRequest } from "../support/api-request.ts";
import { catalogueCrds } from "../support/catalogue-crds.ts";
import { apply, renamed } from "../support/kustomize.ts";
import { SELDOM } from "../support/patience.ts";
import { type MetricsEndpoint, type RealPrometheus, startMetrics, startPrometheus } from "../support/real-prometheus.ts";
import { installSelfMonitor } from "../support/self-monitor.ts";
import { ADDRESS, hurried, inAHurry } from "./example-cluster.ts";

const PATH = "/apis/postgresql.cnpg.io/v1/namespaces/newcomer/clusters";
const pod = 'kube_pod_info{namespace="newcomer",pod="db-1",created_by_kind="Cluster",created_by_name="db"} 1';
const isUp = (value: number) => `cnpg_collector_up{cluster="db"} ${value}`;

// Nothing else there is about databases, and nothing else is in these namespaces.
const access = inject("kubernetes")!;
const admin = apiRequest({ ...access, token: access.adminToken });
const [NAMESPACE, MONITORING] = ["newcomer", "newcomer-monitoring"];

let metrics: MetricsEndpoint;
let prometheus: RealPrometheus | undefined;
let folder: string;

beforeAll(async () => {
  metrics = await startMetrics();
  folder = await mkdtemp(join(tmpdir(), "alertstatus-newcomer-"));
  for (const name of [NAMESPACE, MONITORING]) await admin("POST", "/api/v1/namespaces", { metadata: { name } });
  const crd = catalogueCrds().find(({ metadata }) => metadata.name === "clusters.postgresql.cnpg.io");
  await admin("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
  while ((await admin("GET", PATH)).status !== 200) await sleep(50);
  const object = { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", metadata: { name: "db" }, spec: { instances: 1 } };
  expect((await admin("POST", PATH, object)).status).toBe(201);
});
afterAll(async () => {
  await prometheus?.stop();
  await metrics?.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...words: readonly string[]) => alertstatus(words, { CLUSTER_TOKEN: access.token });

async function write(name: string, document: object): Promise<string> {
  await writeFile(join(folder, name), JSON.stringify(document));
  return join(folder, name);
}

/** What the condition says, once a pass has been made. */
async function said(fleet: string): Promise<string | undefined> {
  await run("reconcile", "--fleet", fleet);
  const { body } = await admin("GET", `${PATH}/db`);
  const conditions: readonly { type: string; status: string; reason: string }[] = Object(body).status?.conditions ?? [];
  const own = conditions.find(({ type }) => type === "alertstatus.io/ServiceHealthy");
  return own && `${own.status} ${own.reason}`;
}

test("a newcomer adds the profile, its rights and its rules, and sees the condition follow the database", async () => {
  await writeFile(join(folder, "ca.pem"), access.ca);
  const login = { server: access.server, ca: { file: "ca.pem" }, auth: { token: { env: "CLUSTER_TOKEN" } } };
  const alerts = { service: { namespace: MONITORING, name: "prometheus-operated", port: 9090 } };
  const fleet = await write("fleet.json", { clusters: [{ name: "prod", kubernetes: login, alerts }] });

  const added = parse((await run("profile", "add", "cloudnative-pg-cluster", "--fleet", fleet, "--cluster", "prod")).stdout);
  const own = await write("new.json", { ...added, profiles: inAHurry(added.profiles) });

  for (const document of parseAllDocuments((await run("rbac", "render", "--fleet", own, "--cluster", "prod")).stdout)) {
    const { status, body } = await apply(admin, renamed(document.toJS(), "of-a-newcomer"));
    expect({ status, body: status === 201 ? {} : body }).toEqual({ status: 201, body: {} });
  }

  metrics.set(`${pod}\n${isUp(1)}\n`);
  const rules = hurried(parse((await run("rules", "render", "--fleet", own)).stdout));
  const target = { job: "databases", namespace: NAMESPACE, pod: "db-1" };
  prometheus = await startPrometheus({ address: ADDRESS, rules, targets: [{ url: metrics.url, labels: target }] });
  await installSelfMonitor(admin, prometheus.url, "prometheus-operated", MONITORING);

  await expect.poll(() => said(own), SELDOM).toBe("True Serves");
  metrics.set(`${pod}\n${isUp(0)}\n`);
  await expect.poll(() => said(own), SELDOM).toBe("False Offline");
  metrics.set(`${pod}\n`);
  await expect.poll(() => said(own), SELDOM).toBe("Unknown NotScraped");
  metrics.set(`${pod}\n${isUp(1)}\n`);
  await expect.poll(() => said(own), SELDOM).toBe("True Serves");
});
