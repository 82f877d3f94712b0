// Tries the shipped configuration of Prometheus on a real API server.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { alertstatus } from "../cli/alertstatus.ts";
import { apply, kustomize } from "../support/kustomize.ts";
import { asExposed, collector, fluentBit, type Series, services } from "../support/kyma-metrics.ts";
import { SELDOM } from "../support/patience.ts";
import type { RealKubernetes } from "../support/real-kubernetes.ts";
import { type MetricsEndpoint, type RealPrometheus, startMetrics, startPrometheus } from "../support/real-prometheus.ts";

// Neither an EndpointSlice nor the service proxy takes a loopback address: it exists in the network namespace that the project `real` runs in.
const ADDRESS = "10.200.0.1";
const shipped = kustomize("infra/cluster/prometheus");
const files: Readonly<Record<string, string>> = Object.assign({}, ...shipped.map(({ data }) => data));

const everySignal = (["spans", "metric_points", "log_records"] as const).flatMap((signal) => {
  const { sent, sendFailed, enqueueFailed, refused, sentBefore163 } = collector(services.gateway, signal);
  return [sent(), sendFailed(), enqueueFailed(), refused(), sentBefore163("older")];
});
const series: readonly Series[] = [...everySignal, ...Object.values(fluentBit).map((of) => of())];

const PATHS: Readonly<Record<string, object>> = { [services.fluentBit]: { "prometheus.io/path": "/api/v2/metrics/prometheus" } };

