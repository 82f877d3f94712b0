// Decides which of the found clusters the fleet has already, and what the new ones are called there.

import type { Kubernetes } from "../core/access/kubernetes.ts";
import { canonical } from "../core/access/own-context.ts";
import type { Failure } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { compareText } from "../core/text.ts";
import { candidateNames, firstFree, toLabel } from "./names.ts";

/** A cluster as EKS or a management cluster lists it, before it has a name in the fleet. */
export type FoundCluster = {
  /** Its name where it was found. */
  readonly name: string;
  /** What distinguishes it from others of that name: a region, a namespace. */
  readonly within: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly server: string;
  readonly kubernetes: Kubernetes;
  /** The AWS account. */
  readonly account?: string;
  /** Comments for the fleet file, a line each. */
  readonly remarks: readonly string[];
};

/** The result of one search. `skipped` and `refused` name the cluster or region, and say why. */
export type Survey = {
  readonly found: readonly FoundCluster[];
  readonly skipped: readonly string[];
  readonly refused: readonly Failure[];
  /** What looks like a kubeconfig, and has the name of none. */
  readonly passedOver: readonly string[];
  /** Whether any place could be searched at all. */
  readonly isRead: boolean;
};

/** A new entry for the fleet file, and the cluster that it is for. */
export type Addition = { readonly found: FoundCluster; readonly entry: Pick<ClusterEntry, "name" | "labels" | "kubernetes"> };

export type Discovery = {
  readonly added: readonly Addition[];
  readonly known: readonly Match[];
  /** The fleet has one of that name, and does not say where it is: neither known nor added. */
  readonly unsure: readonly Match[];
};

/** `as` is the name in the fleet. */
type Match = { readonly found: FoundCluster; readonly as: string };

/** An entry of the fleet; `server` is what its kubeconfig leads to, where that can be read. */
export type Entry = Addition["entry"] & { readonly server?: string };
type Candidate = {
  readonly found: FoundCluster;
  readonly address: string;
  /** The names it may get, the best first. */
  readonly names: readonly string[];
};

/** Sorts the found clusters into new and known ones. The names of new ones are stable: a second search leads to the same names. */
export function matchClusters(fleet: readonly Entry[], found: readonly FoundCluster[]): Discovery {
  const candidates = toCandidates(found);
  const nameAt = namesByAddress(fleet, candidates);
  const taken = new Set(fleet.map(({ name }) => name));
  const added: Addition[] = [];
  const known: Match[] = [];
  const unsure: Match[] = [];
  for (const { found, address, names } of candidates) {
    const as = nameAt.get(address);
    const namesake = fleet.find(({ name, kubernetes, server }) => names.includes(name) && isSomewhere(kubernetes, server));
    if (as !== undefined) known.push({ found, as });
    else if (namesake !== undefined) unsure.push({ found, as: namesake.name });
    else {
      const name = firstFree(names, taken);
      taken.add(name);
      nameAt.set(address, name);
      added.push({ found, entry: { name, labels: found.labels, kubernetes: found.kubernetes } });
    }
  }
  return { added, known, unsure };
}

function toCandidates(found: readonly FoundCluster[]): readonly Candidate[] {
  const byLabel = Map.groupBy(found, ({ name }) => toLabel(name));
  return found.toSorted(byNameAndPlace).map((found) => {
    const { name, within, server } = found;
    const address = canonical(server);
    const isShared = byLabel.get(toLabel(name))?.some((other) => canonical(other.server) !== address) ?? false;
    return { found, address, names: candidateNames(name, within, isShared) };
  });
}

// A fleet entry need not name its server; the found cluster that it stands for does, also on behalf of others with the same server.
function namesByAddress(fleet: readonly Entry[], candidates: readonly Candidate[]): Map<string, string> {
  const names = new Map(fleet.flatMap((entry) => addressesIn(entry).map((address) => [address, entry.name])));
  for (const candidate of candidates) {
    const match = fleet.find((entry) => isSame(candidate, entry));
    if (match !== undefined && !names.has(candidate.address)) names.set(candidate.address, match.name);
  }
  return names;
}

/** The SSM parameter for the copy of a kubeconfig: named after the Secret, because the cluster's name in the fleet may change. */
export function parameterFor(stage: string, namespace: string, secret: string): string {
  return `/alertstatus/${stage}/clusters/${namespace}/${secret}`;
}

const COPY_PARAMETER = /^\/alertstatus\/[^/]+\/clusters\/([^/]+\/[^/]+)$/;

function addressesIn({ kubernetes, server: read }: Entry): readonly string[] {
  const { server = read } = "eks" in kubernetes ? kubernetes.eks : { server: undefined, ...kubernetes };
  return server === undefined ? [] : [canonical(server)];
}

// A kubeconfig that is not read hides its server, unless it is the copy of a Secret that is known by name.
function isSomewhere(kubernetes: Kubernetes, server: string | undefined): boolean {
  return "kubeconfig" in kubernetes && server === undefined && sourceOfCopy(kubernetes) === undefined;
}

function isSame({ found }: Candidate, { kubernetes }: Entry): boolean {
  if ("eks" in kubernetes) return isSameEks(found, kubernetes.eks);
  if (!("kubeconfig" in kubernetes)) return false;
  const source = sourceOfCopy(kubernetes);
  return source !== undefined && source === sourceOfCopy(found.kubernetes);
}

// A name is unique within account and region, whatever address the cluster is reached by.
function isSameEks(
  { kubernetes, account }: FoundCluster,
  { name, region, roleArn }: { name: string; region: string; roleArn?: string },
): boolean {
  if (!("eks" in kubernetes) || kubernetes.eks.name !== name || kubernetes.eks.region !== region) return false;
  return roleArn === undefined || account === undefined || roleArn.split(":")[4] === account;
}

/** The namespace and name of the Secret whose copy a cluster is reached by; undefined where it is reached another way. */
export function sourceOfCopy(kubernetes: Kubernetes): string | undefined {
  const ssm = "kubeconfig" in kubernetes && "ssm" in kubernetes.kubeconfig ? kubernetes.kubeconfig.ssm : "";
  return COPY_PARAMETER.exec(ssm)?.[1];
}

function byNameAndPlace(one: FoundCluster, other: FoundCluster): number {
  return (
    compareText(toLabel(one.name), toLabel(other.name)) ||
    compareText(one.name, other.name) ||
    compareText(one.within, other.within) ||
    compareText(one.server, other.server)
  );
}
