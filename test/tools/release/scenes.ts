// The clusters that an installed alertstatus works on: a simulated one, and one with a real API server.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { alertsBody, anAlert } from "../../support/builders.ts";
import { startKubernetes } from "../../support/real-kubernetes.ts";
import { startSimulator } from "../../support/simulator.ts";

/** A cluster, and the fleet file and the kubeconfig that lead to it. */
export type Scene = { readonly name: string; readonly fleet: string; readonly kubeconfig: string; readonly close: () => Promise<unknown> };

/** A pipeline of Kyma's telemetry. */
export const PIPELINE = {
  apiVersion: "telemetry.kyma-project.io/v1beta1",
  kind: "TracePipeline",
  metadata: { name: "checkout" },
  spec: { output: { otlp: { endpoint: { value: "https://backend.example.com:4317" } } } },
};
const FIRING = alertsBody({ firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: "checkout" })] });

export async function simulated(folder: string): Promise<Scene> {
  const simulator = await startSimulator();
  simulator.put(PIPELINE);
  simulator.setAlerts(FIRING);
  const files = writeFiles(join(folder, "simulated"), { server: simulator.url, token: simulator.token });
  return { name: "the simulator", ...files, close: simulator.close };
}

/** The alerts come from the simulator: this is about the API server. */
export async function real(folder: string): Promise<Scene> {
  const simulator = await startSimulator();
  simulator.setAlerts(FIRING);
  const { server, ca, token, request, stop } = await startKubernetes();
  await request("POST", `/apis/${PIPELINE.apiVersion}/tracepipelines`, PIPELINE);
  const files = writeFiles(join(folder, "real"), { server, ca, token, alertsUrl: simulator.alertsUrl });
  return { name: "a real API server", ...files, close: () => Promise.all([simulator.close(), stop()]) };
}

type Cluster = { readonly server: string; readonly ca?: string; readonly token: string; readonly alertsUrl?: string };

function writeFiles(folder: string, { server, ca, token, alertsUrl }: Cluster): Pick<Scene, "fleet" | "kubeconfig"> {
  mkdirSync(folder);
  writeFileSync(join(folder, "token"), token);
  if (ca !== undefined) writeFileSync(join(folder, "ca.pem"), ca);
  const kubernetes = { server, ...(ca && { ca: { file: "ca.pem" } }), auth: { token: { file: "token" } } };
  const cluster = { name: "prod", kubernetes, ...(alertsUrl && { alerts: { url: alertsUrl } }) };
  const [fleet, kubeconfig] = [join(folder, "fleet.json"), join(folder, "kubeconfig")];
  writeFileSync(fleet, JSON.stringify({ clusters: [cluster] }));
  writeFileSync(kubeconfig, kubeconfigOf("prod", { server, ca, token }));
  return { fleet, kubeconfig };
}

/** The text of a kubeconfig with one context. */
export function kubeconfigOf(name: string, { server, ca, token }: Pick<Cluster, "server" | "ca" | "token">): string {
  return JSON.stringify({
    contexts: [{ name, context: { cluster: name, user: "me" } }],
    clusters: [{ name, cluster: { server, ...(ca && { "certificate-authority-data": btoa(ca) }) } }],
    users: [{ name: "me", user: { token } }],
    "current-context": name,
  });
}
