import type { AlertsSource, UrlSource } from "../../core/access/alerts.ts";
import type { Kubernetes } from "../../core/access/kubernetes.ts";
import { refsOf } from "../../core/access/ref-rules.ts";
import { keepNewest } from "../../core/bounded-map.ts";
import type { ClusterEntry } from "../../core/fleet/fleet.ts";
import { clusterEndpoint, sourceEndpoint } from "./endpoint.ts";
import { keptLogin, type Login } from "./login.ts";

/** The logins of a fleet, kept from run to run for as long as its entries are the same objects. They only save work. */
export type Logins = {
  ofCluster(entry: ClusterEntry, folder: string | undefined): Login;
  /** One and the same for all sources that differ in their labels only. */
  ofSource(source: UrlSource, folder: string | undefined): Login;
};

type Settings = {
  /** Of the deployment: a part of the external id that roles are assumed with. */
  readonly stage?: string;
  /** In milliseconds since the epoch: a clock that goes on while a function is frozen. */
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
};

// A new secret that the old one still works beside may wait as long; after a 401 it does not.
const STORED_MS = 5 * 60_000;
const LOCAL_MS = 30_000;
// So that a fleet does not read all of its secrets in the same second.
const JITTER = 0.2;
const MOST_SOURCES = 20_000;

/** An empty store of logins. */
export function openLogins({ stage, now = Date.now, random = Math.random }: Settings = {}): Logins {
  const clusters = new WeakMap<ClusterEntry, Login>();
  const sources = new Map<string, Login>();
  const lifeOf = (place: Kubernetes | AlertsSource) => () => (isStored(place) ? STORED_MS : LOCAL_MS) * (1 - JITTER * random());

  function openCluster(entry: ClusterEntry, folder: string | undefined): Login {
    const login = keptLogin((refused) => clusterEndpoint(entry, { folder, stage, now }, refused), {
      lifeMs: lifeOf(entry.kubernetes),
      now,
    });
    clusters.set(entry, login);
    return login;
  }

  function openSource(key: string, source: UrlSource, folder: string | undefined): Login {
    const login = keptLogin(() => sourceEndpoint(source, { folder, stage, now }), { lifeMs: lifeOf(source), now });
    keepNewest(sources, key, login, MOST_SOURCES);
    return login;
  }

  return {
    ofCluster: (entry, folder) => clusters.get(entry) ?? openCluster(entry, folder),
    ofSource(source, folder) {
      const key = keyOf(source, folder);
      return sources.get(key) ?? openSource(key, source, folder);
    },
  };
}

function isStored(place: Kubernetes | AlertsSource): boolean {
  return refsOf(place).some(({ ref }) => "ssm" in ref || "secret" in ref);
}

const keys = new WeakMap<UrlSource, string>();

function keyOf(source: UrlSource, folder: string | undefined): string {
  const known = keys.get(source);
  if (known !== undefined) return known;
  const { url, auth, headers, ca } = source;
  const key = JSON.stringify([folder, url, auth, headers, ca]);
  keys.set(source, key);
  return key;
}
