import type { AlertmanagerSource, AlertsSource } from "../core/access/alerts.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { REQUEST_MS } from "../core/limits.ts";
import type { Evidence } from "../core/prometheus/rule-health.ts";
import { type Login, loggedIn } from "../io/auth/login.ts";
import { type Logins, openLogins } from "../io/auth/logins.ts";
import { bodyBudget } from "../io/http/body-budget.ts";
import type { Connections } from "../io/http/connections.ts";
import { listResources, patchConditions, readResource, recordEvent } from "../io/kubernetes/resources.ts";
import { type Answers, filterByLabels, type Read, sourceReader, type Way } from "./alert-sources.ts";
import type { Cluster } from "./cluster.ts";
import { type ReadSilences, silencesReader, silencing } from "./silences.ts";

/** Opens the way to one cluster, usable until `deadline` (`performance.now()`); an UpstreamError where its login cannot be read. */
export type Connect = (entry: ClusterEntry, deadline: number) => Promise<Cluster>;

/** What sources last said about themselves. */
export type Proofs = Answers<Evidence>;

type Settings = {
  /** Kept from run to run, like logins and what was last proven of each source: they only save work. */
  readonly connections: Connections;
  readonly logins?: Logins;
  readonly proofs?: Proofs;
  /** The folder that `file:` references are relative to; a fleet from elsewhere has none. */
  readonly folder: string | undefined;
  /** How long one request may take. */
  readonly requestMs?: number;
  /** The time of day, in milliseconds since the epoch. */
  readonly now?: () => number;
};

/** A connector for one run: a source that many clusters share is read once for all of them. */
export function connector({
  connections,
  logins = openLogins(),
  proofs = new Map(),
  folder,
  requestMs = REQUEST_MS,
  now = Date.now,
}: Settings): Connect {
  const bodies = bodyBudget();
  const wayTo: WayTo = (login, deadline) => (use) =>
    loggedIn(login, (endpoint) => use({ endpoint, connections, bodies, requestMs, deadline }));
  const readerOf = sourceReaders({ logins, proofs, folder, now, wayTo });
  return async (entry, deadline) => {
    const login = logins.ofCluster(entry, folder);
    // Whoever has no login at all is told so before anything is asked for.
    await login.endpoint();
    const api = wayTo(login, deadline);
    const readers = entry.alerts.map((source) => readerOf(source, api));
    return {
      readAlerts: (askedAfter) => Promise.all(readers.map((reader) => reader(askedAfter))),
      list: (of) => api((wire) => listResources(wire, of)),
      read: (resource) => api((wire) => readResource(wire, resource)),
      patch: (resource, conditions) => api((wire) => patchConditions(wire, resource, conditions)),
      ...(entry.events && { record: (event) => api((wire) => recordEvent(wire, event)) }),
    };
  };
}

type WayTo = (login: Login, deadline: number) => Way;
type ReaderSettings = Required<Pick<Settings, "logins" | "proofs" | "now">> & Pick<Settings, "folder"> & { readonly wayTo: WayTo };

// The readers of one run. What stands behind an API server is asked through `api`, the way there; what has a URL is shared by all its clusters.
function sourceReaders({ logins, proofs, folder, now, wayTo }: ReaderSettings): (source: AlertsSource, api: Way) => Read {
  const shared = { auto: new Map<Login, Read>(), none: new Map<Login, Read>() };
  const sharedSilences = new Map<Login, ReadSilences>();
  const sharedWayTo = (login: Login) => wayTo(login, Number.POSITIVE_INFINITY);

  function alertsOf(source: AlertsSource, api: Way): Read {
    if ("service" in source) return sourceReader(source, api, proofs, now);
    const readers = shared[source.proof ?? "auto"];
    const login = logins.ofSource(source, folder);
    const reader = readers.get(login) ?? sourceReader(source, sharedWayTo(login), proofs, now);
    readers.set(login, reader);
    return reader;
  }

  function silencesOf(manager: AlertmanagerSource, api: Way): ReadSilences {
    if ("service" in manager) return silencesReader(manager, api);
    const login = logins.ofSource(manager, folder);
    const reader = sharedSilences.get(login) ?? silencesReader(manager, sharedWayTo(login));
    sharedSilences.set(login, reader);
    return reader;
  }

  return (source, api) => {
    const { alertmanager } = source;
    const reader = filterByLabels(source, alertsOf(source, api));
    return alertmanager === undefined ? reader : silencing(alertmanager, reader, silencesOf(alertmanager, api));
  };
}
