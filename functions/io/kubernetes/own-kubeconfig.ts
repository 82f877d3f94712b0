import type { KubeConfig } from "@kubernetes/client-node";
import type { Kubernetes } from "../../core/access/kubernetes.ts";
import { UpstreamError } from "../../core/errors.ts";
import { resolvePath } from "../auth/secret.ts";

/** Makes `config` lead to a cluster: by the file and context that the fleet names, else by the context of the person's own kubeconfig that leads there. */
export function useClusterContext(cluster: string, kubernetes: Kubernetes, config: KubeConfig, folder: string | undefined): void {
  const named = "kubeconfig" in kubernetes && "file" in kubernetes.kubeconfig ? kubernetes.kubeconfig : undefined;
  const file = named?.file ?? "your kubeconfig";
  load(config, named && resolvePath(named.file, folder ?? "."), file);
  const context = named === undefined ? contextOf(cluster, kubernetes, config) : (named.context ?? config.getCurrentContext());
  if (context === undefined) throw unusable(`${file} has no context that leads to ${cluster}: name one ${cluster}`);
  if (config.getContextObject(context) === null) throw unusable(`${file} has no context ${context}`);
  config.setCurrentContext(context);
}

/** Makes `config` lead to where the person's own kubeconfig leads now. */
export function useCurrentContext(config: KubeConfig): void {
  load(config, undefined, "your kubeconfig");
  if (config.getCurrentCluster() === null) throw unusable("your kubeconfig has no current context that leads to a cluster");
}

// The library's messages may repeat what the file holds.
function load(config: KubeConfig, path: string | undefined, file: string): void {
  try {
    if (path === undefined) config.loadFromDefault();
    else config.loadFromFile(path);
  } catch {
    throw unusable(`${file} cannot be read`);
  }
}

function contextOf(cluster: string, kubernetes: Kubernetes, config: KubeConfig): string | undefined {
  const contexts = config.getContexts();
  const leadsThere = contexts.find(({ name, cluster: target }) => {
    const server = config.getCluster(target)?.server;
    return isEksContext(name, kubernetes) || (server !== undefined && isSameServer(server, kubernetes));
  });
  return (contexts.find(({ name }) => name === cluster) ?? leadsThere)?.name;
}

function isSameServer(server: string, kubernetes: Kubernetes): boolean {
  const origin = URL.parse(server)?.origin;
  return origin !== undefined && "server" in kubernetes && URL.parse(kubernetes.server)?.origin === origin;
}

// As `aws eks update-kubeconfig` names its contexts.
function isEksContext(context: string, kubernetes: Kubernetes): boolean {
  if (!("eks" in kubernetes)) return false;
  const { name, region } = kubernetes.eks;
  return new RegExp(`^arn:[a-z-]+:eks:${region}:[0-9]+:cluster/${name}$`).test(context);
}

function unusable(why: string): UpstreamError {
  return new UpstreamError("kubeconfig-unusable", why);
}
