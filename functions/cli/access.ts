// Opens the connections and logins of a command as a function does, except that nothing is sent after an interrupt.

import { clock } from "../clock.ts";
import { readConfig } from "../config.ts";
import { UpstreamError } from "../core/errors.ts";
import { type Logins, openLogins } from "../io/auth/logins.ts";
import { type Connections, openConnections } from "../io/http/connections.ts";
import type { Terminal } from "./terminal.ts";

/** The connections and logins of one command. An interrupt closes the connections and refuses later requests. */
export function openAccess(
  { env, signal }: Pick<Terminal, "env" | "signal">,
  { trustFleet }: { readonly trustFleet?: boolean },
): { connections: Connections; logins: Logins } {
  const { runtimeApi, stage } = readConfig(env);
  const connections = openConnections({ runtimeApi });
  signal.addEventListener("abort", () => void connections.close(), { once: true });
  return {
    logins: openLogins({ stage, clock, trustsRemoteFleet: trustFleet }),
    connections: {
      ...connections,
      to(endpoint) {
        if (signal.aborted) throw new UpstreamError("out-of-time", "interrupted before the request was sent");
        return connections.to(endpoint);
      },
    },
  };
}
