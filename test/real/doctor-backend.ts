// Stands in for the Pods and the controllers behind the service of a real API server that runs without nodes.

import { spawnSync } from "node:child_process";
import type { Answer, ApiRequest } from "../support/api-request.ts";

export const MERGE_PATCH = "application/merge-patch+json";
export const NAMESPACE = "kyma-system";
export const SERVICE = "telemetry-self-monitor";
export const ADDRESS = "10.200.0.1";

// The address routes to the loopback device, where no process has it: packets get no answer at all.
const SILENT_ADDRESS = "10.200.0.66";

/** A Pod at an address and port, as Endpoints name it. */
export const pod = (ip: string, port: number, name = SERVICE) => ({
  addresses: [{ ip, targetRef: { kind: "Pod", namespace: NAMESPACE, name } }],
  ports: [{ name: "http", port }],
});

/** Sets the backend of the service with the administrator's permissions. */
export function backendOf(admin: ApiRequest) {
  const leadTo = (subsets: readonly object[]) =>
    expectOk(admin("PATCH", `/api/v1/namespaces/${NAMESPACE}/endpoints/${SERVICE}`, { subsets }, MERGE_PATCH));
  return {
    leadTo,
    /** Points the service to a Pod that drops all packets, as behind a NetworkPolicy. */
    async leadToSilence(): Promise<void> {
      spawnSync("sh", ["-c", `ip route add ${SILENT_ADDRESS}/32 dev lo`]);
      const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
      await expectOk(admin("POST", pods, { metadata: { name: "silent" }, spec: { containers: [{ name: "prometheus", image: "none" }] } }));
      const status = { podIP: SILENT_ADDRESS, podIPs: [{ ip: SILENT_ADDRESS }], phase: "Running" };
      await expectOk(admin("PATCH", `${pods}/silent/status`, { status }, MERGE_PATCH));
      await leadTo([pod(SILENT_ADDRESS, 9090, "silent")]);
    },
    /** Creates an EndpointSlice, as its controller does. */
    addSlice: (addressType: "IPv4" | "IPv6", addresses: readonly string[]) =>
      expectOk(
        admin("POST", `/apis/discovery.k8s.io/v1/namespaces/${NAMESPACE}/endpointslices`, {
          metadata: { generateName: `${SERVICE}-`, labels: { "kubernetes.io/service-name": SERVICE } },
          addressType,
          endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
          ports: [{ name: "http", port: 9090 }],
        }),
      ),
  };
}

async function expectOk(answer: Promise<Answer>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`the API server answered ${status}: ${JSON.stringify(body)}`);
}
