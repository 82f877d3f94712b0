import type { ClusterEntry } from "../core/fleet/fleet.ts";
import type { Resource } from "../core/kubernetes/resource.ts";
import type { Client } from "../io/http/client.ts";
import { checkLogin, checkPermissions } from "./access.ts";
import type { Check } from "./checks/check.ts";
import { checkEndpoint } from "./endpoint.ts";
import { checkKinds } from "./kinds.ts";
import { hasFailed, type Session, skipAll } from "./session.ts";

/** What was found at a cluster's API server; `client` is there where it lets us in. */
export type ApiServer = { readonly checks: readonly Check[]; readonly client?: Client; readonly resources?: readonly Resource[] };

/** From the credential to the kinds of the profiles: what comes after a failure rests on it. */
export async function checkApiServer(entry: ClusterEntry, visit: Session): Promise<ApiServer> {
  const client = visit.clientOf(visit.logins.ofCluster(entry, visit.folder));
  const approach = await checkEndpoint(client);
  if (hasFailed(approach)) return { checks: [...approach, ...skipAll(["login", "permissions", "kinds"], approach)] };
  const entrance = [...approach, ...(await checkLogin(client))];
  if (hasFailed(entrance)) return { checks: [...entrance, ...skipAll(["permissions", "kinds"], entrance)] };
  const { checks, isDenied } = await checkPermissions(entry, client);
  const kinds = await checkKinds(entry, client, isDenied);
  return { checks: [...entrance, ...checks, ...kinds.checks], client, resources: kinds.resources };
}
