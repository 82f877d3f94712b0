// Explains the verdicts of one cluster with the same predicates that a pass uses.

import { UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { isPaused } from "../core/fleet/pause.ts";
import type { ObjectKind } from "../core/kubernetes/resource.ts";
import type { AlertsOutcome, ClusterOutcome } from "../core/outcome/outcome.ts";
import { type ActingProfile, isWriting } from "../core/profile/mode.ts";
import { kindsOf } from "../core/profile/profile.ts";
import { type Explanation, explain } from "../core/verdict/explain.ts";
import { coversKind } from "../core/verdict/matching.ts";
import type { Client } from "../io/http/client.ts";
import { isAllowed } from "../io/kubernetes/access-review.ts";
import { alertsOf, type Cluster, reachOf, viewCluster } from "./cluster.ts";

/** Why a resource gets its verdict, and whether a pass would write it. */
export type ResourceExplanation = Explanation & {
  /** Why a pass writes nothing onto the resource, whatever it would write. */
  readonly unwritten?: "observe" | "paused" | "forbidden";
};

/** Why each resource of a cluster gets its verdict, and which lists or sources could not be read. */
export type ClusterExplanation = Pick<ClusterOutcome, "cluster" | "was" | "code" | "message" | "unlisted"> & {
  /** Undefined where no resource needs a source. */
  readonly alerts?: AlertsOutcome;
  readonly resources: readonly ResourceExplanation[];
};

/** Reads like a pass, and explains instead of writing; `client` stands for the API server. */
export async function explainCluster(entry: ClusterEntry, cluster: Cluster, client: Client): Promise<ClusterExplanation> {
  const view = await viewCluster(cluster, entry.profiles);
  const unwritten = await unwrittenKinds(entry, client);
  const resources = view.resources.flatMap((resource) =>
    entry.profiles
      .filter((profile) => coversKind(profile, resource))
      .map((profile) => ({
        ...explain(profile, resource, view.known, client.clock.nowMs(), entry.profiles),
        ...unwrittenBy(profile, unwritten.get(resource.of.kind)),
      })),
  );
  return { cluster: entry.name, ...reachOf(view.lists), alerts: alertsOf(view, entry.profiles), resources };
}

type Unwritten = ResourceExplanation["unwritten"];

function unwrittenBy(profile: ActingProfile, ofKind: Unwritten): Pick<ResourceExplanation, "unwritten"> {
  const unwritten = ofKind !== "paused" && !isWriting(profile) ? "observe" : ofKind;
  return unwritten === undefined ? {} : { unwritten };
}

async function unwrittenKinds({ profiles, paused }: ClusterEntry, client: Client): Promise<ReadonlyMap<string, Unwritten>> {
  const kinds = kindsOf(profiles);
  const written = kindsOf(profiles.filter(isWriting));
  if (isPaused(paused, client.clock.nowMs())) return new Map(kinds.map(({ kind }) => [kind, "paused"]));
  const forbidden = await Promise.all(written.map((of) => isForbidden(of, client)));
  return new Map(written.flatMap(({ kind }, index) => (forbidden[index] ? [[kind, "forbidden"] as const] : [])));
}

// A server that does not review its permissions tells at the write.
async function isForbidden({ group, plural }: ObjectKind, client: Client): Promise<boolean> {
  try {
    return !(await isAllowed(client, { verb: "patch", group, resource: plural, subresource: "status" }));
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return false;
  }
}
