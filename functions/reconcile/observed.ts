// Tells of the verdicts that no cluster shows: what the state did not know is sent, logged, and an Event where the fleet asks for Events.

import pLimit from "p-limit";
import { clock } from "../clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { connector } from "../cluster/connect.ts";
import { failureOf, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry, Fleet } from "../core/fleet/fleet.ts";
import { isResource } from "../core/kubernetes/item.ts";
import { resourceId } from "../core/kubernetes/resource.ts";
import { CLOSING_MS, CONCURRENCY, MAX_TRANSITIONS, PUBLISHING_MS } from "../core/limits.ts";
import { eventOf } from "../core/outcome/event.ts";
import { type ClusterOutcome, type Patched, resourceName } from "../core/outcome/outcome.ts";
import { isObserved } from "../core/outcome/transition.ts";
import { kindsOf } from "../core/profile/profile.ts";
import { timeText } from "../core/time.ts";
import { within } from "../io/http/timeout.ts";
import { type Change, keyOf } from "../state/state.ts";
import type { Worker } from "./run.ts";
import { publishTransitions } from "./transitions.ts";

/** `deadline` is that of the run, in milliseconds of the monotonic clock. */
type Ran = {
  readonly outcomes: readonly ClusterOutcome[];
  readonly fleet: Fleet;
  readonly folder: string | undefined;
  readonly deadline: number;
};

// For the report and the answer.
const LAST_MS = 500;

/**
 * Tells of changes that the state has, so that each is told at most once: a run that could not write the state tells nothing, and the next one
 * finds the change anew. No verdict rests on any of this.
 */
export async function publishObserved(worker: Worker, ran: Ran, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const byCluster = Map.groupBy(changes, ({ cluster }) => cluster);
  const outcomes = ran.outcomes.flatMap((outcome) => {
    const resources = transitionsIn(outcome, byCluster.get(outcome.cluster) ?? []);
    return resources.length === 0 ? [] : [{ ...outcome, resources }];
  });
  const leftMs = ran.deadline + CLOSING_MS - LAST_MS - clock.monotonicMs();
  const publishing = publishTransitions(worker, ran.fleet, outcomes).then(worker.report.publish);
  await within(Math.min(leftMs, PUBLISHING_MS), Promise.all([publishing, recordEvents(worker, ran, outcomes)]), undefined);
}

type Told = Omit<ClusterOutcome, "resources"> & { readonly resources: readonly Patched[] };

function transitionsIn({ resources }: ClusterOutcome, changes: readonly Change[]): readonly Patched[] {
  const from = new Map(changes.map((change) => [keyOfChange(change), change.from]));
  return resources.filter(isObserved).flatMap(({ isObserved: _, ...outcome }): Patched[] => {
    const before = from.get(keyOf(outcome));
    if (before === undefined) return [];
    return [{ ...outcome, was: "patched", before: before !== null && "status" in before ? before : undefined }];
  });
}

function keyOfChange({ resource, profile, type = "" }: Change): string {
  return resource === undefined ? "" : keyOf({ ...resource, ...(profile !== undefined && { profile }), condition: { type } });
}

async function recordEvents({ connections, logins, proofs, report }: Worker, { fleet, folder }: Ran, outcomes: readonly Told[]) {
  const connect = connector({ connections, logins, proofs, folder });
  const entries = new Map(fleet.clusters.flatMap((entry) => (entry.events ? [[entry.name, entry] as const] : [])));
  const asking = outcomes.flatMap(({ cluster, resources }) => {
    const entry = entries.get(cluster);
    return entry === undefined ? [] : [{ entry, resources: resources.slice(0, MAX_TRANSITIONS) }];
  });
  const deadline = clock.monotonicMs() + PUBLISHING_MS;
  await pLimit(CONCURRENCY).map(asking, async ({ entry, resources }) => {
    try {
      await recordIn(await connect(entry, deadline), entry, resources);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      report.warn("no Event tells of a change", { cluster: entry.name, ...failureOf(error) });
    }
  });
}

// An Event names its resource by the uid, which is asked for again: a mode that writes nothing may list, and not read one.
async function recordIn(cluster: Cluster, { profiles }: ClusterEntry, outcomes: readonly Patched[]): Promise<void> {
  const kinds = new Set(outcomes.map(({ kind }) => kind));
  const wanted = kindsOf(profiles).filter(({ kind }) => kinds.has(kind));
  const lists = await Promise.all(wanted.map((of) => cluster.list(of))).finally(() => cluster.release?.());
  const items = lists.flat().filter(isResource);
  const byName = new Map(items.map((resource) => [resourceName(resourceId(resource)), resource]));
  for (const outcome of outcomes) {
    const resource = byName.get(resourceName(outcome));
    if (resource !== undefined) await cluster.record?.(eventOf(resource, outcome, timeText(clock.nowMs())));
  }
}
