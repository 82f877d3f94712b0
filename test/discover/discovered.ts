// Builds found clusters, and matches them with a fleet.

import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { type FoundCluster, matchClusters } from "../../functions/discover/match.ts";

/** A cluster of Amazon EKS as a survey finds it. */
export function eksFound(name: string, region = "eu-central-1", more: Partial<FoundCluster> = {}): FoundCluster {
  const server = `https://${name.toLowerCase()}.${region}.example`;
  const kubernetes = { eks: { name, region, server } };
  return { name, within: region, labels: { region }, server, kubernetes, account: "111122223333", remarks: [], ...more };
}

/** A cluster whose kubeconfig is in a Secret. */
export function secretFound(name: string, namespace = "capi", more: Partial<FoundCluster> = {}): FoundCluster {
  const kubernetes = { kubeconfig: { ssm: `/alertstatus/prod/clusters/${namespace}/${name}-kubeconfig` } };
  return { name, within: namespace, labels: {}, server: `https://${name}.${namespace}.example`, kubernetes, remarks: [], ...more };
}

/** The match of found clusters with a fleet document, whose kubeconfigs lead to `servers`: the names that are added, those that are known already, and those that may be. */
export function discovered(
  found: readonly FoundCluster[],
  clusters: readonly object[] = [],
  servers: Readonly<Record<string, string>> = {},
) {
  const fleet = parseFleet({ clusters }).clusters.map((entry) => ({ ...entry, server: servers[entry.name] }));
  const { added, known, unsure } = matchClusters(fleet, found);
  const names = { added: added.map(({ entry }) => entry.name), known: known.map(({ as }) => as), unsure: unsure.map(({ as }) => as) };
  return { ...names, entries: added.map(({ entry }) => entry) };
}
