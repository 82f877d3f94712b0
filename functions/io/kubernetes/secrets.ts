import type { CoreV1Api, V1Secret, V1SecretList } from "@kubernetes/client-node";
import { type KubeconfigSecret, kubeconfigSecret } from "../../discover/secret-shapes.ts";
import { asked } from "./answer.ts";
import { leadToCurrent } from "./own-kubeconfig.ts";

/** A secret of a management cluster with the kubeconfig of another one in it. */
export type HeldKubeconfig = KubeconfigSecret & { readonly namespace: string; readonly secret: string; readonly text: string };

const PAGE = 100;
// What Helm keeps of its releases is most of what there is in many clusters.
const KINDS = ["helm.sh/release.v1", "kubernetes.io/service-account-token", "kubernetes.io/tls"];
const FIELD_SELECTOR = KINDS.map((type) => `type!=${type}`).join(",");

/**
 * All kubeconfigs that the person may read in a namespace, or in all of them, by the current context of the own kubeconfig.
 * An UpstreamError where they cannot be listed.
 */
export async function heldKubeconfigs(namespace: string | undefined): Promise<readonly HeldKubeconfig[]> {
  const { CoreV1Api, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  leadToCurrent(config);
  const api: CoreV1Api = config.makeApiClient(CoreV1Api);
  const held: HeldKubeconfig[] = [];
  let next: string | undefined;
  do {
    const { items, metadata } = await asked(() => page(api, namespace, next));
    held.push(...items.flatMap(toHeld));
    next = metadata?._continue || undefined;
  } while (next !== undefined);
  return held;
}

function page(api: CoreV1Api, namespace: string | undefined, next: string | undefined): Promise<V1SecretList> {
  const part = { limit: PAGE, fieldSelector: FIELD_SELECTOR, _continue: next };
  return namespace === undefined ? api.listSecretForAllNamespaces(part) : api.listNamespacedSecret({ namespace, ...part });
}

function toHeld({ metadata: { name = "", namespace = "", labels = {} } = {}, data = {} }: V1Secret): readonly HeldKubeconfig[] {
  const known = kubeconfigSecret({ name, labels, keys: Object.keys(data) });
  if (known === undefined) return [];
  return [{ ...known, namespace, secret: name, text: Buffer.from(data[known.key] ?? "", "base64").toString("utf8") }];
}
