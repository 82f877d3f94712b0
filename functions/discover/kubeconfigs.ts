import { UpstreamError } from "../core/errors.ts";
import { carriedServer } from "../io/auth/kubeconfig.ts";
import { type HeldKubeconfig, heldKubeconfigs } from "../io/kubernetes/secrets.ts";
import { type Found, parameterFor, type Survey } from "./match.ts";

/** The clusters whose kubeconfigs a management cluster keeps. One that cannot be used is told, and hides no other; nothing secret is in the answer. */
export async function surveyKubeconfigs({ namespace, stage }: { namespace?: string; stage: string }): Promise<Survey> {
  const found: Found[] = [];
  const refused: UpstreamError[] = [];
  for (const held of await heldKubeconfigs(namespace)) {
    try {
      found.push(toFound(held, await carriedServer(held.text, `the secret ${held.namespace}/${held.secret}`), stage));
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      refused.push(error);
    }
  }
  return { found, refused, passedOver: [] };
}

function toFound({ cluster, labels, namespace, secret, key }: HeldKubeconfig, server: string, stage: string): Found {
  const ssm = parameterFor(stage, namespace, secret);
  const remarks = [
    `${new URL(server).href}, says the secret ${namespace}/${secret}. Its kubeconfig has to be copied, and again whenever it is renewed:`,
    `kubectl get secret -n ${namespace} ${secret} -o jsonpath='{.data.${key}}' | base64 -d | aws ssm put-parameter --name ${ssm} --type SecureString --tier Intelligent-Tiering --overwrite --value file:///dev/stdin`,
  ];
  return { name: cluster, within: namespace, labels, server, kubernetes: { kubeconfig: { ssm } }, remarks };
}
