// Plays a newcomer who adds CloudNativePG to a real API server and a real Prometheus, in real time, and leaves the transcript for the
// catalogue's page. Its twenty minutes are the warm-up that the profile announces: npm run walk

import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { type Step, TRANSCRIPT_FILE, type Transcript } from "../../../infra/transcript.ts";
import { catalogueCrds } from "../../support/catalogue-crds.ts";
import { type RealKubernetes, startKubernetes } from "../../support/real-kubernetes.ts";
import { startMetrics, startPrometheus } from "../../support/real-prometheus.ts";
import { installSelfMonitor } from "../../support/self-monitor.ts";

const ROOT = join(import.meta.dirname, "../../..");
// The service proxy refuses loopback addresses: `npm run walk` runs in a network namespace that has this one.
const ADDRESS = "10.200.0.1";
const DATABASES = "/apis/postgresql.cnpg.io/v1/namespaces/shop/clusters";
const RULES = "/api/v1/namespaces/monitoring/configmaps/alertstatus-rules";
const MINUTE_MS = 60_000;

const FLEET = `cat > fleet.yml <<'END'
clusters:
  - name: prod
    kubernetes: { kubeconfig: { file: .kube/config } }
    alerts: { service: { namespace: monitoring, name: prometheus, port: 9090 } }
END`;
const BEFORE = [
  FLEET,
  "alertstatus profile add cloudnative-pg-cluster --fleet fleet.yml --cluster prod > new.yml",
  "alertstatus rules sync --fleet new.yml",
];
const FIRST = ["alertstatus reconcile --fleet new.yml"];
const AFTER = [
  "alertstatus reconcile --fleet new.yml",
  "kubectl wait clusters.postgresql.cnpg.io/db --namespace shop --for=condition=alertstatus.io/ServiceHealthy",
];

const home = await mkdtemp(join(tmpdir(), "alertstatus-newcomer-"));
const kubernetes = await startKubernetes();
const metrics = await startMetrics();
await prepare(kubernetes);
const prometheus = await startPrometheus({
  address: ADDRESS,
  rules: { groups: [] },
  targets: [{ url: metrics.url, labels: { job: "databases", namespace: "shop", pod: "db-1" } }],
  scrapeMs: 15_000,
  evaluateMs: 15_000,
});
try {
  await installSelfMonitor(kubernetes.request, prometheus.url, "prometheus", "monitoring");
  metrics.set(
    'kube_pod_info{namespace="shop",pod="db-1",created_by_kind="Cluster",created_by_name="db"} 1\ncnpg_collector_up{cluster="db"} 1\n',
  );
  await writeFile(TRANSCRIPT_FILE, `${JSON.stringify(await walk(), undefined, 2)}\n`);
} finally {
  await prometheus.stop();
  await metrics.close();
  await kubernetes.stop();
  await rm(home, { recursive: true });
}

async function walk(): Promise<Transcript> {
  const before = BEFORE.map(type);
  await mountRules();
  const first = FIRST.map(type);
  const startedAt = performance.now();
  while (!isHealthy()) await sleep(MINUTE_MS / 4);
  const waited = Math.round((performance.now() - startedAt) / MINUTE_MS);
  return { at: new Date().toISOString().slice(0, 10), steps: [...before, ...first], warmUpMinutes: waited, afterwards: AFTER.map(type) };
}

/** What the command prints, as a terminal shows it, and how long it takes. */
function type(typed: string): Step {
  const startedAt = performance.now();
  const line = `alertstatus() { ${process.execPath} ${join(ROOT, "functions/cli.ts")} "$@"; }\n${typed}`;
  const env = { PATH: process.env.PATH, HOME: home };
  const { status, output } = spawnSync("bash", ["-c", `exec 2>&1\n${line}`], { cwd: home, env, encoding: "utf8" });
  const printed = output.join("").trimEnd();
  if (status !== 0) throw new Error(`${typed} ended with ${status}: ${printed}`);
  return { typed, printed, seconds: Math.round((performance.now() - startedAt) / 100) / 10 };
}

// As a dry run: what is written is for the commands that are shown.
function isHealthy(): boolean {
  return type("alertstatus reconcile --fleet new.yml --dry-run").printed.includes("Serves");
}

/** What the kubelet does with a ConfigMap that a Prometheus mounts. */
async function mountRules(): Promise<void> {
  const { data } = Object((await kubernetes.request("GET", RULES)).body);
  await prometheus.reload(parse(data["alertstatus.rules.yml"]));
}

async function prepare({ request, server, ca, adminToken }: RealKubernetes): Promise<void> {
  for (const name of ["monitoring", "shop"]) await request("POST", "/api/v1/namespaces", { metadata: { name } });
  const crd = catalogueCrds().find(({ metadata }) => metadata.name === "clusters.postgresql.cnpg.io");
  await request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
  while ((await request("GET", DATABASES)).status !== 200) await sleep(50);
  await request("POST", DATABASES, {
    apiVersion: "postgresql.cnpg.io/v1",
    kind: "Cluster",
    metadata: { name: "db" },
    spec: { instances: 1 },
  });
  const cluster = { server, "certificate-authority-data": btoa(ca) };
  const contexts = [{ name: "prod", context: { cluster: "prod", user: "me" } }];
  const users = [{ name: "me", user: { token: adminToken } }];
  const config = { clusters: [{ name: "prod", cluster }], users, contexts, "current-context": "prod" };
  await mkdir(join(home, ".kube"));
  await writeFile(join(home, ".kube/config"), JSON.stringify(config), { mode: 0o600 });
}
