// Finds the clusters whose kubeconfigs a management cluster keeps in its Secrets.

import { UpstreamError } from "../core/errors.ts";
import { readEmbeddedServer } from "../io/auth/kubeconfig.ts";
import { listSecrets, type Secret } from "../io/kubernetes/secrets.ts";
import { type FoundCluster, parameterFor, type Survey } from "./match.ts";
import { type KubeconfigSecret, kubeconfigSecret } from "./secret-shapes.ts";

/** Surveys the Secrets of the current context. An unusable kubeconfig is in `refused` and hides no other; the result holds no credential. */
export async function surveyKubeconfigs({ namespace, stage }: { namespace?: string; stage: string }): Promise<Survey> {
  const found: FoundCluster[] = [];
  const refused: UpstreamError[] = [];
  for await (const secret of listSecrets(namespace)) {
    const kubeconfig = kubeconfigSecret({ ...secret, keys: Object.keys(secret.data) });
    if (kubeconfig === undefined) continue;
    try {
      const text = Buffer.from(secret.data[kubeconfig.key] ?? "", "base64").toString("utf8");
      found.push(toFound(secret, kubeconfig, await readEmbeddedServer(text, `the secret ${secret.namespace}/${secret.name}`), stage));
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      refused.push(error);
    }
  }
  return { found, refused, skipped: [] };
}

function toFound(
  { namespace, name: secret }: Secret,
  { cluster, labels, key }: KubeconfigSecret,
  server: string,
  stage: string,
): FoundCluster {
  const ssm = parameterFor(stage, namespace, secret);
  const remarks = [
    `The secret ${namespace}/${secret} names the server ${new URL(server).href}. Copy its kubeconfig, and again after each renewal:`,
    `kubectl get secret -n ${namespace} ${secret} -o jsonpath='{.data.${key}}' | base64 -d | aws ssm put-parameter --name ${ssm} --type SecureString --tier Intelligent-Tiering --overwrite --value file:///dev/stdin`,
  ];
  return { name: cluster, within: namespace, labels, server, kubernetes: { kubeconfig: { ssm } }, remarks };
}
