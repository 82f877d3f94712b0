// Reads and applies whole objects under the kubeconfig of the user, for `rules sync`.

import { FIELD_MANAGER } from "../../core/kubernetes/managed-fields.ts";
import type { Manifest } from "../../core/kubernetes/manifest.ts";
import type { Client } from "../http/client.ts";
import { get, sendFreely, sendOnce } from "../http/request.ts";
import { expectSuccess } from "./answer.ts";

/** Access to whole objects of a cluster. Each call may throw an {@link UpstreamError}. */
export type Manifests = {
  /** What the API server answers to a path; undefined where there is nothing. */
  find(path: string): Promise<unknown>;
  /** The object as it is now; undefined where there is none. */
  read(manifest: Manifest): Promise<unknown>;
  /** The object that results from server-side apply; a dry run persists nothing. */
  apply(manifest: Manifest, isDryRun: boolean): Promise<unknown>;
  /** What of the login must not be seen, should the API server repeat it. */
  secrets(): Promise<readonly string[]>;
};

export function openManifests(client: Client): Manifests {
  return {
    find: (path) => found(client, path, `asking for ${path}`),
    read: (manifest) => found(client, pathOf(manifest), `reading ${textOf(manifest)}`),
    apply: (manifest, isDryRun) => apply(client, manifest, isDryRun),
    secrets: async () => (await client.login.endpoint()).secrets,
  };
}

async function found(client: Client, path: string, doing: string): Promise<unknown> {
  const response = await get(client, path);
  return response.status === 404 ? undefined : expectSuccess(response, doing);
}

// https://kubernetes.io/docs/reference/using-api/server-side-apply/
async function apply(client: Client, manifest: Manifest, isDryRun: boolean): Promise<unknown> {
  const send = isDryRun ? sendFreely : sendOnce;
  const response = await send(client, {
    method: "PATCH",
    path: `${pathOf(manifest)}?fieldManager=${FIELD_MANAGER}${isDryRun ? "&dryRun=All" : ""}`,
    headers: { "content-type": "application/apply-patch+yaml" },
    body: JSON.stringify(manifest),
  });
  return expectSuccess(response, `applying ${textOf(manifest)}`);
}

const PLURALS: Readonly<Record<string, string>> = { ConfigMap: "configmaps", PrometheusRule: "prometheusrules" };

function pathOf({ apiVersion, kind, metadata: { namespace = "default", name } }: Manifest): string {
  const plural = PLURALS[kind];
  if (plural === undefined) throw new Error(`${kind} is none of the kinds that are applied`);
  const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${group}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
}

function textOf({ kind, metadata: { namespace = "default", name } }: Manifest): string {
  return `${kind.toLowerCase()} ${namespace}/${name}`;
}
