// A direct invocation gets its outcomes as the answer, those of clusters that crashed among them.
import { selectClusters } from "../core/fleet/selection.ts";
import { type ClusterOutcome, type Summary, summarize } from "../core/outcome/outcome.ts";
import { parseDirectRequest } from "../core/request.ts";
import { runFleet, type Worker } from "./run.ts";

export type Answer = { readonly clusters: readonly ClusterOutcome[]; readonly summary: Summary };

/** Answers `{clusters?, selector?, dryRun?}` by one run, over by `deadline` (in milliseconds of the monotonic clock); a ConfigError where the payload or the fleet is wrong. */
export async function reconcileDirect(worker: Worker, payload: unknown, deadline: number): Promise<Answer> {
  const { dryRun, ...selection } = parseDirectRequest(payload);
  const { fleet, folder } = await worker.loadFleet();
  const run = { fleet: selectClusters(fleet, selection), folder, cause: "manual", deadline, dryRun };
  const clusters = await runFleet(worker, run);
  return { clusters, summary: summarize(clusters) };
}
