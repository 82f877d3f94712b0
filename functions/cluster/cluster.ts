import { type Code, failureOf, UpstreamError } from "../core/errors.ts";
import type { ObjectKind, Resource } from "../core/kubernetes/resource.ts";
import type { Event } from "../core/outcome/event.ts";
import type { AlertsOutcome, ClusterOutcome } from "../core/outcome/outcome.ts";
import { kindsOf, type Profile } from "../core/profile/profile.ts";
import { countAlerts, type Reading } from "../core/prometheus/alert.ts";
import { uncarriedKinds } from "../core/verdict/matching.ts";
import type { Knowledge } from "../core/verdict/verdict.ts";

/** All that one pass needs of a cluster. Every call but the first may throw an {@link UpstreamError}. */
export type Cluster = {
  /** What each source of alerts says, asked for after a moment of the monotonic clock. */
  readAlerts(after: number): Promise<readonly Reading[]>;
  list(of: ObjectKind): Promise<readonly Resource[]>;
  /** The resource as it is now; undefined where it is gone. */
  read(resource: Resource): Promise<Resource | undefined>;
  /** Writes all conditions onto the version that was read; UpstreamError `conflict` where somebody was faster. */
  patch(resource: Resource, conditions: readonly unknown[]): Promise<void>;
  /** Tells of a transition beside the resource; only where the fleet asks for it. */
  readonly record?: (event: Event) => Promise<void>;
};

/** How often a writer reads again and tries anew before it gives up. */
export const MAX_CONFLICTS = 3;
/** What a patch says when the object is no longer the one that was read: it has changed, or it is gone. */
export const OUTDATED: ReadonlySet<Code> = new Set<Code>(["conflict", "not-found"]);

type Listed = { readonly of: ObjectKind; readonly resources: readonly Resource[]; readonly error?: UpstreamError };

/** One look at a cluster: what its alerts say, and the resources that they may be about. */
export type View = { readonly known: Knowledge; readonly resources: readonly Resource[]; readonly lists: readonly Listed[] };

/** Reads the alerts and every kind of the profiles side by side. */
export async function viewCluster(cluster: Cluster, profiles: readonly Profile[]): Promise<View> {
  const [readings, lists] = await Promise.all([cluster.readAlerts(Number.NEGATIVE_INFINITY), listKinds(cluster, profiles)]);
  const resources = lists.flatMap((list) => list.resources);
  const uncarried = new Map(profiles.map((profile) => [profile, uncarriedKinds(profile, resources)]));
  return { known: { readings, uncarried }, lists, resources };
}

/** Every kind of the profiles, side by side; a kind that cannot be listed takes nothing from the others. */
export function listKinds(cluster: Cluster, profiles: readonly Profile[]): Promise<readonly Listed[]> {
  return Promise.all(kindsOf(profiles).map((of) => listed(cluster, of)));
}

/** What an outcome says of the lists. One kind is not served: somebody has to correct it. Every kind failed: the cluster is out of reach. */
export function reachOf(lists: readonly Listed[]): Pick<ClusterOutcome, "was" | "code" | "message" | "unlisted"> {
  const unlisted = lists.flatMap(({ of, error }) =>
    error === undefined ? [] : [{ kind: of.kind, code: error.code, message: error.message }],
  );
  const notServed = unlisted.find(({ code }) => code === "kind-not-served");
  if (notServed !== undefined) return { was: "misconfigured", code: notServed.code, message: notServed.message, unlisted };
  const [first] = unlisted;
  if (first === undefined || unlisted.length < lists.length) return { was: "reconciled", unlisted };
  const unanswered = unlisted.find(({ code }) => code !== "forbidden");
  const { code, message } = unanswered ?? first;
  return { was: unanswered === undefined ? "forbidden" : "unreachable", code, message, unlisted };
}

/** What an outcome says of the sources: they are unreadable where none of them can be read. */
export function alertsOf({ readings }: Knowledge): AlertsOutcome {
  const read = readings.filter((reading) => reading.was === "read");
  const unreadable = readings.find((reading) => reading.was === "unreadable");
  if (read.length === 0 && unreadable !== undefined) return { was: "unreadable", ...failureOf(unreadable) };
  const silencesUnreadable = read.find((reading) => reading.silencesUnreadable !== undefined)?.silencesUnreadable;
  const [firing, pending] = [countAlerts(read.map((reading) => reading.firing)), countAlerts(read.map((reading) => reading.pending))];
  return { was: "read", firing, pending, ...(silencesUnreadable && { silencesUnreadable }) };
}

async function listed(cluster: Cluster, of: ObjectKind): Promise<Listed> {
  try {
    return { of, resources: await cluster.list(of) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { of, resources: [], error };
  }
}
