// Reads what an API server serves: kinds, versions, its own version, and the Pods behind a service.

import { UpstreamError } from "../../core/errors.ts";
import { isObject, type JsonObject, valueAt } from "../../core/json.ts";
import type { ObjectKind } from "../../core/kubernetes/resource.ts";
import { parseTimeMs } from "../../core/time.ts";
import type { Client } from "../http/client.ts";
import { get } from "../http/request.ts";
import { expectSuccess } from "./answer.ts";
import { kindPath } from "./resources.ts";

/** What an API server serves of a group: the resources of the requested version, or the versions that exist instead. */
export type Served = { readonly resources: readonly string[] } | { readonly versions: readonly string[] };

/** Reads what is served in the group and version of a kind; `versions` is empty where the whole group is absent. */
export async function discover(client: Client, of: ObjectKind): Promise<Served> {
  const resources = await namesAt(client, kindPath(of), ["resources"], "name");
  if (resources !== undefined) return { resources };
  return { versions: (await namesAt(client, `/apis/${of.group}`, ["versions"], "version")) ?? [] };
}

/** The API groups that are served; undefined where the server does not say. */
export async function readGroups(client: Client): Promise<ReadonlySet<string> | undefined> {
  const groups = await namesAt(client, "/apis", ["groups"], "name");
  return groups && new Set(groups);
}

/** The OpenAPI document of the group and version of a kind, which every login may read unless its roles are cut down. */
export async function readSchemas(client: Client, of: ObjectKind): Promise<unknown> {
  const path = `/openapi/v3${kindPath(of)}`;
  return expectSuccess(await get(client, path), `asking for ${path}`);
}

/** The version of the server, and its clock in milliseconds since the epoch; NaN where its answer has no date. */
export async function readVersion(client: Client): Promise<{ version: string; dateMs: number }> {
  const response = await get(client, "/version");
  const version = valueAt(expectSuccess(response, "asking for the version"), ["gitVersion"]);
  return { version: typeof version === "string" ? version : "of an unknown version", dateMs: parseTimeMs(response.date) };
}

/** The number of ready Pods behind a service. */
export async function countEndpoints(client: Client, { namespace, name }: { namespace: string; name: string }): Promise<number> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${name}`;
  const items = valueAt(expectSuccess(await get(client, path), "listing endpointslices"), ["items"]);
  const slices = (Array.isArray(items) ? items : []).filter(isObject);
  // A dual-stack Pod is in one slice for each address family.
  const families = Map.groupBy(slices, ({ addressType }) => addressType);
  return Math.max(0, ...[...families.values()].map((family) => family.flatMap(readyIn).length));
}

function readyIn({ endpoints }: JsonObject): readonly unknown[] {
  return (Array.isArray(endpoints) ? endpoints : []).filter((endpoint) => valueAt(endpoint, ["conditions", "ready"]) !== false);
}

async function namesAt(client: Client, path: string, list: readonly string[], key: string): Promise<readonly string[] | undefined> {
  try {
    const items = valueAt(expectSuccess(await get(client, path), `asking for ${path}`), list);
    return (Array.isArray(items) ? items : []).filter(isObject).map((item) => String(item[key]));
  } catch (error) {
    if (error instanceof UpstreamError && error.code === "not-found") return undefined;
    throw error;
  }
}
