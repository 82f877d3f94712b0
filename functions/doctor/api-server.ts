import type { Way } from "../cluster/alert-sources.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import type { Resource } from "../core/kubernetes/resource.ts";
import { examineLogin, examineRights } from "./access.ts";
import type { Check } from "./checks/check.ts";
import { examineEndpoint } from "./endpoint.ts";
import { examineKinds } from "./kinds.ts";
import { allSkipped, hasFailed, type Visit } from "./session.ts";

/** What was found at a cluster's API server; `way` is there where it lets us in. */
export type ApiServer = { readonly checks: readonly Check[]; readonly way?: Way; readonly resources?: readonly Resource[] };

/** From the credential to the kinds of the profiles: what comes after a failure rests on it. */
export async function examineApiServer(entry: ClusterEntry, visit: Visit): Promise<ApiServer> {
  const login = visit.logins.ofCluster(entry, visit.folder);
  const way = visit.wayTo(login);
  const approach = await examineEndpoint(login, visit);
  if (hasFailed(approach)) return { checks: [...approach, ...allSkipped(["login", "permissions", "kinds"], approach)] };
  const entrance = [...approach, ...(await examineLogin(way, visit))];
  if (hasFailed(entrance)) return { checks: [...entrance, ...allSkipped(["permissions", "kinds"], entrance)] };
  const { checks, isDenied } = await examineRights(entry, way);
  const kinds = await examineKinds(entry, way, isDenied);
  return { checks: [...entrance, ...checks, ...kinds.checks], way, resources: kinds.resources };
}
