import { DescribeClusterCommand, EKSClient, paginateListClusters } from "@aws-sdk/client-eks";
import { ConfigError } from "../../core/errors.ts";
import { type AwsIdentity, orUpstreamError, PATIENCE } from "./client.ts";

/** What Amazon EKS says of one cluster; `ca` is base64 as EKS has it. */
export type EksCluster = {
  readonly name: string;
  readonly status?: string;
  readonly server?: string;
  readonly ca?: string;
  readonly arn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly isPrivate: boolean;
};

/** The clusters of one region, in the process's own account or in that of an identity. Each call may throw an UpstreamError, which names the action and the region. */
export type EksRegion = { names(): Promise<readonly string[]>; describe(name: string): Promise<EksCluster>; close(): void };

/** @param maxAttempts how often a call is made that AWS slows down */
export function openEks(region: string, identity?: AwsIdentity, maxAttempts: number = PATIENCE.maxAttempts): EksRegion {
  const client = new EKSClient({ region, ...PATIENCE, maxAttempts, ...(identity === undefined ? {} : { credentials: identity }) });
  return {
    names: () => orUpstreamError(`eks:ListClusters in ${region}`, listNames(client)),
    describe: async (name) => {
      const call = client.send(new DescribeClusterCommand({ name }));
      const { cluster = {} } = await orUpstreamError(`eks:DescribeCluster of ${name} in ${region}`, call);
      const { status, endpoint: server, certificateAuthority, arn, tags = {}, resourcesVpcConfig } = cluster;
      return {
        name,
        status,
        server,
        ca: certificateAuthority?.data,
        arn,
        tags,
        isPrivate: resourcesVpcConfig?.endpointPublicAccess === false,
      };
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

async function listNames(client: EKSClient): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { clusters = [] } of paginateListClusters({ client }, {})) names.push(...clusters);
  return names;
}
