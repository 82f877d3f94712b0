// Records requests to the API server, and expires lists on demand.

import { apiRequest } from "../support/api-request.ts";
import { type HttpServer, serve } from "../support/http-server.ts";
import type { ContractCluster } from "./cluster.ts";

export type Forwarder = HttpServer & {
  /** What went through, oldest first: the path and the status of the answer. */
  readonly seen: { path: string; status: number }[];
  /** The next continued list names a state that the server has long forgotten. */
  ageNextPage(): void;
};

/** The token that continues the list as it was at the very beginning. */
export const AGED = Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: 1, start: "/\0" })).toString("base64url");

/** Stands between the product and the API server, as the administrator. */
export async function startForwarder(cluster: ContractCluster): Promise<Forwarder> {
  const request = apiRequest({ ...cluster, token: cluster.adminToken });
  const seen: Forwarder["seen"] = [];
  let isAging = false;
  const server = await serve(async (asked, response) => {
    const url = new URL(asked.url ?? "", cluster.server);
    if (isAging && url.searchParams.has("continue")) {
      url.searchParams.set("continue", AGED);
      isAging = false;
    }
    const { status, body } = await request("GET", url.pathname + url.search);
    seen.push({ path: asked.url ?? "", status });
    response.writeHead(status).end(JSON.stringify(body));
  });
  return {
    ...server,
    seen,
    ageNextPage: () => {
      isAging = true;
    },
  };
}
