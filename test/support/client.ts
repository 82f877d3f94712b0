// Builds clients of one server, with a login that stays the same unless a test changes it.

import { clock } from "../../functions/clock.ts";
import { bodyBudget } from "../../functions/io/http/body-budget.ts";
import type { Client, Login } from "../../functions/io/http/client.ts";
import { type Connections, type Endpoint, toEndpoint } from "../../functions/io/http/connections.ts";

export function aClient(connections: Connections, login: Login, more: Partial<Client> = {}): Client {
  return { login, connections, bodies: bodyBudget(), requestMs: 30_000, deadline: Number.POSITIVE_INFINITY, clock, ...more };
}

/** A login with nothing newer behind it. */
export function aLogin(endpoint: Partial<Endpoint> & Pick<Endpoint, "origin">): Login {
  const found = toEndpoint({ basePath: "", headers: {}, secrets: [], ...endpoint });
  return { key: endpoint.origin, endpoint: async () => found, renewed: async () => undefined };
}
