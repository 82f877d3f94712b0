// Connects the commands that work on a single cluster of the fleet.

import { clock } from "../clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { connector } from "../cluster/connect.ts";
import { ConfigError, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry, ParsedFleet } from "../core/fleet/fleet.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { CLUSTER_MS } from "../core/limits.ts";
import { redactAll } from "../core/text.ts";
import type { Client } from "../io/http/client.ts";
import { openAccess } from "./access.ts";
import { loadValidFleet } from "./fleet-source.ts";
import type { Terminal } from "./terminal.ts";

/** Connects to one cluster of the fleet, calls `use`, and closes the connections; an {@link UpstreamError} names the cluster. */
export async function withCluster<T>(
  terminal: Terminal,
  options: { fleet?: string; trustFleet?: boolean; cluster: string },
  use: (entry: ClusterEntry, cluster: Cluster, client: Client, fleet: ParsedFleet) => Promise<T>,
): Promise<T> {
  const { fleet, folder } = await loadValidFleet(terminal, options.fleet);
  const [entry] = selectClusters(fleet, { clusters: [options.cluster] }).clusters;
  if (entry === undefined) throw new ConfigError(`no such cluster in the fleet: ${options.cluster}`);
  const access = openAccess(terminal, options);
  try {
    const clients: Client[] = [];
    const connect = connector({ ...access, folder, onClient: (_, client) => void clients.push(client) });
    const cluster = await connect(entry, clock.monotonicMs() + CLUSTER_MS);
    const [client] = clients;
    if (client === undefined) throw new Error(`no client was opened for ${entry.name}`);
    return redactAll(await use(entry, cluster, client, fleet), cluster.secrets?.() ?? []);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new UpstreamError(error.code, `${entry.name}: ${error.message}`);
  } finally {
    await access.connections.close();
  }
}
