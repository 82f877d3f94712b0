// Defines the cluster that the contract tests run against: the simulator or a real API server.

import { inject } from "vitest";
import { isObject, type JsonObject, valueAt } from "../../functions/core/json.ts";
import type { ObjectKind } from "../../functions/core/kubernetes/resource.ts";
import type { Client } from "../../functions/io/http/client.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import type { PrometheusHandler } from "../support/simulator/prometheus.ts";
import { startSimulator } from "../support/simulator.ts";
import { attachCluster } from "./real-cluster.ts";

/** A namespaced kind beside those of Kyma, which the shipped roles do not name. */
export const databases: ObjectKind = { group: "shop.example", version: "v1", plural: "databases", kind: "Database" };

export function aDatabase(namespace: string, name: string): object {
  return { apiVersion: "shop.example/v1", kind: "Database", metadata: { namespace, name }, spec: {} };
}

/** The cluster that the suite runs on: a simulator of the test file's own, or the real API server that all files share. */
export type ContractCluster = {
  readonly server: string;
  readonly ca?: string;
  readonly token: string;
  readonly adminToken: string;
  readonly strangerToken: string;
  /** Creates the object, or replaces its spec, and its status if there is one. */
  put(of: ObjectKind, object: object): Promise<void>;
  /** The object as the server keeps it. */
  find(of: ObjectKind, name: string, namespace?: string): Promise<JsonObject>;
  /** Removes the object; one with finalizers stays, and is marked. */
  remove(of: ObjectKind, name: string, namespace?: string): Promise<void>;
  /** Forgets every state of the lists but the current one. */
  forgetHistory(): Promise<void>;
  /** The backend of the service kyma-system/telemetry-self-monitor:9090; undefined for none. */
  setPrometheus(handler: PrometheusHandler | undefined): Promise<void>;
  close(): Promise<void>;
};

export async function openCluster(): Promise<ContractCluster> {
  const shared = inject("kubernetes");
  return shared === undefined ? simulatedCluster() : attachCluster(shared);
}

async function simulatedCluster(): Promise<ContractCluster> {
  const { url, put, get, remove, forgetHistory, setAlerts, ...simulator } = await startSimulator();
  return {
    ...simulator,
    server: url,
    put: async (_, object) => put(object),
    find: async ({ kind }, name, namespace) => get(kind, name, namespace)!,
    async remove({ kind }, name, namespace) {
      const { metadata, ...object } = get(kind, name, namespace)!;
      if (valueAt(metadata, ["finalizers"]) === undefined) remove(kind, name, namespace);
      else put({ ...object, metadata: { ...(isObject(metadata) && metadata), deletionTimestamp: "2026-01-01T00:00:00Z" } });
    },
    forgetHistory: async () => forgetHistory(),
    setPrometheus: async (handler) => setAlerts(handler),
  };
}

import { aClient, aLogin } from "../support/client.ts";

const connections = openConnections();

/** A client like those of a pass; without a token it is anonymous. */
export function clientTo({ server, ca }: Pick<ContractCluster, "server" | "ca">, token?: string): Client {
  const headers = { accept: "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  return aClient(connections, aLogin({ origin: server, headers, ca }));
}
