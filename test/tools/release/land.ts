// Lays out what a newcomer has: a cluster with a pipeline whose backend is down, a kubeconfig for it, and an account in a local cloud.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { hurriedRules } from "../../real/hurried-rules.ts";
import { collector, services } from "../../support/kyma-metrics.ts";
import { startTraffic } from "../../support/kyma-traffic.ts";
import { type CloudAccess, startLocalCloud } from "../../support/local-cloud.ts";
import { ownAddress } from "../../support/own-address.ts";
import { startKubernetes } from "../../support/real-kubernetes.ts";
import { startPrometheus } from "../../support/real-prometheus.ts";
import { installSelfMonitor } from "../../support/self-monitor.ts";
import { kubeconfigOf, PIPELINE } from "./scenes.ts";

/** `env` leads kubectl to the cluster, and whatever speaks to AWS into the local cloud. */
export type Land = { readonly cloud: CloudAccess; readonly env: Readonly<Record<string, string>>; readonly close: () => Promise<void> };

export const CLUSTER = "prod-eu-1";
const HURRIED = hurriedRules({ ...kymaTelemetry, rules: { for: "1s", window: "4s", keepFiringFor: "1s" } });
const LOST = collector(services.gateway, "spans").sendFailed(PIPELINE.metadata.name);

// The outage is older than the newcomer: replay finds it in what Prometheus remembers.
async function untilFiring(url: string): Promise<void> {
  const query = new URLSearchParams({ query: 'ALERTS{alertname="TraceGatewayAllDataDropped",alertstate="firing"}' });
  for (;;) {
    const answer = await fetch(`${url}/api/v1/query?${query}`);
    if (Object(await answer.json()).data.result.length > 0) return;
    await sleep(500);
  }
}

/** A real API server with a real Prometheus behind its service proxy, and a local cloud. */
export async function startLand(folder: string): Promise<Land> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const undo of closers.splice(0).reverse()) await undo();
  };
  try {
    // Neither the service proxy nor a fleet in a bucket leads to a loopback address.
    const address = ownAddress();
    const traffic = await startTraffic();
    closers.push(traffic.close);
    traffic.flow([LOST]);
    const prometheus = await startPrometheus({ address, rules: HURRIED, targets: traffic.targets });
    closers.push(prometheus.stop);
    const { server, ca, adminToken, request, stop } = await startKubernetes({ address });
    closers.push(stop);
    await installSelfMonitor(request, prometheus.url);
    await request("POST", `/apis/${PIPELINE.apiVersion}/tracepipelines`, PIPELINE);
    const kubeconfig = join(folder, "kubeconfig");
    writeFileSync(kubeconfig, kubeconfigOf(CLUSTER, { server, ca, token: adminToken }), { mode: 0o600 });
    const cloud = await startLocalCloud();
    closers.push(cloud.stop);
    await untilFiring(prometheus.url);
    return { cloud, env: { ...cloud.env, KUBECONFIG: kubeconfig }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
