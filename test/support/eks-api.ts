// Simulates Amazon EKS as far as discovery and logins need it.

import type { IncomingMessage, ServerResponse } from "node:http";
import { serve } from "./http-server.ts";

/** What DescribeCluster says of a cluster, but for its name. */
type EksCluster = { readonly name: string; readonly [field: string]: unknown };

/** What stands in `certificateAuthority.data`. */
export const CA = btoa("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");

/** A cluster that is at work. */
export function aCluster(name: string, more: object = {}): EksCluster {
  const arn = `arn:aws:eks:eu-central-1:111122223333:cluster/${name}`;
  const endpoint = `https://${name.toUpperCase()}.gr7.eks.example`;
  return { name, arn, endpoint, status: "ACTIVE", certificateAuthority: { data: CA }, tags: {}, ...more };
}

/** The Amazon EKS of one account on one port of the loopback interface, which the SDK finds by AWS_ENDPOINT_URL. */
export type EksApi = {
  /** The environment with which a program calls this server. */
  readonly env: Readonly<Record<string, string>>;
  /** What there is, by region. */
  readonly regions: Map<string, readonly EksCluster[]>;
  /** What is answered instead, by action and region, or by action and cluster: `DescribeCluster prod`. */
  readonly refusals: Map<string, string>;
  close(): Promise<void>;
};

const PAGE = 2;
const OWN = "secret-of-our-own";

export async function startEksApi(): Promise<EksApi> {
  const regions = new Map<string, readonly EksCluster[]>();
  const refusals = new Map<string, string>();
  const { url, close } = await serve((request, response) => {
    const { action, region, name, from } = parseCall(request);
    const refusal = refusals.get(`${action} ${region}`) ?? refusals.get(`${action} ${name}`);
    const clusters = regions.get(region) ?? [];
    if (refusal !== undefined) refuse(response, 403, refusal);
    else if (action === "ListClusters") tell(response, 200, page(clusters, from));
    else
      describe(
        response,
        clusters.find((cluster) => cluster.name === name),
      );
  });
  const credentials = { AWS_ACCESS_KEY_ID: "AKIAOWN", AWS_SECRET_ACCESS_KEY: OWN, AWS_EC2_METADATA_DISABLED: "true" };
  return { env: { AWS_ENDPOINT_URL: url, AWS_REGION: "eu-central-1", ...credentials }, regions, refusals, close };
}

function parseCall({ url = "", headers }: IncomingMessage): { action: string; region: string; name: string; from: number } {
  const { pathname, searchParams } = new URL(url, "http://eks");
  const [, region = ""] = /\/\d{8}\/([a-z0-9-]+)\/eks\//.exec(headers.authorization ?? "") ?? [];
  const name = decodeURIComponent(pathname.replace(/^\/clusters\/?/, ""));
  return { action: name === "" ? "ListClusters" : "DescribeCluster", region, name, from: Number(searchParams.get("nextToken") ?? 0) };
}

function page(clusters: readonly EksCluster[], from: number): object {
  const names = clusters.slice(from, from + PAGE).map(({ name }) => name);
  return { clusters: names, ...(from + PAGE < clusters.length && { nextToken: String(from + PAGE) }) };
}

function describe(response: ServerResponse, cluster: EksCluster | undefined): void {
  if (cluster === undefined) refuse(response, 404, "ResourceNotFoundException");
  else tell(response, 200, { cluster });
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.setHeader("x-amzn-errortype", code);
  tell(response, status, { message: `canary: ${code}` });
}

function tell(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
