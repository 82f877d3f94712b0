// Which hosts AWS itself names, so that a credential minted for one of its services goes nowhere else.

// The domains of each partition, of IPv4 and of both stacks: https://docs.aws.amazon.com/general/latest/gr/rande.html
type Partition = readonly [regions: string, domain: string, dualStack: string];
const PARTITIONS: readonly Partition[] = [
  ["cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"],
  ["eusc-", "amazonaws.eu", "api.amazonwebservices.eu"],
  ["us-iso-", "c2s.ic.gov", "api.aws.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov", "api.aws.scloud"],
  ["us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
];
const OTHERS: Partition = ["", "amazonaws.com", "api.aws"];

// Any account puts a server of its own behind such a name.
const OF_ANY_ACCOUNT = /(^|\.)execute-api\./;

/** The domain of the region's partition. */
export function awsDomain(region: string): string {
  return partitionOf(region).domain;
}

/** Whether only Amazon EKS names servers there. https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html */
export function isEksHost(host: string, region: string): boolean {
  const { domain, dualStack } = partitionOf(region);
  const places = [`.${region}.eks.${domain}`, `.eks.${region}.${dualStack}`, `.eks-cluster.${region}.${dualStack}`];
  return places.some((place) => host.toLowerCase().endsWith(place));
}

/** The host that requests to a service of a region may be signed for; for other services than Amazon Managed Prometheus, what it ends with. */
export function signedHost({ region, service }: { readonly region: string; readonly service: string }): string {
  return service === "aps" ? `aps-workspaces.${region}.${awsDomain(region)}` : `.${region}.${awsDomain(region)}`;
}

/** Whether a host is AWS's own, for that service in that region. */
export function isSignedHost(host: string, signature: { readonly region: string; readonly service: string }): boolean {
  const expected = signedHost(signature);
  return expected.startsWith(".") ? host.endsWith(expected) && !OF_ANY_ACCOUNT.test(host) : host === expected;
}

function partitionOf(region: string): { readonly domain: string; readonly dualStack: string } {
  const [, domain, dualStack] = PARTITIONS.find(([regions]) => region.startsWith(regions)) ?? OTHERS;
  return { domain, dualStack };
}
