// The logins of a fleet are kept from run to run, each until its time is over.

import type { AlertsSource, UrlSource } from "../../core/access/alerts.ts";
import type { Kubernetes } from "../../core/access/kubernetes.ts";
import type { Proxies } from "../../core/access/proxy.ts";
import { refsOf } from "../../core/access/ref-rules.ts";
import { keepNewest } from "../../core/bounded-map.ts";
import type { ClusterEntry } from "../../core/fleet/fleet.ts";
import type { Clock } from "../../core/time.ts";
import { type Cache, openCache } from "../cache.ts";
import type { Login } from "../http/client.ts";
import type { Endpoint } from "../http/connections.ts";
import { clusterEndpoint, type LoggedIn, sourceEndpoint } from "./endpoint.ts";
import { expiryOf } from "./expiry.ts";

/** The logins of a fleet, kept from run to run: they only save work. */
export type Logins = {
  ofCluster(entry: Pick<ClusterEntry, "name" | "kubernetes">, folder: string | undefined): Login;
  /** One and the same for all sources that differ in their labels only. */
  ofSource(source: UrlSource, folder: string | undefined): Login;
  /** What the servers of these logins know and must not be seen, as far as it was ever read. */
  secretsOf(logins: readonly Login[]): readonly string[];
};

type Settings = {
  /** Of the deployment: a part of the external id that roles are assumed with. */
  readonly stage?: string;
  /** Whether a fleet from elsewhere, which has no folder, may use the identity of this process. */
  readonly trustsRemoteFleet?: boolean;
  readonly clock: Clock;
  /** Of the terminal: what the exec plugin of a kubeconfig is run with. Without it, none is run. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly proxies?: Proxies;
  /** From 0 to 1. */
  readonly random?: () => number;
};

type Kept = Required<LoggedIn>;
type Read = (refused?: Endpoint) => Promise<Kept>;

const MINUTE_MS = 60_000;
// Each read has its price. A new secret that the old one still works beside may wait as long; after a refusal it does not.
const STORED_MS = 240 * MINUTE_MS;
// For what says of itself that it is over, or nearly.
const LEAST_STORED_MS = 5 * MINUTE_MS;
// Before its expiry, by when its successor is stored.
const MARGIN_MS = 2 * MINUTE_MS;
const LOCAL_MS = 30_000;
// Logins that were read at one time are read again within two ticks: in few calls, and not all in the same second.
const MOST_JITTER_MS = MINUTE_MS;
const JITTER = 0.2;
// Clusters and sources of the largest fleet there is.
const MOST = 40_000;

/** An empty store of logins. */
export function openLogins({ trustsRemoteFleet = false, random = Math.random, ...settings }: Settings): Logins {
  const { clock } = settings;
  const kept = openCache<Kept>({ max: MOST, untilMs: ({ expiresAtMs }) => expiresAtMs });
  const secrets = new Map<string, readonly string[]>();
  const settingsFor = (folder: string | undefined) => ({ ...settings, folder, mayUseIdentity: folder !== undefined || trustsRemoteFleet });
  const keep = async (key: string, place: Kubernetes | AlertsSource, found: Promise<LoggedIn>): Promise<Kept> => {
    const { endpoint, expiresAtMs } = await found;
    keepNewest(secrets, key, endpoint.secrets, MOST);
    const nowMs = clock.nowMs();
    return { endpoint, expiresAtMs: expiresAtMs ?? nowMs + lifeMs(isStored(place), endpoint, nowMs, random()) };
  };
  return {
    ofCluster(entry, folder) {
      const key = JSON.stringify([folder, entry.name, entry.kubernetes]);
      return cachedLogin(kept, key, clock, (refused) => keep(key, entry.kubernetes, clusterEndpoint(entry, settingsFor(folder), refused)));
    },
    ofSource(source, folder) {
      const { url, auth, headers, ca } = source;
      const key = JSON.stringify([folder, url, auth, headers, ca]);
      return cachedLogin(kept, key, clock, () => keep(key, source, sourceEndpoint(source, settingsFor(folder))));
    },
    secretsOf: (logins) => logins.flatMap(({ key }) => secrets.get(key) ?? []),
  };
}

function cachedLogin(kept: Cache<Kept>, key: string, clock: Clock, read: Read): Login {
  return {
    key,
    endpoint: async () => (await kept.read(key, { nowMs: clock.nowMs() }, () => read())).endpoint,
    async renewed(refused, minAgeMs) {
      const nowMs = clock.nowMs();
      const { endpoint } = await kept.read(key, { nowMs, after: nowMs - minAgeMs }, () => read(refused));
      return isSame(endpoint, refused) ? undefined : endpoint;
    },
  };
}

// How long a login is used before it is read again, where it was not minted; `luck` is from 0 to 1.
function lifeMs(isStored: boolean, endpoint: Endpoint, nowMs: number, luck: number): number {
  const leftMs = (expiryOf(endpoint) ?? Number.POSITIVE_INFINITY) - MARGIN_MS - nowMs;
  const wholeMs = isStored ? Math.max(LEAST_STORED_MS, Math.min(STORED_MS, leftMs)) : LOCAL_MS;
  return wholeMs - luck * Math.min(MOST_JITTER_MS, JITTER * wholeMs);
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  return one.basePath === other.basePath && one.connectionKey === other.connectionKey;
}

function isStored(place: Kubernetes | AlertsSource): boolean {
  return refsOf(place).some(({ ref }) => "ssm" in ref || "secret" in ref);
}
