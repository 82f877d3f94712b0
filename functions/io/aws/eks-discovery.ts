import { type Cluster, DescribeClusterCommand, EKSClient, paginateListClusters } from "@aws-sdk/client-eks";
import { kubernetesSchema, serverProblem } from "../../core/access/source.ts";
import { ConfigError } from "../../core/errors.ts";
import type { Found } from "../../discover/match.ts";
import { answered, PATIENCE } from "./client.ts";

/** What Amazon EKS says of one cluster: where it is, or why nobody can work with it now. */
export type Sighting = { readonly tags: Readonly<Record<string, string>> } & ({ readonly found: Found } | { readonly passedOver: string });

/** The clusters of one region in this process's own account. Each call may throw an UpstreamError, which names the action and the region. */
export type EksRegion = { names(): Promise<readonly string[]>; describe(name: string): Promise<Sighting>; close(): void };

// Many clusters are described one after the other, which AWS slows down.
const ATTEMPTS = 5;

export function openEks(region: string): EksRegion {
  const client = new EKSClient({ region, ...PATIENCE, maxAttempts: ATTEMPTS });
  return {
    names: () => answered(`eks:ListClusters in ${region}`, listed(client)),
    describe: async (name) => {
      const { cluster = {} } = await answered(
        `eks:DescribeCluster of ${name} in ${region}`,
        client.send(new DescribeClusterCommand({ name })),
      );
      return { tags: cluster.tags ?? {}, ...sighted(name, region, cluster) };
    },
    close: () => client.destroy(),
  };
}

/** The region that the SDK finds in the environment or the profile; a {@link ConfigError} where there is none. */
export async function ownRegion(): Promise<string> {
  const client = new EKSClient(PATIENCE);
  try {
    return await client.config.region();
  } catch (error) {
    if (!(error instanceof Error) || error.message !== "Region is missing") throw error;
    throw new ConfigError("no region is known: name one with --region, or set AWS_REGION");
  } finally {
    client.destroy();
  }
}

async function listed(client: EKSClient): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { clusters = [] } of paginateListClusters({ client }, {})) names.push(...clusters);
  return names;
}

// A cluster that is being updated answers all the while.
const AT_WORK: readonly unknown[] = ["ACTIVE", "UPDATING"];

function sighted(name: string, region: string, cluster: Cluster): { found: Found } | { passedOver: string } {
  const { status, endpoint: server, certificateAuthority, arn, resourcesVpcConfig } = cluster;
  const passedOver = (why: string) => ({ passedOver: `${name} in ${region}: ${why}` });
  if (!AT_WORK.includes(status)) return passedOver(`it is ${status ?? "of no known status"}`);
  if (server === undefined) return passedOver("it has no endpoint yet");
  const problem = serverProblem(server);
  if (problem !== undefined) return passedOver(`its endpoint is not usable: ${problem}`);
  const place = { name, region, server };
  const whole = kubernetesSchema.safeParse({ eks: { ...place, ca: certificateAuthority?.data } });
  // Without an authority that could be written, a pass looks it up.
  const kubernetes = whole.data ?? { eks: place };
  const remarks = resourcesVpcConfig?.endpointPublicAccess === false ? ["Its endpoint is private: it answers within its VPC only."] : [];
  return { found: { name, within: region, labels: { region }, server, kubernetes, account: arn?.split(":")[4], remarks } };
}
