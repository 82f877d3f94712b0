// Finds the clusters whose kubeconfigs a management cluster keeps in its Secrets.

import { leadsToLoopback } from "../core/access/address.ts";
import { UpstreamError } from "../core/errors.ts";
import { readEmbeddedServer } from "../io/auth/kubeconfig.ts";
import type { Client } from "../io/http/client.ts";
import { listSecrets, type Secret } from "../io/kubernetes/secrets.ts";
import { type FoundCluster, parameterFor, type Survey } from "./match.ts";
import { isKubeconfigLike, type KubeconfigSecret, kubeconfigSecret, type SecretShape } from "./secret-shapes.ts";

type Query = { readonly namespace?: string; readonly stage: string; readonly shapes: readonly SecretShape[] };
type Findings = {
  readonly found: FoundCluster[];
  readonly refused: UpstreamError[];
  readonly skipped: string[];
  readonly passedOver: string[];
};

/** Surveys the Secrets of a cluster. An unusable kubeconfig is in `refused` and hides no other; the result holds no credential. */
export async function surveyKubeconfigs(open: () => Promise<Client>, query: Query): Promise<Survey> {
  const findings: Findings = { found: [], refused: [], skipped: [], passedOver: [] };
  try {
    for await (const secret of listSecrets(await open(), query.namespace)) await survey(secret, query, findings);
    return { ...findings, isRead: true };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { ...findings, refused: [...findings.refused, error], isRead: findings.found.length > 0 };
  }
}

async function survey(secret: Secret, { stage, shapes }: Query, { found, refused, skipped, passedOver }: Findings): Promise<void> {
  const kubeconfig = kubeconfigSecret({ ...secret, keys: Object.keys(secret.data) }, shapes);
  const name = `${secret.namespace}/${secret.name}`;
  if (kubeconfig === undefined) {
    const key = Object.keys(secret.data).find((one) => isKubeconfigLike(decoded(secret, one)));
    if (key !== undefined) passedOver.push(`${name} (key ${key})`);
    return;
  }
  try {
    const server = await readEmbeddedServer(decoded(secret, kubeconfig.key), `the secret ${name}`);
    const { host, hostname } = new URL(server);
    if (leadsToLoopback(hostname))
      skipped.push(`${kubeconfig.cluster} in ${secret.namespace}: its kubeconfig names ${host}, which is no address of the cluster`);
    else found.push(toFound(secret, kubeconfig, server, stage));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    refused.push(error);
  }
}

function decoded({ data }: Secret, key: string): string {
  return Buffer.from(data[key] ?? "", "base64").toString("utf8");
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
    `kubectl get secret -n ${namespace} ${secret} -o jsonpath='{.data.${key.replaceAll(".", "\\.")}}' | base64 -d | aws ssm put-parameter --name ${ssm} --type SecureString --tier Intelligent-Tiering --overwrite --value file:///dev/stdin`,
  ];
  return { name: cluster, within: namespace, labels, server, kubernetes: { kubeconfig: { ssm } }, remarks };
}
