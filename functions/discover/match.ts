import type { Kubernetes } from "../core/access/kubernetes.ts";
import type { Failure } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { compareText } from "../core/text.ts";
import { candidateNames, firstFree, toLabel } from "./names.ts";

/** A cluster that somebody else's list holds, before it has a name in the fleet. */
export type FoundCluster = {
  /** As its owner calls it. */
  readonly name: string;
  /** What tells it from others of that name: a region, a namespace. */
  readonly within: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly server: string;
  readonly kubernetes: Kubernetes;
  /** Of AWS. */
  readonly account?: string;
  /** For whoever reads the fleet file: a line each. */
  readonly remarks: readonly string[];
};

/** What came of looking somewhere. `passedOver` and `refused` say of what they are and why. */
export type Survey = {
  readonly found: readonly FoundCluster[];
  readonly passedOver: readonly string[];
  readonly refused: readonly Failure[];
};

/** An entry for the fleet file; it is known by all that is in it. */
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
  /** What it may be called, the best first. */
  readonly names: readonly string[];
};

/** What a fleet does not have yet, named so that whoever looks again finds the same names. */
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
  const sameNamed = Map.groupBy(found, ({ name }) => toLabel(name));
  return found.toSorted(byNameAndPlace).map((found) => {
    const { name, within, server } = found;
    const address = addressOf(server);
    const isShared = sameNamed.get(toLabel(name))?.some((other) => addressOf(other.server) !== address) ?? false;
    return { found, address, names: candidateNames(name, within, isShared) };
  });
}

// A fleet does not say where all of its clusters are. What is found says it, and where two are found at one place, either says it for both.
function namesByAddress(fleet: readonly Entry[], candidates: readonly Candidate[]): Map<string, string> {
  const names = new Map(fleet.flatMap(({ name, kubernetes }) => addressesIn(kubernetes).map((address) => [address, name])));
  for (const candidate of candidates) {
    const same = fleet.find((entry) => isSame(candidate, entry));
    if (same !== undefined && !names.has(candidate.address)) names.set(candidate.address, same.name);
  }
  return names;
}

/** Where the copy of a kubeconfig is looked for that a secret of a management cluster holds: by the secret, not by a name that may change. */
export function parameterFor(stage: string, namespace: string, secret: string): string {
  return `/alertstatus/${stage}/clusters/${namespace}/${secret}`;
}

const COPY = /^\/alertstatus\/[^/]+\/clusters\/([^/]+\/[^/]+)$/;

function addressesIn(kubernetes: Kubernetes): readonly string[] {
  const { server } = "eks" in kubernetes ? kubernetes.eks : { server: undefined, ...kubernetes };
  return server === undefined ? [] : [addressOf(server)];
}

function isSame({ found, names }: Candidate, { name, kubernetes }: Entry): boolean {
  if ("eks" in kubernetes) return isSameEks(found, kubernetes.eks);
  if (!("kubeconfig" in kubernetes)) return false;
  const copy = copiedFrom(kubernetes);
  // Where any other kubeconfig leads, the fleet file does not say: the name has to tell.
  return copy === undefined ? names.includes(name) : copy === copiedFrom(found.kubernetes);
}

// One account has one cluster of that name in a region, whatever address it is reached by.
function isSameEks(
  { kubernetes, account }: FoundCluster,
  { name, region, roleArn }: { name: string; region: string; roleArn?: string },
): boolean {
  if (!("eks" in kubernetes) || kubernetes.eks.name !== name || kubernetes.eks.region !== region) return false;
  return roleArn === undefined || account === undefined || roleArn.split(":")[4] === account;
}

function copiedFrom(kubernetes: Kubernetes): string | undefined {
  const ssm = "kubeconfig" in kubernetes && "ssm" in kubernetes.kubeconfig ? kubernetes.kubeconfig.ssm : "";
  return COPY.exec(ssm)?.[1];
}

function addressOf(server: string): string {
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
