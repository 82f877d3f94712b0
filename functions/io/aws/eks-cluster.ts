import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { serverProblem } from "../../core/access/source.ts";
import { UpstreamError } from "../../core/errors.ts";
import { type AwsIdentity, answered, PATIENCE } from "./client.ts";

/** Where an API server is, and the PEM of whoever signs its certificate. */
export type Place = { readonly server: string; readonly ca: string };

/** Asks Amazon EKS where a cluster is, in the process's own name where no identity is given; an {@link UpstreamError} names the cluster. */
export async function describeCluster(name: string, region: string, identity: AwsIdentity | undefined): Promise<Place> {
  const what = `eks:DescribeCluster of ${name} in ${region}`;
  const client = new EKSClient({ region, ...PATIENCE, ...(identity === undefined ? {} : { credentials: identity }) });
  try {
    const { cluster } = await answered(what, client.send(new DescribeClusterCommand({ name })));
    return toPlace(what, cluster?.endpoint, cluster?.certificateAuthority?.data);
  } finally {
    client.destroy();
  }
}

function toPlace(what: string, server: string | undefined, ca: string | undefined): Place {
  if (server === undefined || ca === undefined) throw new UpstreamError("unavailable", `${what}: the cluster has no endpoint yet`);
  const problem = serverProblem(server);
  if (problem !== undefined) throw new UpstreamError("unavailable", `${what}: its endpoint is not usable: ${problem}`);
  return { server, ca: Buffer.from(ca, "base64").toString("utf8") };
}
