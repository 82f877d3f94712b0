// A login for a cluster of Amazon EKS is minted from an AWS identity; only EKS, or what it says of a cluster, decides where it goes.

import { awsDomain, isEksHost } from "../../core/access/aws-hosts.ts";
import { serverUrlError } from "../../core/access/url.ts";
import { UpstreamError } from "../../core/errors.ts";
import { identityOf } from "../aws/assume-role.ts";
import type { AwsIdentity } from "../aws/client.ts";
import type { EksCluster } from "../aws/eks.ts";
import { presignedUrl } from "../aws/sigv4.ts";
import { openCache, shortlyBefore } from "../cache.ts";

/** Where an API server is, and the PEM of the authority of its certificate. */
type Place = { readonly server: string; readonly ca: string };

type Wanted = {
  readonly name: string;
  readonly region: string;
  /** The role to log in as; the process's own identity where it is not given. */
  readonly roleArn?: string;
  readonly externalId?: string;
  /** The cluster of the fleet whose name the session of the role carries. */
  readonly sessionOf?: string;
};

/** A way into one cluster that is good until `expiresAtMs`, in milliseconds since the epoch. */
export type EksLogin = Place & { readonly token: string; readonly expiresAtMs: number };

const MINUTE_MS = 60_000;
// A token is good for 15 minutes by the clock of AWS, which may be two minutes ahead.
const TOKEN_MS = 14 * MINUTE_MS;
const SKEW_MS = MINUTE_MS;
const PLACE_MS = 60 * MINUTE_MS;
const places = openCache<Place>({ untilMs: (_, askedAtMs) => shortlyBefore(askedAtMs + PLACE_MS, 0) });

/**
 * The login for a cluster of Amazon EKS. AWS is asked only for the identity and for what of the place is not given, or is not plainly of
 * EKS; an {@link UpstreamError} names role or cluster, and is `secret-elsewhere` where the server is not the cluster's own.
 */
export async function eksLogin({ server, ca, nowMs, ...cluster }: Wanted & Partial<Place> & { readonly nowMs: number }): Promise<EksLogin> {
  const { roleArn, externalId, sessionOf, region } = cluster;
  const identity = await identityOf({ roleArn, externalId, sessionOf, region, nowMs });
  const isGiven = server !== undefined && ca !== undefined && isOfEks(server, region);
  const place = isGiven ? { server, ca } : await placeOf(cluster, identity, nowMs);
  if (server !== undefined && !isOfEks(server, region) && new URL(server).origin !== new URL(place.server).origin)
    throw new UpstreamError("secret-elsewhere", `the cluster ${cluster.name} in ${region} is not at ${server}: leave \`server\` out`);
  const endMs = Math.min(nowMs + TOKEN_MS, identity.expiration?.getTime() ?? Number.POSITIVE_INFINITY);
  return {
    server: server ?? place.server,
    ca: ca ?? place.ca,
    token: await tokenFor(cluster, identity, nowMs),
    expiresAtMs: shortlyBefore(endMs, SKEW_MS),
  };
}

// https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
async function tokenFor({ name, region }: Wanted, identity: AwsIdentity, nowMs: number): Promise<string> {
  const url = await presignedUrl({
    identity,
    region,
    service: "sts",
    method: "GET",
    url: `https://sts.${region}.${awsDomain(region)}/?Action=GetCallerIdentity&Version=2011-06-15`,
    headers: { "x-k8s-aws-id": name },
    // Says nothing about the token: the authenticator reads it from the date.
    expiresSeconds: 60,
    nowMs,
  });
  return `k8s-aws-v1.${Buffer.from(url).toString("base64url")}`;
}

// AWS shows no token to the owner of the cluster behind one of its servers.
function isOfEks(server: string, region: string): boolean {
  return isEksHost(new URL(server).hostname, region);
}

function placeOf({ name, region, roleArn, externalId }: Wanted, identity: AwsIdentity, nowMs: number): Promise<Place> {
  return places.read(JSON.stringify([name, region, roleArn, externalId]), { nowMs }, async () => {
    const { openEks } = await import("../aws/eks.ts");
    const eks = openEks(region, roleArn === undefined ? undefined : identity);
    try {
      return toPlace(await eks.describe(name), region);
    } finally {
      eks.close();
    }
  });
}

function toPlace({ name, server, ca }: EksCluster, region: string): Place {
  const what = `eks:DescribeCluster of ${name} in ${region}`;
  if (server === undefined || ca === undefined) throw new UpstreamError("unavailable", `${what}: the cluster has no endpoint yet`);
  const problem = serverUrlError(server);
  if (problem !== undefined) throw new UpstreamError("unavailable", `${what}: its endpoint is not usable: ${problem}`);
  return { server, ca: Buffer.from(ca, "base64").toString("utf8") };
}
