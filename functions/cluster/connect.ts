// The port `Cluster`, wired to an API server and to sources of alerts.
import { clock as processClock } from "../clock.ts";
import type { UrlSource } from "../core/access/alerts.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { REQUEST_MS } from "../core/limits.ts";
import { judgedPaths } from "../core/profile/paths.ts";
import { kindsOf } from "../core/profile/profile.ts";
import type { Reading } from "../core/prometheus/alert.ts";
import type { Clock } from "../core/time.ts";
import { type Logins, openLogins } from "../io/auth/logins.ts";
import { openCache } from "../io/cache.ts";
import { bodyBudget } from "../io/http/body-budget.ts";
import type { Client } from "../io/http/client.ts";
import type { Connections } from "../io/http/connections.ts";
import { type Kept, keptBudget } from "../io/kubernetes/kept-budget.ts";
import type { KnownLists } from "../io/kubernetes/known-lists.ts";
import { renewLease } from "../io/kubernetes/lease.ts";
import { listResources, patchConditions, probeKind, readResource, recordEvent } from "../io/kubernetes/resources.ts";
import type { Cluster } from "./cluster.ts";
import {
  forgetSource,
  isFamiliar,
  openProofs,
  openSource,
  openSources,
  type Proofs,
  readSource,
  type Sources,
  wantedBy,
} from "./source.ts";

/** Connects to one cluster until `deadline`, in milliseconds of the monotonic clock; an UpstreamError where its login cannot be read. */
export type Connect = (entry: ClusterEntry, deadline: number) => Promise<Cluster>;

type Settings = {
  /** Kept from run to run, like logins, what was last proven of each source, and the lists that were read: they only save work. */
  readonly connections: Connections;
  readonly logins?: Logins;
  readonly proofs?: Proofs;
  readonly lists?: KnownLists;
  /** The folder that `file:` references are relative to; a fleet from elsewhere has none. */
  readonly folder: string | undefined;
  /** How long one request may take. */
  readonly requestMs?: number;
  readonly clock?: Clock;
  /** Is given the client of each API server that a login was found for. */
  readonly onClient?: (cluster: string, client: Client) => void;
};

// Moments for which the alerts of one cluster are asked: when its resources were there, and after each conflict.
const MOST_READINGS = 16;

/** A connector for one run: a source that many clusters share is read once for all of them. */
export function connector({
  connections,
  proofs = openProofs(),
  folder,
  requestMs = REQUEST_MS,
  clock = processClock,
  ...more
}: Settings): Connect {
  const { logins = openLogins({ clock }), lists, onClient } = more;
  const bodies = bodyBudget();
  const budget = keptBudget();
  const sources = openSources({ logins, folder, proofs });
  return async (entry, deadline) => {
    const login = logins.ofCluster(entry, folder);
    // A cluster without any login is told so before anything is asked for.
    await login.endpoint();
    const client = { login, connections, bodies, requestMs, deadline, clock };
    onClient?.(entry.name, client);
    const secrets = () => logins.secretsOf([login, ...sourcesOf(entry).map((source) => logins.ofSource(source, folder))]);
    return { ...clusterOf(entry, client, sources, { kept: budget.open(), lists }), secrets };
  };
}

function sourcesOf({ alerts }: ClusterEntry): readonly UrlSource[] {
  return alerts.flatMap((source) => [source, source.alertmanager].filter((place) => place !== undefined && "url" in place));
}

function clusterOf(
  { alerts, events, heartbeatMs, profiles }: ClusterEntry,
  client: Client,
  sources: Sources,
  { kept, lists }: { readonly kept: Kept; readonly lists: KnownLists | undefined },
): Cluster {
  const readings = openCache<readonly Reading[]>({ max: MOST_READINGS, untilMs: () => Number.POSITIVE_INFINITY });
  const wanted = wantedBy(profiles, sources);
  const asked = alerts.map((source) => openSource(sources, client, source, wanted));
  const readAll = (after: number) => Promise.all(asked.map((source) => readSource(sources, client, source, after)));
  return {
    mayNeedAlerts: asked.every((source) => isFamiliar(sources, source)),
    forgetAlerts: () => {
      for (const source of asked) forgetSource(sources, source);
    },
    readAlerts: (after) => readings.read(String(after), { nowMs: 0 }, () => readAll(after)),
    list: (of) => listResources(client, of, { paths: () => judgedPaths(profiles, of), kept, lists }),
    read: (resource) => readResource(client, resource, judgedPaths(profiles, resource.of)),
    patch: (resource, conditions) => patchConditions(client, resource, conditions, { paths: judgedPaths(profiles, resource.of) }),
    release: kept.release,
    probe: async () => {
      const [kind] = kindsOf(profiles);
      if (kind !== undefined) await probeKind(client, kind);
    },
    ...(events && { record: (event) => recordEvent(client, event) }),
    ...(heartbeatMs !== undefined && { beat: () => renewLease(client, heartbeatMs) }),
  };
}
