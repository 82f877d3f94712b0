import type { CustomObjectsApi, KubernetesObjectApi } from "@kubernetes/client-node";
import type { Kubernetes } from "../../core/access/kubernetes.ts";
import { UpstreamError } from "../../core/errors.ts";
import { isStringRecord, valueAt } from "../../core/json.ts";
import { FIELD_MANAGER } from "../../core/kubernetes/managed-fields.ts";
import type { Manifest } from "../../core/kubernetes/manifest.ts";
import { withUpstreamErrors } from "./answer.ts";
import { useClusterContext } from "./own-kubeconfig.ts";

/** Whole objects of a cluster, under the kubeconfig of the person who asks. Each call may throw an {@link UpstreamError}. */
export type Manifests = {
  /** The labels by which the one Prometheus that prometheus-operator runs in a namespace picks its rules; undefined where the operator is not installed. */
  ruleLabels(namespace: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** The object as it is now; undefined where there is none. */
  read(manifest: Manifest): Promise<unknown>;
  /** What the API server makes of the object by server-side apply; nothing is kept of a dry run. */
  apply(manifest: Manifest, isDryRun: boolean): Promise<unknown>;
};

/** The person's own way into a cluster of the fleet; an {@link UpstreamError} `kubeconfig-unusable` where there is none. */
export async function openManifests(cluster: string, kubernetes: Kubernetes, folder: string | undefined): Promise<Manifests> {
  const { CustomObjectsApi, KubeConfig, KubernetesObjectApi, PatchStrategy } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  useClusterContext(cluster, kubernetes, config, folder);
  const objects: KubernetesObjectApi = KubernetesObjectApi.makeApiClient(config);
  const operator: CustomObjectsApi = config.makeApiClient(CustomObjectsApi);
  return {
    ruleLabels: async (namespace) => {
      const of = { group: "monitoring.coreos.com", version: "v1", plural: "prometheuses", namespace };
      const list: unknown = await present(() => operator.listNamespacedCustomObject(of));
      return list === undefined ? undefined : selectedLabels(list);
    },
    read: (manifest) => present(() => objects.read(toObject(manifest))),
    apply: (manifest, isDryRun) =>
      withUpstreamErrors(() =>
        objects.patch(toObject(manifest), undefined, isDryRun ? "All" : undefined, FIELD_MANAGER, undefined, PatchStrategy.ServerSideApply),
      ),
  };
}

function toObject({ metadata, ...rest }: Manifest) {
  return { ...rest, metadata: { ...metadata, namespace: metadata.namespace ?? "default", labels: { ...metadata.labels } } };
}

// With several of them, or none that selects by labels, which one shall read the rules is not ours to guess.
function selectedLabels(list: unknown): Readonly<Record<string, string>> {
  const items = valueAt(list, ["items"]);
  const [one, ...others] = Array.isArray(items) ? items : [];
  const labels = valueAt(one, ["spec", "ruleSelector", "matchLabels"]);
  return others.length === 0 && isStringRecord(labels) ? labels : {};
}

async function present<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await withUpstreamErrors(ask);
  } catch (error) {
    if (error instanceof UpstreamError && error.code === "not-found") return undefined;
    throw error;
  }
}
