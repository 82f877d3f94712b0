// Opens clusters under the user's own kubeconfig, for commands that act as the user and not as alertstatus.

import { type Selected, selectContext } from "../../core/access/kubeconfig.ts";
import { serverOf } from "../../core/access/kubeconfig-limits.ts";
import type { KubeconfigRef, Kubernetes } from "../../core/access/kubernetes.ts";
import { contextFor, type Whereabouts } from "../../core/access/own-context.ts";
import type { Proxies } from "../../core/access/proxy.ts";
import { UpstreamError } from "../../core/errors.ts";
import type { Clock } from "../../core/time.ts";
import { kubeconfigEndpoint } from "../auth/endpoint.ts";
import { loginOf, readEmbeddedServer } from "../auth/kubeconfig.ts";
import { loadKubeconfig, loadOwnKubeconfig } from "../auth/kubeconfig-files.ts";
import { readSecret, refText, resolvePath } from "../auth/secret.ts";
import type { Login } from "../http/client.ts";

/** The user: the environment, in which KUBECONFIG is, and in which plugins run. */
export type Own = { readonly environment: NodeJS.ProcessEnv; readonly proxies: Proxies; readonly clock: Clock };

const OWN = "your kubeconfig";

/**
 * The user's login for a cluster of the fleet: by the file and context that the fleet names, or else by the context of the user's kubeconfig
 * that leads to the same server. An {@link UpstreamError} `kubeconfig-unusable` where there is none, or where more than one cluster could be meant.
 */
export async function ownLogin(cluster: string, kubernetes: Kubernetes, folder: string | undefined, own: Own): Promise<Login> {
  if ("kubeconfig" in kubernetes && "file" in kubernetes.kubeconfig) {
    const { file, context } = kubernetes.kubeconfig;
    const config = await loadKubeconfig(resolvePath(file, folder ?? "."));
    return openContext(selectContext(config, context), refText({ file }), own);
  }
  const config = await loadOwnKubeconfig(own.environment);
  return openContext(contextFor(config, cluster, await whereaboutsOf(kubernetes, folder)), OWN, own);
}

/** The login of the current context of the user's kubeconfig. */
export async function currentLogin(own: Own): Promise<Login> {
  return openContext(selectContext(await loadOwnKubeconfig(own.environment), undefined), OWN, own);
}

/** The server that a kubeconfig of the fleet leads to; an {@link UpstreamError} where it cannot be read. */
export async function serverBehind(kubeconfig: KubeconfigRef, folder: string | undefined): Promise<string> {
  if (!("file" in kubeconfig)) return readEmbeddedServer(await readSecret(kubeconfig, folder), refText(kubeconfig), kubeconfig.context);
  const found = selectContext(await loadKubeconfig(resolvePath(kubeconfig.file, folder ?? ".")), kubeconfig.context);
  if ("problem" in found) throw new UpstreamError("kubeconfig-unusable", `${refText(kubeconfig)}: ${found.problem}`);
  return serverOf(found.cluster);
}

async function whereaboutsOf(kubernetes: Kubernetes, folder: string | undefined): Promise<Whereabouts> {
  if ("eks" in kubernetes || "server" in kubernetes) return kubernetes;
  return { server: await serverBehind(kubernetes.kubeconfig, folder) };
}

async function openContext(found: Selected | { readonly problem: string }, place: string, own: Own): Promise<Login> {
  if ("problem" in found) throw new UpstreamError("kubeconfig-unusable", `${place}: ${found.problem}`);
  const { environment, clock, proxies } = own;
  const read = async () =>
    kubeconfigEndpoint(await loginOf(found, { place, environment, nowMs: clock.nowMs() }), { folder: ".", proxies }).endpoint;
  let [endpoint, readAtMs] = [await read(), clock.nowMs()];
  // A command may take longer than a token lives.
  const renew = async (_: unknown, minAgeMs: number) => {
    if (clock.nowMs() - readAtMs < minAgeMs) return undefined;
    [endpoint, readAtMs] = [await read(), clock.nowMs()];
    return endpoint;
  };
  return { key: `${place} ${found.context}`, endpoint: async () => endpoint, renewed: renew };
}
