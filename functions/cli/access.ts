// Opens the connections and logins of a command as a function does, except that nothing is sent after an interrupt.

import { clock } from "../clock.ts";
import { readConfig } from "../config.ts";
import { UpstreamError } from "../core/errors.ts";
import { type Logins, openLogins } from "../io/auth/logins.ts";
import { bodyBudget } from "../io/http/body-budget.ts";
import type { Client, Login } from "../io/http/client.ts";
import { type Connections, openConnections } from "../io/http/connections.ts";
import type { Own } from "../io/kubernetes/own-kubeconfig.ts";
import type { Terminal } from "./terminal.ts";

/** The connections and logins of one command. An interrupt closes the connections and refuses later requests. */
export function openAccess(
  { env, signal }: Pick<Terminal, "env" | "signal">,
  { trustFleet }: { readonly trustFleet?: boolean },
): { connections: Connections; logins: Logins } {
  const { proxies, runtimeApi, stage } = readConfig(env);
  const connections = openConnections({ runtimeApi });
  signal.addEventListener("abort", () => void connections.close(), { once: true });
  return {
    logins: openLogins({ stage, clock, trustsRemoteFleet: trustFleet, environment: env, proxies }),
    connections: {
      ...connections,
      to(endpoint) {
        if (signal.aborted) throw new UpstreamError("out-of-time", "interrupted before the request was sent");
        return connections.to(endpoint);
      },
    },
  };
}

/** The user, as commands that act under the user's own kubeconfig know it. */
export function openOwn({ env }: Pick<Terminal, "env">): Own {
  return { environment: env, proxies: readConfig(env).proxies ?? {}, clock };
}

// Such a command waits for one answer after the other, and some of them are long.
const OWN_REQUEST_MS = 15_000;

/** A client for a command that acts as the user. */
export function ownClient(connections: Connections, login: Login): Client {
  return { login, connections, bodies: bodyBudget(), requestMs: OWN_REQUEST_MS, deadline: Number.POSITIVE_INFINITY, clock };
}
