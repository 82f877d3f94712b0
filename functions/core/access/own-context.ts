// Decides which context of the user's own kubeconfig leads to a cluster of the fleet: by where it leads, never by what it is called.

import { isEksHost } from "./aws-hosts.ts";
import type { Kubeconfig, Selected } from "./kubeconfig.ts";
import { selectContext } from "./kubeconfig.ts";
import { serverOf } from "./kubeconfig-limits.ts";
import type { Eks } from "./kubernetes.ts";

/** What is known of where a cluster is: its server, or its name in Amazon EKS. */
export type Whereabouts = { readonly server: string } | { readonly eks: Eks };

/** The one context that leads there, the current one before others; `problem` where there is none, or where several clusters could be meant. */
export function contextFor(config: Kubeconfig, cluster: string, where: Whereabouts): Selected | { readonly problem: string } {
  const names = [...config.contexts.keys()].toSorted((one) => (one === config.current ? -1 : 0));
  const fitting = names.filter((name) => isThere(config, name, where));
  const servers = new Map(fitting.map((name) => [addressOf(config, name), name]));
  const [first] = fitting;
  if (first === undefined) return { problem: `no context for ${cluster}: none leads to ${whereText(where)}` };
  if (servers.size === 1) return selectContext(config, first);
  const list = [...servers].map(([server, name]) => `${name} (${server})`).join(", ");
  return { problem: `several clusters could be ${cluster}: ${list}: name the server or the roleArn in the fleet file` };
}

function whereText(where: Whereabouts): string {
  if ("server" in where) return where.server;
  const { name, region, roleArn } = where.eks;
  return `${name} of Amazon EKS in ${region}${roleArn === undefined ? "" : ` of the account ${accountOf(roleArn)}`}`;
}

function isThere(config: Kubeconfig, name: string, where: Whereabouts): boolean {
  const address = addressOf(config, name);
  if ("server" in where) return address === canonical(where.server);
  const { server } = where.eks;
  return server === undefined ? isEks(config, name, where.eks) : address === canonical(server);
}

// The server is Amazon's own, and the name of the cluster entry is the one that its tools give it: `aws eks update-kubeconfig` its ARN,
// eksctl a name without the account.
function isEks({ contexts, clusters }: Kubeconfig, context: string, { name, region, roleArn }: Eks): boolean {
  const entry = contexts.get(context)?.cluster ?? "";
  const target = clusters.get(entry);
  if (target === undefined || !isEksHost(URL.parse(serverOf(target))?.hostname ?? "", region)) return false;
  const [, partition, , , account] = entry.split(":");
  if (entry === `arn:${partition}:eks:${region}:${account}:cluster/${name}`) return roleArn === undefined || accountOf(roleArn) === account;
  return roleArn === undefined && entry === `${name}.${region}.eksctl.io`;
}

function accountOf(arn: string): string | undefined {
  return arn.split(":")[4];
}

function addressOf({ contexts, clusters }: Kubeconfig, context: string): string | undefined {
  const cluster = clusters.get(contexts.get(context)?.cluster ?? "");
  return cluster?.server === undefined ? undefined : canonical(serverOf(cluster));
}

/** A server in the one spelling by which two are compared: scheme, host, port and path. */
export function canonical(server: string): string {
  return (URL.parse(server)?.href ?? server).replace(/\/+$/, "");
}
