// Sets up the real cluster that the tests share with the files of one example, as a newcomer would.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { RuleGroups } from "../../functions/rules/render.ts";
import { alertstatus, type Ended } from "../cli/alertstatus.ts";
import { type Answer, type ApiRequest, apiRequest } from "../support/api-request.ts";
import { apply } from "../support/kustomize.ts";
import type { KubernetesAccess } from "../support/real-kubernetes.ts";
import { startMetrics, startPrometheus } from "../support/real-prometheus.ts";
import { installSelfMonitor, removeSelfMonitor } from "../support/self-monitor.ts";
import { eachRule } from "./hurried-rules.ts";

type Kubernetes = KubernetesAccess & { readonly request: ApiRequest };

/** A newcomer's cluster that uses the files of one example exactly as they are shipped. */
export type ExampleCluster = {
  readonly kubernetes: Kubernetes;
  /** What the domain's controller exposes from now on. */
  expose(metrics: readonly string[]): void;
  /** Creates an object, and gives it a status. */
  create(path: string, object: { readonly metadata: { readonly name: string }; readonly status?: object }): Promise<void>;
  /** The command line with the example's fleet file, whose way in alone is another. */
  alertstatus(...words: readonly string[]): Promise<Ended>;
  stop(): Promise<void>;
};

type Example = {
  readonly folder: "cert-manager" | "karpenter";
  readonly crd: string;
  /** Where the kind is listed. */
  readonly path: string;
  /** The labels that Prometheus gives its target. */
  readonly target: Readonly<Record<string, string>>;
};

// Not a loopback address, which the service proxy refuses: it exists in the network namespace that the project `real` runs in.
export const ADDRESS = "10.200.0.1";

export async function startExample({ folder, crd, path, target }: Example): Promise<ExampleCluster> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  const access = inject("kubernetes")!;
  const kubernetes = { ...access, request: apiRequest({ ...access, token: access.adminToken }) };
  const own = await mkdtemp(join(tmpdir(), "alertstatus-example-"));
  closers.push(() => rm(own, { recursive: true, force: true }));
  await serve(kubernetes, crd, path);
  await kubernetes.request("POST", "/api/v1/namespaces", { metadata: { name: "monitoring" } });
  for (const document of await documents(`infra/examples/${folder}/rbac.yml`)) await expectAccepted(apply(kubernetes.request, document));
  const fleet = await fleetThere(own, `infra/examples/${folder}/fleet.yml`, kubernetes);
  const run = (...words: readonly string[]) => alertstatus([...words, "--fleet", fleet], { CLUSTER_TOKEN: kubernetes.token });
  const metrics = await startMetrics();
  closers.push(metrics.close);
  const rules = hurried(parse((await run("rules", "render")).stdout));
  const prometheus = await startPrometheus({ address: ADDRESS, rules, targets: [{ url: metrics.url, labels: target }] });
  closers.push(prometheus.stop);
  closers.push(() => removeSelfMonitor(kubernetes.request, "prometheus-operated", "monitoring"));
  await installSelfMonitor(kubernetes.request, prometheus.url, "prometheus-operated", "monitoring");
  const create: ExampleCluster["create"] = async (where, object) => {
    await expectAccepted(kubernetes.request("POST", where, object));
    const status = { status: object.status ?? {} };
    await expectAccepted(kubernetes.request("PATCH", `${where}/${object.metadata.name}/status`, status, "application/merge-patch+json"));
  };
  return { kubernetes, expose: (lines) => metrics.set(`${lines.join("\n")}\n`), create, alertstatus: run, stop };
}

/** The same rules with waits of a second. */
export function hurried(groups: RuleGroups): RuleGroups {
  // Prometheus looks for its targets only five seconds after its start.
  const wait = (alert: string) => (alert.endsWith("Absent") ? "10s" : "1s");
  return eachRule(groups, (rule) => [{ ...rule, for: wait(rule.alert), ...(rule.keep_firing_for && { keep_firing_for: "1s" }) }]);
}

async function serve({ request }: Kubernetes, crd: string, path: string): Promise<void> {
  const [definition] = await documents(`test/support/crds-examples/${crd}.yml`);
  await expectAccepted(request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition));
  while ((await request("GET", path)).status !== 200) await sleep(50);
}

async function fleetThere(folder: string, file: string, { server, ca }: Kubernetes): Promise<string> {
  await writeFile(join(folder, "ca.pem"), ca);
  const { clusters, profiles } = parse(await readFile(file, "utf8"));
  const kubernetes = { server, ca: { file: "ca.pem" }, auth: { token: { env: "CLUSTER_TOKEN" } } };
  const fleet = join(folder, "fleet.json");
  await writeFile(
    fleet,
    JSON.stringify({ profiles: inAHurry(profiles), clusters: clusters.map((cluster: object) => ({ ...cluster, kubernetes })) }),
  );
  return fleet;
}

/** The same profiles for a Prometheus that is old enough after seconds: after the longest wait and the window of a profile. */
export function inAHurry(profiles: object): object {
  const text = JSON.stringify(profiles, (key, value) => (key === "for" || key === "window" ? "2s" : value));
  return JSON.parse(text);
}

async function documents(file: string) {
  return parseAllDocuments(await readFile(file, "utf8")).map((document) => document.toJS());
}

async function expectAccepted(answer: Promise<Answer>): Promise<void> {
  const { status, body } = await answer;
  if (status !== 200 && status !== 201) throw new Error(`the API server answered ${status}: ${JSON.stringify(body)}`);
}
