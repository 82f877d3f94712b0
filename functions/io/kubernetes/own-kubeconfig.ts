// Selects a context of the user's kubeconfig, for commands that act as the user and not as alertstatus.

import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Kubernetes } from "../../core/access/kubernetes.ts";
import { UpstreamError } from "../../core/errors.ts";
import { parseJson, valueAt } from "../../core/json.ts";
import { redact, sanitize } from "../../core/text.ts";
import { headerIn } from "../auth/kubeconfig.ts";
import { resolvePath } from "../auth/secret.ts";
import { meaningOf } from "./answer.ts";

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

/** What requests under this kubeconfig send and must not be seen. */
export async function secretsOf(config: KubeConfig): Promise<readonly string[]> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch {
    // A login that fails is what the request itself fails of: nothing was sent.
  }
  return headerIn(options).secrets;
}

/** The answer to a call of @kubernetes/client-node; an {@link UpstreamError} says what the API server said, without the login of `config`. */
export async function withUpstreamErrors<T>(config: KubeConfig, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UpstreamError("code" in error ? meaningOf(Number(error.code)) : "unavailable", saidIn(error, await secretsOf(config)));
  }
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

// The client's own message repeats the whole answer, headers and all.
function saidIn(error: Error, secrets: readonly string[]): string {
  const body = "body" in error ? error.body : undefined;
  const message = valueAt(typeof body === "string" ? parseJson(body) : body, ["message"]);
  return sanitize(redact(typeof message === "string" ? message : error.message, secrets));
}
