// How commands reach clusters: like a function, but for an interrupt, after which nothing is sent.
import { clock } from "../clock.ts";
import { readConfig } from "../config.ts";
import { UpstreamError } from "../core/errors.ts";
import { type Logins, openLogins } from "../io/auth/logins.ts";
import { type Connections, openConnections } from "../io/http/connections.ts";
import type { Terminal } from "./terminal.ts";

/** Connections and logins of one command. An interrupt breaks off what is under way, and refuses what would be sent after it. */
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
        if (signal.aborted) throw new UpstreamError("out-of-time", "interrupted before it was asked");
        return connections.to(endpoint);
      },
    },
  };
}
