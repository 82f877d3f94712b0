// Connects the contract tests to the shared API server.

import { isObject, type JsonObject, valueAt } from "../../functions/core/json.ts";
import type { ObjectKind } from "../../functions/core/kubernetes/resource.ts";
import { type Answer, apiRequest } from "../support/api-request.ts";
import { type HttpServer, serve } from "../support/http-server.ts";
import { ownPort } from "../support/own-port.ts";
import type { KubernetesAccess } from "../support/real-kubernetes.ts";
import { installSelfMonitor } from "../support/self-monitor.ts";
import type { PrometheusHandler } from "../support/simulator/prometheus.ts";
import type { ContractCluster } from "./cluster.ts";

// The one address that the service proxy can reach: test/run.ts adds it to the network of the run.
const ADDRESS = "10.200.0.1";

/** The shared API server, with this file's own backend behind the service. */
export function attachCluster({ etcdUrl, ...access }: KubernetesAccess): ContractCluster {
  const request = apiRequest({ ...access, token: access.adminToken });
  let handler: PrometheusHandler = (_, response) => response.end();
  let backend: HttpServer | undefined;
  let port: number | undefined;

  async function listen(): Promise<void> {
    const isFirst = port === undefined;
    port ??= await ownPort(ADDRESS);
    backend ??= await serve((asked, response) => handler(asked, response), { address: ADDRESS, port });
    if (isFirst) await installSelfMonitor(request, backend.url);
  }

  async function stopListening(): Promise<void> {
    await backend?.close();
    backend = undefined;
  }

  return {
    ...access,
    async put(of, object) {
      const path = pathOf(of, object);
      const created = await request("POST", path.slice(0, path.lastIndexOf("/")), unversioned(object));
      if (created.status === 409) expectOk(await request("PUT", path, await current(path, object)));
      else expectOk(created);
      if ("status" in object) expectOk(await request("PUT", `${path}/status`, await current(path, object)));
    },
    find: async (of, name, namespace) => objectIn(await request("GET", pathOf(of, { metadata: { name, namespace } }))),
    remove: async (of, name, namespace) => expectOk(await request("DELETE", pathOf(of, { metadata: { name, namespace } }))),
    async forgetHistory() {
      const { body } = await request("GET", "/api/v1/namespaces");
      const revision = Number(valueAt(body, ["metadata", "resourceVersion"]));
      expectOk(await apiRequest({ server: etcdUrl })("POST", "/v3/kv/compaction", { revision }));
    },
    async setPrometheus(next) {
      if (next === undefined) return stopListening();
      handler = next;
      await listen();
    },
    close: stopListening,
  };

  async function current(path: string, object: object): Promise<object> {
    const { metadata } = objectIn(await request("GET", path));
    return { ...object, metadata };
  }
}

function unversioned(object: object): object {
  const metadata = valueAt(object, ["metadata"]);
  return { ...object, metadata: { ...(isObject(metadata) && metadata), resourceVersion: undefined } };
}

function pathOf({ group, version, plural }: ObjectKind, object: object): string {
  const namespace = valueAt(object, ["metadata", "namespace"]);
  const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `/apis/${group}/${version}${scope}/${plural}/${valueAt(object, ["metadata", "name"])}`;
}

function objectIn(answer: Answer): JsonObject {
  expectOk(answer);
  if (!isObject(answer.body)) throw new Error(`no object: ${answer.body}`);
  return answer.body;
}

function expectOk({ status, body }: Answer): void {
  if (status >= 300) throw new Error(`the API server answered ${status}: ${JSON.stringify(body)}`);
}
