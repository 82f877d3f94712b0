// Checks an API server step by step, so that only the first cause of a failure is reported.

import type { ClusterEntry } from "../core/fleet/fleet.ts";
import type { Resource } from "../core/kubernetes/resource.ts";
import type { Client } from "../io/http/client.ts";
import { checkLogin, checkPermissions } from "./access.ts";
import type { Check } from "./checks/check.ts";
import { openSchemas } from "./conditions.ts";
import { checkEndpoint } from "./endpoint.ts";
import { checkKinds } from "./kinds.ts";
import { hasFailed, type Session, skipAll } from "./session.ts";

/** The checks of an API server; `client` is set where it accepts the login, `resources` where every kind can be listed. */
export type ApiServer = { readonly checks: readonly Check[]; readonly client?: Client; readonly resources?: readonly Resource[] };

/** Checks an API server from the credential to the kinds of the profiles; whatever depends on a failed check is skipped. */
export async function checkApiServer(entry: ClusterEntry, session: Session): Promise<ApiServer> {
  const client = session.clientOf(session.logins.ofCluster(entry, session.folder));
  const connection = await checkEndpoint(client);
  if (hasFailed(connection)) return { checks: [...connection, ...skipAll(["login", "permissions", "kinds"], connection)] };
  const access = [...connection, ...(await checkLogin(client))];
  if (hasFailed(access)) return { checks: [...access, ...skipAll(["permissions", "kinds"], access)] };
  const { checks, isDenied } = await checkPermissions(entry, client);
  const kinds = await checkKinds(entry, { api: client, schemas: openSchemas(client), isDenied, refusers: session.refusers });
  return { checks: [...access, ...checks, ...kinds.checks], client, resources: kinds.resources };
}