/** Declares its tests, on an API server that nothing else changes meanwhile. */
export function holdsShippedPrometheus(serverThere: () => RealKubernetes): void {
  describe("the shipped Prometheus", () => {
    let kubernetes: RealKubernetes;
    let prometheus: RealPrometheus;
    let folder: string;
    const endpoints: MetricsEndpoint[] = [];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "alertstatus-shipped-"));
      kubernetes = serverThere();
      for (const object of shipped) await apply(kubernetes.request, object);
      for (const service of Object.values(services)) await install(service, { isMarked: true });
      await install("of-another-owner", { isMarked: false });
      prometheus = await startPrometheus({
        address: ADDRESS,
        targets: [],
        rules: parse(files["alertstatus.rules.yml"]!),
        more: hurried(parse(files["prometheus.yml"]!), await kubeconfigOfPrometheus()),
      });
    });
    afterAll(async () => {
      await prometheus?.stop();
      await Promise.all(endpoints.map(({ close }) => close()));
      await rm(folder, { recursive: true, force: true });
    });

    /** The shipped configuration, in a hurry and outside the cluster; `rules.yml` is where the tests put the rules. */
    function hurried({ rule_files: _, ...configuration }: Record<string, unknown>, kubeconfig: string): object {
      const text = JSON.stringify(configuration)
        .replaceAll('"30s"', '"500ms"')
        .replaceAll('"role"', `"kubeconfig_file":"${kubeconfig}","role"`);
      return JSON.parse(text);
    }

    async function kubeconfigOfPrometheus(): Promise<string> {
      const path = "/api/v1/namespaces/alertstatus/serviceaccounts/prometheus/token";
      const { body } = await kubernetes.request("POST", path, { spec: {} });
      const cluster = { server: kubernetes.server, "certificate-authority-data": btoa(kubernetes.ca) };
      const users = [{ name: "prometheus", user: { token: Object(body).status.token } }];
      const contexts = [{ name: "here", context: { cluster: "here", user: "prometheus" } }];
      const file = join(folder, "kubeconfig");
      await writeFile(file, JSON.stringify({ clusters: [{ name: "here", cluster }], users, contexts, "current-context": "here" }));
      return file;
    }

    /** A service of Kyma's telemetry, as telemetry-manager sets it up: where its metrics are stands in its annotations only. */
    async function install(name: string, { isMarked }: { isMarked: boolean }): Promise<void> {
      const endpoint = await startMetrics(ADDRESS);
      endpoints.push(endpoint);
      const own = series.filter(({ service }) => service === name).map((of) => `${asExposed(of)} 1\n`);
      endpoint.set([...own, "go_goroutines 7\n"].join(""));
      const { port } = new URL(endpoint.url);
      const metadata = {
        name,
        labels: isMarked ? { "telemetry.kyma-project.io/self-monitor": "enabled" } : {},
        annotations: { "prometheus.io/scrape": "true", "prometheus.io/scheme": "http", "prometheus.io/port": port, ...PATHS[name] },
      };
      await create("/api/v1/namespaces/kyma-system/services", { metadata, spec: { ports: [{ name: "http", port: 1 }] } });
      await createPod("kyma-system", {
        metadata: { name },
        spec: { nodeName: "node-1", containers: [{ name: "collector", image: "collector" }] },
      });
      await create("/apis/discovery.k8s.io/v1/namespaces/kyma-system/endpointslices", {
        metadata: { name, labels: { "kubernetes.io/service-name": name } },
        addressType: "IPv4",
        ports: [{ name: "http", port: 1 }],
        endpoints: [{ addresses: [ADDRESS], targetRef: { kind: "Pod", namespace: "kyma-system", name } }],
      });
    }

    async function createPod(namespace: string, pod: { metadata: { name: string }; spec: object }): Promise<void> {
      await create(`/api/v1/namespaces/${namespace}/pods`, pod);
      const status = { podIP: ADDRESS, podIPs: [{ ip: ADDRESS }], phase: "Running" };
      const path = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/status`;
      await kubernetes.request("PATCH", path, { status }, "application/merge-patch+json");
    }

    async function create(path: string, object: object): Promise<void> {
      const { status, body } = await kubernetes.request("POST", path, object);
      if (status !== 201) throw new Error(`not created: ${JSON.stringify(body)}`);
    }

    async function ask(path: string) {
      const response = await fetch(`${prometheus.url}/api/v1/${path}`);
      return Object(await response.json()).data;
    }

    test("finds the marked services of Kyma, with no right but its own, and scrapes them where their annotations say", async () => {
      const seen = async () => {
        const targets: readonly Target[] = (await ask("targets?state=active")).activeTargets;
        return targets.map(({ labels, health, scrapeUrl }) => `${labels.service} ${health} ${new URL(scrapeUrl).pathname}`).sort();
      };
      await expect
        .poll(seen, SELDOM)
        .toEqual([
          "telemetry-fluent-bit-metrics up /api/v2/metrics/prometheus",
          "telemetry-log-agent-metrics up /metrics",
          "telemetry-metric-agent-metrics up /metrics",
          "telemetry-otlp-gateway-metrics up /metrics",
        ]);
    });

    type Target = { readonly labels: Labels; readonly health: string; readonly scrapeUrl: string };

    test("stores each series that a rule asks for with the labels that the rules go by, and no other", async () => {
      const stored = async () =>
        (await ask(`series?match[]={namespace="kyma-system",__name__!~"up|scrape_.*"}`)).map(withoutAddress).sort(byName);
      const expected = series.map(({ metric, labels, cut, service }) => {
        return { __name__: metric, job: "kyma-telemetry", namespace: "kyma-system", node: "node-1", service, ...labels, ...cut };
      });
      await expect.poll(stored, SELDOM).toEqual(expected.sort(byName));
    });

    type Labels = Readonly<Record<string, string>>;

    function withoutAddress({ instance: _, ...labels }: Labels): Labels {
      return labels;
    }

    function byName(one: Labels, other: Labels): number {
      return `${one.__name__} ${one.exporter}` < `${other.__name__} ${other.exporter}` ? -1 : 1;
    }

    test("is read by alertstatus through the service proxy, with the rights that are shipped", async () => {
      const [deployment] = shipped.map(Object).filter(({ kind }) => kind === "Deployment");
      const { metadata, spec } = deployment.spec.template;
      await createPod("alertstatus", { metadata: { ...metadata, name: "prometheus" }, spec });
      const targetRef = { kind: "Pod", namespace: "alertstatus", name: "prometheus" };
      const ports = [{ name: "http", port: Number(new URL(prometheus.url).port) }];
      await create("/api/v1/namespaces/alertstatus/endpoints", {
        metadata: { name: "prometheus" },
        subsets: [{ addresses: [{ ip: ADDRESS, targetRef }], ports }],
      });
      const path = "/apis/telemetry.kyma-project.io/v1beta1/tracepipelines";
      const pipelineSpec = { output: { otlp: { endpoint: { value: "https://backend.example:4317" } } } };
      const meta = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", metadata: { name: "backend" } };
      await create(path, { ...meta, spec: pipelineSpec });
      await expect
        .poll(reconcile, SELDOM)
        .toMatchObject([
          {
            was: "reconciled",
            alerts: { was: "read", firing: 0 },
            resources: [
              { name: "backend", condition: { status: "Unknown" }, because: [expect.stringMatching(/^young: started \d+s ago$/)] },
            ],
          },
        ]);
    });

    async function reconcile() {
      const fleet = join(folder, "fleet.json");
      await writeFile(join(folder, "ca.pem"), kubernetes.ca);
      const kubernetesEntry = { server: kubernetes.server, ca: { file: "ca.pem" }, auth: { token: { env: "CLUSTER_TOKEN" } } };
      const alerts = { service: { namespace: "alertstatus", name: "prometheus", port: 9090 } };
      await writeFile(fleet, JSON.stringify({ clusters: [{ name: "here", kubernetes: kubernetesEntry, alerts }] }));
      const { stdout } = await alertstatus(["reconcile", "--fleet", fleet, "-o", "json"], { CLUSTER_TOKEN: kubernetes.token });
      return JSON.parse(stdout).clusters;
    }
  });
}
