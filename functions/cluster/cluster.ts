// The port `Cluster`, and one look through it: resources, alerts, and what kept them from being read.

import { type Code, failureOf, UpstreamError } from "../core/errors.ts";
import { type Item, isMalformed, isResource, type MalformedItem } from "../core/kubernetes/item.ts";
import { type ObjectKind, type Resource, resourceId } from "../core/kubernetes/resource.ts";
import type { Event } from "../core/outcome/event.ts";
import type { AlertsOutcome, ClusterOutcome, Refused } from "../core/outcome/outcome.ts";
import { kindsOf, type Profile } from "../core/profile/profile.ts";
import { countAlerts, type Reading } from "../core/prometheus/alert.ts";
import { needsAlerts, uncarriedKinds } from "../core/verdict/matching.ts";
import { findUnmatched } from "../core/verdict/unmatched.ts";
import type { Knowledge } from "../core/verdict/verdict.ts";

/** All that one pass needs of a cluster. Every call but the first may throw an {@link UpstreamError}. */
export type Cluster = {
  /** What each source of alerts says, asked for after a moment of the monotonic clock. */
  readAlerts(after: number): Promise<readonly Reading[]>;
  /** Whether resources of it needed alerts before: reading them at once then saves a round trip. */
  readonly mayNeedAlerts?: boolean;
  /** No resource of it needs alerts any more. */
  readonly forgetAlerts?: () => void;
  list(of: ObjectKind): Promise<readonly Item[]>;
  /** The resource as it is now; undefined where it is gone. */
  read(resource: Resource): Promise<Resource | undefined>;
  /** Writes all conditions onto the version that was read, and answers what the API server keeps of them; UpstreamError `conflict` where another writer was faster. */
  patch(resource: Resource, conditions: readonly unknown[]): Promise<Resource>;
  /** Tells of a transition beside the resource; only where the fleet asks for it. */
  readonly record?: (event: Event) => Promise<void>;
  /** Tells within the cluster that a pass has looked at it; only where the fleet asks for it. */
  readonly beat?: () => Promise<void>;
  /** Resolves when its API server answers a short question in little time, whatever it answers. */
  readonly probe?: () => Promise<void>;
  /** What its servers know and nothing that is shown may repeat. */
  readonly secrets?: () => readonly string[];
  /** What was read of the cluster is not needed any more. */
  readonly release?: () => void;
};

/** How often a writer reads again and tries anew before it gives up. */
export const MAX_CONFLICTS = 3;
/** What a patch says when the object is no longer the one that was read: it has changed, or it is gone. */
export const OUTDATED: ReadonlySet<Code> = new Set<Code>(["conflict", "not-found"]);

type Listed = {
  readonly of: ObjectKind;
  readonly resources: readonly Resource[];
  readonly malformed: readonly MalformedItem[];
  readonly error?: UpstreamError;
};

/** One look at a cluster: what its alerts say, and the resources that they may be about. `known` has no readings where no resource needs them. */
export type View = { readonly known: Knowledge; readonly resources: readonly Resource[]; readonly lists: readonly Listed[] };

/**
 * Lists every kind of the profiles side by side, and beside them reads the alerts as soon as one resource needs them, or may: a cluster
 * without any may have no source either.
 */
export async function viewCluster(cluster: Cluster, profiles: readonly Profile[]): Promise<View> {
  let isNeeded = false;
  let asked = cluster.mayNeedAlerts ? readAhead(cluster) : undefined;
  const list = async (of: ObjectKind): Promise<Listed> => {
    const one = await listed(cluster, of);
    isNeeded ||= one.error !== undefined || one.resources.some((resource) => profiles.some((profile) => needsAlerts(profile, resource)));
    if (isNeeded) asked ??= readAhead(cluster);
    return one;
  };
  const lists = await Promise.all(kindsOf(profiles).map(list));
  const resources = lists.flatMap((one) => one.resources);
  const readings = (await asked) ?? [];
  if (!isNeeded) cluster.forgetAlerts?.();
  return { known: knowledgeOf(profiles, resources, isNeeded ? readings : []), lists, resources };
}

// Awaited once the lists are there: until then, a failure of it is not an unhandled one.
function readAhead(cluster: Cluster): Promise<readonly Reading[]> {
  const readings = cluster.readAlerts(Number.NEGATIVE_INFINITY);
  readings.catch(() => undefined);
  return readings;
}

export function knowledgeOf(profiles: readonly Profile[], resources: readonly Resource[], readings: readonly Reading[]): Knowledge {
  return { readings, uncarried: new Map(profiles.map((profile) => [profile, uncarriedKinds(profile, resources)])) };
}

/** Every kind of the profiles, side by side; a kind that cannot be listed takes nothing from the others. */
export function listKinds(cluster: Cluster, profiles: readonly Profile[]): Promise<readonly Listed[]> {
  return Promise.all(kindsOf(profiles).map((of) => listed(cluster, of)));
}

/** What an outcome says of the lists. One kind is not served: a person has to correct it. Every kind failed: the cluster is out of reach. */
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

/** What an outcome says of the sources: nothing where no resource needs them, and that they are unreadable where none of them can be read. */
export function alertsOf({ known, lists, resources }: View, profiles: readonly Profile[]): AlertsOutcome | undefined {
  const read = known.readings.filter((reading) => reading.was === "read");
  const unreadable = known.readings.find((reading) => reading.was === "unreadable");
  if (read.length === 0) return unreadable && { was: "unreadable", ...failureOf(unreadable) };
  const silencesUnreadable = read.find((reading) => reading.silencesUnreadable !== undefined)?.silencesUnreadable;
  const [firing, pending] = [countAlerts(read.map((reading) => reading.firing)), countAlerts(read.map((reading) => reading.pending))];
  const others = Math.max(...read.map((reading) => reading.others));
  const unlisted = new Set(lists.flatMap(({ of, error }) => (error === undefined ? [] : [of.kind])));
  const unmatched = findUnmatched(profiles, { resources, known }, unlisted);
  return {
    was: "read",
    firing,
    pending,
    ...(others > 0 && { others }),
    ...(unmatched.length > 0 && { unmatched }),
    ...(silencesUnreadable && { silencesUnreadable }),
  };
}

async function listed(cluster: Cluster, of: ObjectKind): Promise<Listed> {
  try {
    const items = await cluster.list(of);
    return { of, resources: items.filter(isResource), malformed: items.filter(isMalformed) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { of, resources: [], malformed: [], error };
  }
}

/** What becomes of items that are no resources: each is refused under its own name. */
export function refusedItems(lists: readonly Listed[]): readonly Refused[] {
  return lists.flatMap(({ malformed }) => malformed.map((item) => ({ ...resourceId(item), was: "refused", ...failureOf(item) })));
}
