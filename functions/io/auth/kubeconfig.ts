// A context of a kubeconfig becomes a server with a login, as kubectl makes it one.

import { X509Certificate } from "node:crypto";
import { type KubeCluster, type Selected, selectContext } from "../../core/access/kubeconfig.ts";
import { contextProblem, serverOf } from "../../core/access/kubeconfig-limits.ts";
import type { KubeconfigRef } from "../../core/access/kubernetes.ts";
import { loadKubeconfig, parseKubeconfigText, unusable } from "./kubeconfig-files.ts";
import { type KubeconfigPlace, type KubeconfigUser, loginOfUser, pemOf } from "./kubeconfig-user.ts";
import { readSecret, refText, resolvePath } from "./secret.ts";

/** What a context says about one cluster. PEM and header values. */
export type KubeconfigLogin = KubeconfigUser & {
  readonly server: string;
  readonly ca?: string;
  /** The name in the server's certificate, where it is another than the host. */
  readonly serverName?: string;
  readonly proxy?: string;
};

/** The login of one context, the current one where none is named; an {@link UpstreamError} `kubeconfig-unusable` says why it cannot be used. */
export async function readKubeconfig(
  kubeconfig: KubeconfigRef,
  folder: string | undefined,
  settings: Omit<KubeconfigPlace, "place">,
): Promise<KubeconfigLogin> {
  const place = refText(kubeconfig);
  if ("file" in kubeconfig) {
    const config = await loadKubeconfig(resolvePath(kubeconfig.file, folder ?? "."));
    return loginOf(selected(selectContext(config, kubeconfig.context), place), { ...settings, place });
  }
  const carried = await selectCarried(await readSecret(kubeconfig, folder), kubeconfig.context, place);
  return loginOf(carried, { ...settings, place });
}

/** The server that the text of a kubeconfig leads to, by its current context where none is named; an {@link UpstreamError} where a pass could not use it. */
export async function readEmbeddedServer(text: string, place: string, context?: string): Promise<string> {
  return serverOf((await selectCarried(text, context, place)).cluster);
}

// One from elsewhere may hold what is refused in contexts that are not asked for.
async function selectCarried(text: string, context: string | undefined, place: string): Promise<Selected> {
  const found = selected(selectContext(await parseKubeconfigText(text, place), context), place);
  const problem = contextProblem(found, true);
  if (problem !== undefined) throw unusable(place, problem);
  return found;
}

function selected(found: ReturnType<typeof selectContext>, place: string): Selected {
  if ("problem" in found) throw unusable(place, found.problem);
  return found;
}

/** The login of a context; an {@link UpstreamError} `kubeconfig-unusable` says why it cannot be used. */
export async function loginOf(context: Selected, settings: KubeconfigPlace): Promise<KubeconfigLogin> {
  const { place } = settings;
  const problem = contextProblem(context, false);
  if (problem !== undefined) throw unusable(place, problem);
  const { cluster, user } = context;
  const server = serverOf(cluster);
  const proxy = cluster["proxy-url"];
  const isSecure = server.toLowerCase().startsWith("https:");
  if (!isSecure) return { server, proxy, secrets: [] };
  const ca = await authorityOf(cluster, place);
  const login = { server, ca, serverName: cluster["tls-server-name"], proxy };
  return { ...login, ...(await loginOfUser(user, cluster, settings)) };
}

async function authorityOf(cluster: KubeCluster, place: string): Promise<string | undefined> {
  const text = await pemOf(cluster, "certificate-authority", place);
  if (text === undefined) return undefined;
  // Like Go, it goes without what of a bundle is no certificate, as long as there is one.
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g)?.filter(isCertificate) ?? [];
  if (certificates.length === 0) throw unusable(place, "its certificate-authority holds no certificate");
  return certificates.join("\n");
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
