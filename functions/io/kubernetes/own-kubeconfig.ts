// Selects a context of the user's kubeconfig, for commands that act as the user and not as alertstatus.

import type { KubeConfig } from "@kubernetes/client-node";
import type { Kubernetes } from "../../core/access/kubernetes.ts";
import { UpstreamError } from "../../core/errors.ts";
import { resolvePath } from "../auth/secret.ts";

/** Loads into `config` the file and context that the fleet names for a cluster, or else the context of the user's kubeconfig for that cluster. */
export function useClusterContext(cluster: string, kubernetes: Kubernetes, config: KubeConfig, folder: string | undefined): void {
  const fleetFile = "kubeconfig" in kubernetes && "file" in kubernetes.kubeconfig ? kubernetes.kubeconfig : undefined;
  const file = fleetFile?.file ?? "your kubeconfig";
  load(config, fleetFile && resolvePath(fleetFile.file, folder ?? "."), file);
  const context = fleetFile === undefined ? contextOf(cluster, kubernetes, config) : (fleetFile.context ?? config.getCurrentContext());
  if (context === undefined) throw unusable(`${file} has no context for ${cluster}: name one ${cluster}`);
  if (config.getContextObject(context) === null) throw unusable(`${file} has no context ${context}`);
  config.setCurrentContext(context);
}

/** Loads the current context of the user's kubeconfig into `config`. */
export function useCurrentContext(config: KubeConfig): void {
  load(config, undefined, "your kubeconfig");
  if (config.getCurrentCluster() === null) throw unusable("your kubeconfig has no current context with a cluster");
}

// The library's messages may repeat content of the file, which holds secrets.
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
  const sameCluster = contexts.find(({ name, cluster: target }) => {
    const server = config.getCluster(target)?.server;
    return isEksContext(name, kubernetes) || (server !== undefined && isSameServer(server, kubernetes));
  });
  return (contexts.find(({ name }) => name === cluster) ?? sameCluster)?.name;
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
