import { UpstreamError } from "../core/errors.ts";
import { readEmbeddedServer } from "../io/auth/kubeconfig.ts";
import { listSecrets, type Secret } from "../io/kubernetes/secrets.ts";
import { type FoundCluster, parameterFor, type Survey } from "./match.ts";
import { type KubeconfigSecret, kubeconfigSecret } from "./secret-shapes.ts";

/** The clusters whose kubeconfigs a management cluster keeps. One that cannot be used is told, and hides no other; nothing secret is in the answer. */
export async function surveyKubeconfigs({ namespace, stage }: { namespace?: string; stage: string }): Promise<Survey> {
  const found: FoundCluster[] = [];
  const refused: UpstreamError[] = [];
  for await (const secret of listSecrets(namespace)) {
    const held = kubeconfigSecret({ ...secret, keys: Object.keys(secret.data) });
    if (held === undefined) continue;
    try {
      const text = Buffer.from(secret.data[held.key] ?? "", "base64").toString("utf8");
      found.push(toFound(secret, held, await readEmbeddedServer(text, `the secret ${secret.namespace}/${secret.name}`), stage));
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      refused.push(error);
    }
  }
  return { found, refused, passedOver: [] };
}

function toFound(
  { namespace, name: secret }: Secret,
  { cluster, labels, key }: KubeconfigSecret,
  server: string,
  stage: string,
): FoundCluster {
  const ssm = parameterFor(stage, namespace, secret);
  const remarks = [
    `${new URL(server).href}, says the secret ${namespace}/${secret}. Its kubeconfig has to be copied, and again whenever it is renewed:`,
    `kubectl get secret -n ${namespace} ${secret} -o jsonpath='{.data.${key}}' | base64 -d | aws ssm put-parameter --name ${ssm} --type SecureString --tier Intelligent-Tiering --overwrite --value file:///dev/stdin`,
  ];
  return { name: cluster, within: namespace, labels, server, kubernetes: { kubeconfig: { ssm } }, remarks };
}
