// A direct invocation gets its outcomes as the answer, those of clusters that crashed among them.
import { clock } from "../clock.ts";
import { ConfigError } from "../core/errors.ts";
import type { Fleet } from "../core/fleet/fleet.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { type ClusterOutcome, type Summary, summarize } from "../core/outcome/outcome.ts";
import { type DirectRequest, parseDirectRequest } from "../core/request.ts";
import { publishObserved } from "./observed.ts";
import { runFleet, type Worker } from "./run.ts";
import { recordBatch } from "./state.ts";

/** `error` says why nothing ran: a wrong payload is the caller's own, and no crash of the function. */
export type Answer = { readonly error?: string; readonly clusters: readonly ClusterOutcome[]; readonly summary: Summary };

/**
 * Answers `{clusters?, selector?, dryRun?}` by one run, over by `deadline` (in milliseconds of the monotonic clock); a ConfigError where the
 * fleet cannot be read.
 */
export async function reconcileDirect(worker: Worker, payload: unknown, deadline: number): Promise<Answer> {
  const [atMs, startedAt] = [clock.nowMs(), clock.monotonicMs()];
  const { fleet, folder } = await worker.loadFleet();
  const request = readRequest(payload, fleet);
  if ("error" in request) {
    worker.report.warn("request refused", { why: request.error });
    return { ...request, clusters: [], summary: summarize([]) };
  }
  const { selected, dryRun } = request;
  const clusters = await runFleet(worker, { fleet: selected, folder, cause: "manual", deadline, dryRun });
  const ms = Math.round(clock.monotonicMs() - startedAt);
  const ran = { outcomes: clusters, fleet: selected, folder, deadline };
  if (!dryRun) await publishObserved(worker, ran, await recordBatch(worker, { ...ran, atMs, ms }, []));
  return { clusters, summary: summarize(clusters) };
}

type Read = Pick<DirectRequest, "dryRun"> & { readonly selected: Fleet };

function readRequest(payload: unknown, fleet: Fleet): Read | { readonly error: string } {
  try {
    const { dryRun, ...selection } = parseDirectRequest(payload);
    return { dryRun, selected: selectClusters(fleet, selection) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { error: error.message };
  }
}
