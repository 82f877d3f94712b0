// Decides which of the found clusters the fleet has already, and what the new ones are called there.

import type { Kubernetes } from "../core/access/kubernetes.ts";
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
export type Survey = { readonly found: readonly FoundCluster[]; readonly skipped: readonly string[]; readonly refused: readonly Failure[] };

/** A new entry for the fleet file, and the cluster that it is for. */
export type Addition = { readonly found: FoundCluster; readonly entry: Pick<ClusterEntry, "name" | "labels" | "kubernetes"> };

export type Discovery = {
  readonly added: readonly Addition[];
  /** `as` is the name in the fleet. */
  readonly known: readonly { readonly found: FoundCluster; readonly as: string }[];
};

type Entry = Addition["entry"];
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
  const known: { found: FoundCluster; as: string }[] = [];
  for (const { found, address, names } of candidates) {
    const as = nameAt.get(address);
    if (as !== undefined) known.push({ found, as });
    else {
      const name = firstFree(names, taken);
      taken.add(name);
      nameAt.set(address, name);
      added.push({ found, entry: { name, labels: found.labels, kubernetes: found.kubernetes } });
    }
  }
  return { added, known };
}

function toCandidates(found: readonly FoundCluster[]): readonly Candidate[] {
  const byLabel = Map.groupBy(found, ({ name }) => toLabel(name));
  return found.toSorted(byNameAndPlace).map((found) => {
    const { name, within, server } = found;
    const address = toAddress(server);
    const isShared = byLabel.get(toLabel(name))?.some((other) => toAddress(other.server) !== address) ?? false;
    return { found, address, names: candidateNames(name, within, isShared) };
  });
}

// A fleet entry need not name its server; the found cluster that it stands for does, also on behalf of others with the same server.
function namesByAddress(fleet: readonly Entry[], candidates: readonly Candidate[]): Map<string, string> {
  const names = new Map(fleet.flatMap(({ name, kubernetes }) => addressesIn(kubernetes).map((address) => [address, name])));
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

function addressesIn(kubernetes: Kubernetes): readonly string[] {
  const { server } = "eks" in kubernetes ? kubernetes.eks : { server: undefined, ...kubernetes };
  return server === undefined ? [] : [toAddress(server)];
}

function isSame({ found, names }: Candidate, { name, kubernetes }: Entry): boolean {
  if ("eks" in kubernetes) return isSameEks(found, kubernetes.eks);
  if (!("kubeconfig" in kubernetes)) return false;
  const source = sourceOfCopy(kubernetes);
  // The fleet file does not name the server of any other kubeconfig, so that only the name can match.
  return source === undefined ? names.includes(name) : source === sourceOfCopy(found.kubernetes);
}

// A name is unique within account and region, whatever address the cluster is reached by.
function isSameEks(
  { kubernetes, account }: FoundCluster,
  { name, region, roleArn }: { name: string; region: string; roleArn?: string },
): boolean {
  if (!("eks" in kubernetes) || kubernetes.eks.name !== name || kubernetes.eks.region !== region) return false;
  return roleArn === undefined || account === undefined || roleArn.split(":")[4] === account;
}

function sourceOfCopy(kubernetes: Kubernetes): string | undefined {
  const ssm = "kubeconfig" in kubernetes && "ssm" in kubernetes.kubeconfig ? kubernetes.kubeconfig.ssm : "";
  return COPY_PARAMETER.exec(ssm)?.[1];
}

function toAddress(server: string): string {
  return (URL.parse(server)?.href ?? server).replace(/\/+$/, "");
}

function byNameAndPlace(one: FoundCluster, other: FoundCluster): number {
  return (
    compareText(toLabel(one.name), toLabel(other.name)) ||
    compareText(one.name, other.name) ||
    compareText(one.within, other.within) ||
    compareText(one.server, other.server)
  );
}
