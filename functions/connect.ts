import type { Cluster } from "./cluster.ts";
import { type Reading, splitByLabels } from "./core/alert.ts";
import type { ClusterEntry } from "./core/fleet.ts";
import type { ServiceSource, UrlSource } from "./core/source.ts";
import { bodyBudget } from "./io/body-budget.ts";
import type { Connections, Endpoint } from "./io/connections.ts";
import type { Wire } from "./io/http.ts";
import { listResources, patchConditions, readResource } from "./io/kubernetes.ts";
import { alertsEndpoint, kubernetesEndpoint } from "./io/login.ts";
import { readAlerts, readingOf } from "./io/prometheus.ts";

/** Opens the way to one cluster, usable until `deadline` (`performance.now()`); an UpstreamError where its login cannot be read. */
export type Connect = (entry: ClusterEntry, deadline: number) => Promise<Cluster>;

type Settings = {
  readonly connections: Connections;
  /** The folder that `file:` references are relative to. */
  readonly folder: string;
  /** How long one request may take. */
  readonly requestMs?: number;
};

type ReadAlerts = Cluster["readAlerts"];

/** A connector for one run: a source that many clusters share is read once for all of them. */
export function connector({ connections, folder, requestMs = 3_000 }: Settings): Connect {
  const bodies = bodyBudget();
  const wire = (endpoint: Endpoint, deadline = Number.POSITIVE_INFINITY): Wire => ({ endpoint, connections, bodies, requestMs, deadline });
  const shared = new Map<string, ReadAlerts>();

  function readUrl({ labels: _, ...source }: UrlSource): ReadAlerts {
    const key = JSON.stringify(source);
    const read = shared.get(key) ?? reusing(() => readingOf(async () => readAlerts(wire(await alertsEndpoint(source, folder)))));
    shared.set(key, read);
    return read;
  }

  return async ({ kubernetes, alerts }, deadline) => {
    const api = wire(await kubernetesEndpoint(kubernetes, folder), deadline);
    const read = "service" in alerts ? reusing(() => readingOf(() => readAlerts(api, proxyPath(alerts)))) : readUrl(alerts);
    return {
      readAlerts: alerts.labels === undefined ? read : carrying(alerts.labels, read),
      list: (of) => listResources(api, of),
      read: (resource) => readResource(api, resource),
      patch: (resource, conditions) => patchConditions(api, resource, conditions),
    };
  };
}

/** Asks again only whoever needs an answer younger than the one at hand. */
function reusing(read: () => Promise<Reading>): ReadAlerts {
  let latest = {
    askedAt: Number.NEGATIVE_INFINITY,
    reading: undefined as Promise<Reading> | undefined,
  };
  return (askedAfter) => {
    const isYoungEnough = latest.askedAt > askedAfter;
    const reading = isYoungEnough && latest.reading !== undefined ? latest.reading : read();
    if (!isYoungEnough) latest = { askedAt: performance.now(), reading };
    return reading;
  };
}

const splits = new WeakMap<Reading, Map<string, ReturnType<typeof splitByLabels>>>();

/** Only the alerts that carry these labels; each answer is sorted once for all clusters that are told apart by the same label names. */
function carrying(labels: Readonly<Record<string, string>>, read: ReadAlerts): ReadAlerts {
  const names = Object.keys(labels).sort();
  const values = names.map((name) => labels[name] ?? "");
  return async (askedAfter) => {
    const reading = await read(askedAfter);
    const known = splits.get(reading) ?? new Map();
    const key = JSON.stringify(names);
    const split = known.get(key) ?? splitByLabels(reading, names);
    splits.set(reading, known.set(key, split));
    return split(values);
  };
}

function proxyPath({ service: { namespace, name, port } }: ServiceSource): string {
  return `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
}
