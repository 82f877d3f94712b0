// Starts a real API server with a real Prometheus behind its service proxy.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { isResource, parseResourceList } from "../../functions/core/kubernetes/item.ts";
import { findCondition, type Resource } from "../../functions/core/kubernetes/resource.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import type { Profile } from "../../functions/core/profile/profile.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import type { RuleGroups } from "../../functions/rules/render.ts";
import { kinds } from "../support/builders.ts";
import { startTraffic, type Traffic } from "../support/kyma-traffic.ts";
import { type KubernetesAccess, type RealKubernetes, startKubernetes } from "../support/real-kubernetes.ts";
import { type RealPrometheus, startPrometheus } from "../support/real-prometheus.ts";
import { installSelfMonitor } from "../support/self-monitor.ts";
import { eachRule, hurriedRules } from "./hurried-rules.ts";

export type KymaCluster = {
  readonly access: KubernetesAccess;
  readonly traffic: Traffic;
  readonly prometheus: RealPrometheus;
  /** What Prometheus evaluates. */
  readonly rules: RuleGroups;
  create(pipeline: Pipeline): Promise<void>;
  /** A fleet file of this cluster, with the login of the product. */
  readonly fleetFile: string;
  /** One pass of the product, with its own login. */
  pass(): Promise<ClusterOutcome>;
  /** The pipelines as the API server has them. */
  pipelines(): Promise<readonly Resource[]>;
  /** How many writes of pipelines the API server has seen, other than their creation. */
  writes(): Promise<number>;
  stop(): Promise<void>;
};
export type Pipeline = { readonly kind: keyof typeof kinds; readonly name: string; readonly spec: object };

/** No loopback address, which the service proxy and remote fleets refuse: it exists in the network namespace of the tests. */
export const ADDRESS = "10.200.0.1";

export const hurried: Profile = { ...kymaTelemetry, rules: { for: "1s", window: "4s", keepFiringFor: "1s" } };

/** The rules of Kyma in a hurry; `pendingOnly` is an alert that waits too long to fire. */
function rulesWith(pendingOnly: string): RuleGroups {
  return eachRule(hurriedRules(hurried), (rule) => [rule.alert === pendingOnly ? { ...rule, for: "1h" } : rule]);
}

/** A real API server, and behind its service proxy a real Prometheus with the rules that the profile renders. */
export async function startKymaCluster({ pendingOnly, address }: { pendingOnly: string; address?: string }): Promise<KymaCluster> {
  const closers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return { ...(await start(rulesWith(pendingOnly), closers, address)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(rules: RuleGroups, closers: (() => Promise<void>)[], address?: string): Promise<Omit<KymaCluster, "stop">> {
  const kubernetes = await startKubernetes({ address });
  closers.push(kubernetes.stop);
  const traffic = await startTraffic();
  closers.push(traffic.close);
  const prometheus = await startPrometheus({ address: ADDRESS, rules, targets: traffic.targets });
  closers.push(prometheus.stop);
  await installSelfMonitor(kubernetes.request, prometheus.url);
  return { access: kubernetes, traffic, prometheus, rules, ...(await product(kubernetes, closers)), ...administrator(kubernetes) };
}

async function product({ server, ca, token }: RealKubernetes, closers: (() => Promise<void>)[]) {
  const folder = await mkdtemp(join(tmpdir(), "fleet-"));
  closers.push(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "ca.pem"), ca);
  await writeFile(join(folder, "token"), token);
  const kubernetes = { server, ca: { file: "ca.pem" }, auth: { token: { file: "token" } } };
  const document = { clusters: [{ name: "real", kubernetes, profiles: ["hurried"] }], profiles: { hurried } };
  const fleetFile = join(folder, "fleet.json");
  await writeFile(fleetFile, JSON.stringify(document));
  const fleet = parseFleet(document);
  const connections = openConnections();
  closers.push(connections.close);
  const pass = async () => (await reconcileFleet(fleet, { connect: connector({ connections, folder }) }))[0]!;
  return { fleetFile, pass };
}

function administrator({ request }: RealKubernetes) {
  const path = (kind: Pipeline["kind"]) => `/apis/${kinds[kind].group}/${kinds[kind].version}/${kinds[kind].plural}`;
  return {
    async create({ kind, name, spec }: Pipeline) {
      const { group, version } = kinds[kind];
      const { status, body } = await request("POST", path(kind), { apiVersion: `${group}/${version}`, kind, metadata: { name }, spec });
      if (status !== 201) throw new Error(`${kind}/${name} was not created: ${JSON.stringify(body)}`);
    },
    async pipelines() {
      const lists = [kinds.TracePipeline, kinds.MetricPipeline, kinds.LogPipeline].map(async (of) => {
        const { body } = await request("GET", `/apis/${of.group}/${of.version}/${of.plural}`);
        return parseResourceList(of, body).items.filter(isResource);
      });
      return (await Promise.all(lists)).flat();
    },
    async writes() {
      const { body } = await request("GET", "/metrics");
      const lines = String(body).split("\n");
      const written = lines.filter((line) =>
        /^apiserver_request_total{.*group="telemetry\.kyma-project\.io".*verb="(PATCH|PUT|APPLY)"/.test(line),
      );
      return written.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    },
  };
}

/** What the product says of a pipeline, as the API server has it. */
export function conditionText({ conditions }: Resource): string | undefined {
  const condition = findCondition(conditions, "TelemetryFlowHealthy");
  return condition && `${condition.status} ${condition.reason}`;
}
