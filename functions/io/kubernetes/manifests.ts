// Reads and applies whole objects under the kubeconfig of the user, for `rules sync`.

import type { KubeConfig as Config, CustomObjectsApi, KubernetesObjectApi } from "@kubernetes/client-node";
import type { Kubernetes } from "../../core/access/kubernetes.ts";
import { UpstreamError } from "../../core/errors.ts";
import { isStringRecord, valueAt } from "../../core/json.ts";
import { FIELD_MANAGER } from "../../core/kubernetes/managed-fields.ts";
import type { Manifest } from "../../core/kubernetes/manifest.ts";
import { secretsOf, useClusterContext, withUpstreamErrors } from "./own-kubeconfig.ts";

/** Access to whole objects of a cluster. Each call may throw an {@link UpstreamError}. */
export type Manifests = {
  /** The labels by which the one Prometheus of prometheus-operator in a namespace selects its rules; undefined where the operator is not installed. */
  ruleLabels(namespace: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** The object as it is now; undefined where there is none. */
  read(manifest: Manifest): Promise<unknown>;
  /** The object that results from server-side apply; a dry run persists nothing. */
  apply(manifest: Manifest, isDryRun: boolean): Promise<unknown>;
  /** What of the login must not be seen, should the API server repeat it. */
  secrets(): Promise<readonly string[]>;
};

/** Opens a cluster of the fleet by the user's kubeconfig; an {@link UpstreamError} `kubeconfig-unusable` where it has no context for it. */
export async function openManifests(cluster: string, kubernetes: Kubernetes, folder: string | undefined): Promise<Manifests> {
  const { CustomObjectsApi, KubeConfig, KubernetesObjectApi, PatchStrategy } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  useClusterContext(cluster, kubernetes, config, folder);
  const objects: KubernetesObjectApi = KubernetesObjectApi.makeApiClient(config);
  const operator: CustomObjectsApi = config.makeApiClient(CustomObjectsApi);
  return {
    ruleLabels: async (namespace) => {
      const of = { group: "monitoring.coreos.com", version: "v1", plural: "prometheuses", namespace };
      const list: unknown = await undefinedIfAbsent(config, () => operator.listNamespacedCustomObject(of));
      return list === undefined ? undefined : selectedLabels(list);
    },
    read: (manifest) => undefinedIfAbsent(config, () => objects.read(toObject(manifest))),
    apply: (manifest, isDryRun) =>
      withUpstreamErrors(config, () =>
        objects.patch(toObject(manifest), undefined, isDryRun ? "All" : undefined, FIELD_MANAGER, undefined, PatchStrategy.ServerSideApply),
      ),
    secrets: () => secretsOf(config),
  };
}

function toObject({ metadata, ...rest }: Manifest) {
  return { ...rest, metadata: { ...metadata, namespace: metadata.namespace ?? "default", labels: { ...metadata.labels } } };
}

// With several Prometheuses, or none that selects by labels, the intended one is unknown, and no labels are set.
function selectedLabels(list: unknown): Readonly<Record<string, string>> {
  const items = valueAt(list, ["items"]);
  const [one, ...others] = Array.isArray(items) ? items : [];
  const labels = valueAt(one, ["spec", "ruleSelector", "matchLabels"]);
  return others.length === 0 && isStringRecord(labels) ? labels : {};
}

async function undefinedIfAbsent<T>(config: Config, request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await withUpstreamErrors(config, request);
  } catch (error) {
    if (error instanceof UpstreamError && error.code === "not-found") return undefined;
    throw error;
  }
}
