import { readConfig, requireFleet } from "./config.ts";
import { connector, type Proofs } from "./connect.ts";
import { type ClusterOutcome, type Summary, summarize } from "./core/outcome.ts";
import { selectClusters } from "./core/selection.ts";
import { parseDirectRequest } from "./core/trigger.ts";
import { openConnections } from "./io/connections.ts";
import { loadFleet } from "./io/fleet-source.ts";
import { reconcileFleet } from "./reconcile-fleet.ts";

const config = readConfig();
const connections = openConnections({ runtimeApi: config.runtimeApi });
const proofs: Proofs = new Map();

// What the function needs after the last cluster is done, to report.
const CLOSING_MS = 500;

/** The `reconcile` function, invoked by a person: `{clusters?, selector?, dryRun?}`. */
export async function handler(
  payload: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<{ clusters: readonly ClusterOutcome[]; summary: Summary }> {
  const deadline = performance.now() + context.getRemainingTimeInMillis() - CLOSING_MS;
  const request = parseDirectRequest(payload);
  const { fleet, folder } = await loadFleet(requireFleet(config.fleet));
  const connect = connector({ connections, proofs, folder });
  const clusters = await reconcileFleet(selectClusters(fleet, request), { connect, deadline, dryRun: request.dryRun });
  return { clusters, summary: summarize(clusters) };
}
