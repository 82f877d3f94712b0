// Lists the Secrets of the user's current cluster, where `fleet discover` looks for kubeconfigs.

import type { CoreV1Api, V1Secret, V1SecretList } from "@kubernetes/client-node";
import { useCurrentContext, withUpstreamErrors } from "./own-kubeconfig.ts";

/** A Secret; its values are base64, as in the API. */
export type Secret = {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
};

const PAGE_SIZE = 100;
// In many clusters most Secrets are Helm releases.
const EXCLUDED_TYPES = ["helm.sh/release.v1", "kubernetes.io/service-account-token", "kubernetes.io/tls"];
const FIELD_SELECTOR = EXCLUDED_TYPES.map((type) => `type!=${type}`).join(",");

/**
 * The Secrets of one namespace, or of all, in the current context of the user's kubeconfig, without those of Helm, service accounts and
 * TLS. An UpstreamError where they cannot be listed.
 */
export async function* listSecrets(namespace: string | undefined): AsyncGenerator<Secret> {
  const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  useCurrentContext(config);
  const api: CoreV1Api = config.makeApiClient(CoreV1Api);
  let next: string | undefined;
  do {
    const { items, metadata } = await withUpstreamErrors(config, () => page(api, namespace, next));
    yield* items.map(toSecret);
    next = metadata?._continue || undefined;
  } while (next !== undefined);
}

function page(api: CoreV1Api, namespace: string | undefined, next: string | undefined): Promise<V1SecretList> {
  const query = { limit: PAGE_SIZE, fieldSelector: FIELD_SELECTOR, _continue: next };
  return namespace === undefined ? api.listSecretForAllNamespaces(query) : api.listNamespacedSecret({ namespace, ...query });
}

function toSecret({ metadata: { name = "", namespace = "", labels = {} } = {}, data = {} }: V1Secret): Secret {
  return { namespace, name, labels, data };
}
