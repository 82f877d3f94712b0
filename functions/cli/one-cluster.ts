import { clock } from "../clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { connector } from "../cluster/connect.ts";
import { readConfig } from "../config.ts";
import { ConfigError, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { CLUSTER_MS } from "../core/limits.ts";
import { openLogins } from "../io/auth/logins.ts";
import { openConnections } from "../io/http/connections.ts";
import { loadValidFleet } from "./options.ts";

/** Does one thing with one cluster of the fleet, and closes its connections; an {@link UpstreamError} where there is no way in. */
export async function withCluster<T>(
  options: { fleet?: string; cluster: string },
  use: (entry: ClusterEntry, cluster: Cluster) => Promise<T>,
): Promise<T> {
  const { fleet, folder } = await loadValidFleet(options.fleet);
  const [entry] = selectClusters(fleet, { clusters: [options.cluster] }).clusters;
  if (entry === undefined) throw new ConfigError(`no such cluster in the fleet: ${options.cluster}`);
  const { runtimeApi, stage } = readConfig();
  const connections = openConnections({ runtimeApi });
  try {
    return await use(
      entry,
      await connector({ connections, logins: openLogins({ stage, clock }), folder })(entry, clock.monotonicMs() + CLUSTER_MS),
    );
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new UpstreamError(error.code, `${entry.name}: ${error.message}`);
  } finally {
    await connections.close();
  }
}
