// Puts a real Prometheus behind a Service of a real API server.

import type { ApiRequest } from "./api-request.ts";

const NAMESPACE = "kyma-system";
const SELF_MONITOR = "telemetry-self-monitor";

/**
 * Makes a Prometheus the Service that Kyma's self-monitor is, or one of another name or in another namespace. The API server's service proxy wants all three: a Service with a numeric port,
 * a Pod with the address (not a loopback one), and Endpoints that name this Pod.
 */
export async function installSelfMonitor(
  request: ApiRequest,
  prometheusUrl: string,
  name = SELF_MONITOR,
  namespace = NAMESPACE,
): Promise<void> {
  const base = `/api/v1/namespaces/${namespace}`;
  const { hostname, port } = new URL(prometheusUrl);
  const metadata = { name, namespace };
  const create = async (plural: string, object: object) => {
    const { status, body } = await request("POST", `${base}/${plural}`, { metadata, ...object });
    if (status !== 201) throw new Error(`${plural}/${name} was not created: ${JSON.stringify(body)}`);
  };
  await create("services", { spec: { ports: [{ name: "http", port: 9090, targetPort: Number(port) }] } });
  await create("pods", { spec: { containers: [{ name: "prometheus", image: "prometheus" }] } });
  const podStatus = { status: { podIP: hostname, podIPs: [{ ip: hostname }], phase: "Running" } };
  const patched = await request("PATCH", `${base}/pods/${name}/status`, podStatus, "application/merge-patch+json");
  if (patched.status !== 200) throw new Error(`the Pod got no address: ${JSON.stringify(patched.body)}`);
  const targetRef = { kind: "Pod", ...metadata };
  await create("endpoints", { subsets: [{ addresses: [{ ip: hostname, targetRef }], ports: [{ name: "http", port: Number(port) }] }] });
}

/** Takes such a Service away again. */
export async function removeSelfMonitor(request: ApiRequest, name: string, namespace: string): Promise<void> {
  for (const plural of ["endpoints", "pods", "services"])
    await request("DELETE", `/api/v1/namespaces/${namespace}/${plural}/${name}?gracePeriodSeconds=0`);
}
