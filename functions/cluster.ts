import { countAlerts, type Reading } from "./core/alert.ts";
import { UpstreamError } from "./core/errors.ts";
import type { AlertsOutcome, ClusterOutcome } from "./core/outcome.ts";
import type { Profile } from "./core/profile.ts";
import type { ObjectKind, Resource } from "./core/resource.ts";

/** All that one pass needs of a cluster. Every call but the first may throw an {@link UpstreamError}. */
export type Cluster = {
  /** An answer of the Alerts API that was asked for after a moment of `performance.now()`. */
  readAlerts(askedAfter: number): Promise<Reading>;
  list(of: ObjectKind): Promise<readonly Resource[]>;
  /** The resource as it is now; undefined where it is gone. */
  read(resource: Resource): Promise<Resource | undefined>;
  /** Writes all conditions onto the version that was read; UpstreamError `conflict` where somebody was faster. */
  patch(resource: Resource, conditions: readonly unknown[]): Promise<void>;
};

type Listed = {
  readonly of: ObjectKind;
  readonly resources: readonly Resource[];
  readonly error?: UpstreamError;
};

/** One look at a cluster: what its alerts say, and the resources that they may be about. */
export type View = {
  readonly reading: Reading;
  readonly resources: readonly Resource[];
  readonly lists: readonly Listed[];
};

/** Reads the alerts and every kind of the profiles side by side. */
export async function viewCluster(cluster: Cluster, profiles: readonly Profile[]): Promise<View> {
  const [reading, lists] = await Promise.all([
    cluster.readAlerts(Number.NEGATIVE_INFINITY),
    Promise.all(kindsOf(profiles).map((of) => listed(cluster, of))),
  ]);
  return {
    reading,
    lists,
    resources: lists.flatMap(({ resources }) => resources),
  };
}

/** What an outcome says of the look itself. */
export function outcomeOf({ reading, lists }: View): Pick<ClusterOutcome, "was" | "code" | "message" | "unlisted"> & {
  alerts: AlertsOutcome;
} {
  const unlisted = lists.flatMap(({ of, error }) =>
    error === undefined ? [] : [{ kind: of.kind, code: error.code, message: error.message }],
  );
  return {
    ...reachOf(unlisted, lists.length),
    alerts: alertsOf(reading),
    unlisted,
  };
}

function kindsOf(profiles: readonly Profile[]): readonly ObjectKind[] {
  const kinds: ObjectKind[] = [];
  for (const { flows } of profiles) for (const { of } of flows) if (!kinds.some((kind) => isSame(kind, of))) kinds.push(of);
  return kinds;
}

function isSame(one: ObjectKind, other: ObjectKind): boolean {
  return one.plural === other.plural && one.version === other.version && one.group === other.group;
}

async function listed(cluster: Cluster, of: ObjectKind): Promise<Listed> {
  try {
    return { of, resources: await cluster.list(of) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { of, resources: [], error };
  }
}

// One kind is not served: somebody has to correct the fleet or the cluster. Every kind failed: the cluster was not reached.
function reachOf(unlisted: ClusterOutcome["unlisted"], kinds: number): Pick<ClusterOutcome, "was" | "code" | "message"> {
  const notServed = unlisted.find(({ code }) => code === "kind-not-served");
  if (notServed !== undefined)
    return {
      was: "misconfigured",
      code: notServed.code,
      message: notServed.message,
    };
  const [first] = unlisted;
  if (first !== undefined && unlisted.length === kinds) return { was: "unreachable", code: first.code, message: first.message };
  return { was: "reconciled" };
}

function alertsOf(reading: Reading): AlertsOutcome {
  if (reading.was === "unreadable") return reading;
  return {
    was: "read",
    firing: countAlerts(reading.firing),
    pending: countAlerts(reading.pending),
  };
}
