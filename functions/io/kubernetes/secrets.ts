import type { CoreV1Api, V1Secret, V1SecretList } from "@kubernetes/client-node";
import { withUpstreamErrors } from "./answer.ts";
import { useCurrentContext } from "./own-kubeconfig.ts";

/** A Secret; values are base64 as the API server has them. */
export type Secret = {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
};

const PAGE = 100;
// What Helm keeps of its releases is most of what there is in many clusters.
const KINDS = ["helm.sh/release.v1", "kubernetes.io/service-account-token", "kubernetes.io/tls"];
const FIELD_SELECTOR = KINDS.map((type) => `type!=${type}`).join(",");

/**
 * The Secrets that the person may read in a namespace, or in all of them, by the current context of the own kubeconfig; those of Helm,
 * service accounts and TLS are left out. An UpstreamError where they cannot be listed.
 */
export async function* listSecrets(namespace: string | undefined): AsyncGenerator<Secret> {
  const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  useCurrentContext(config);
  const api: CoreV1Api = config.makeApiClient(CoreV1Api);
  let next: string | undefined;
  do {
    const { items, metadata } = await withUpstreamErrors(() => page(api, namespace, next));
    yield* items.map(toSecret);
    next = metadata?._continue || undefined;
  } while (next !== undefined);
}

function page(api: CoreV1Api, namespace: string | undefined, next: string | undefined): Promise<V1SecretList> {
  const part = { limit: PAGE, fieldSelector: FIELD_SELECTOR, _continue: next };
  return namespace === undefined ? api.listSecretForAllNamespaces(part) : api.listNamespacedSecret({ namespace, ...part });
}

function toSecret({ metadata: { name = "", namespace = "", labels = {} } = {}, data = {} }: V1Secret): Secret {
  return { namespace, name, labels, data };
}
