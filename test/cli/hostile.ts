// Gives the tests of hostile fleets and servers a sink that shows every leak.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import type { Resolve } from "../../functions/io/http/guarded-lookup.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { type Sink, startSink } from "./sink.ts";

export const SECRET = "s3cret";

// Nothing listens on port 1.
const NOWHERE = "http://127.0.0.1:1";
const ref = { file: "secret" };

export const bearer = { bearer: ref };
export const basic = { basic: { username: "u", password: ref } };
export const secretHeader = (name: string) => ({ [name]: ref });

/** An entry whose source of alerts is `url`. */
export function readFrom(url: string, more: object = {}): object {
  return { kubernetes: { server: NOWHERE }, alerts: { url, ...more } };
}

/** An entry whose API server is `server`, logged in to with a token. */
export function writeTo(server: string): object {
  return { kubernetes: { server, auth: { token: ref } } };
}

/** A sink, and a folder with the secret of the fleet. */
export type Trap = { readonly sink: Sink; readonly folder: string; close(): Promise<void> };

export async function setTrap(): Promise<Trap> {
  const folder = await mkdtemp(join(tmpdir(), "alertstatus-hostile-"));
  await writeFile(join(folder, "secret"), SECRET);
  const sink = await startSink();
  return {
    sink,
    folder,
    close: async () => {
      await sink.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Runs one pass over a fleet of this entry; by default every name resolves to the sink. */
export async function reconcile(
  { folder }: Trap,
  entry: object,
  settings: Parameters<typeof openConnections>[0] = {},
): Promise<ClusterOutcome | undefined> {
  const connections = openConnections({ resolve: everyNameTo("127.0.0.1"), ...settings });
  try {
    const fleet = parseFleet({ clusters: [{ name: "hostile", ...entry }] });
    const [outcome] = await reconcileFleet(fleet, { connect: connector({ connections, folder, requestMs: 1_000 }) });
    return outcome;
  } finally {
    await connections.close();
  }
}

export function everyNameTo(...addresses: readonly string[]): Resolve {
  const results = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  return (_, __, callback) => callback(null, results);
}
