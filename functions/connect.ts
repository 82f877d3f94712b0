import type { Cluster } from "./cluster.ts";
import { type Alerts, type Reading, splitByLabels } from "./core/alert.ts";
import type { Evidence } from "./core/evidence.ts";
import type { ClusterEntry } from "./core/fleet.ts";
import type { AlertsSource, ServiceSource } from "./core/source.ts";
import { bodyBudget } from "./io/body-budget.ts";
import { type Connections, type Endpoint, keyOf } from "./io/connections.ts";
import type { Wire } from "./io/http.ts";
import { listResources, patchConditions, readResource } from "./io/kubernetes.ts";
import { alertsEndpoint, kubernetesEndpoint } from "./io/login.ts";
import { readAlerts, readEvidence, readingOf } from "./io/prometheus.ts";
import { recalled } from "./recalled.ts";

/** Opens the way to one cluster, usable until `deadline` (`performance.now()`); an UpstreamError where its login cannot be read. */
export type Connect = (entry: ClusterEntry, deadline: number) => Promise<Cluster>;

type Settings = {
  /** Kept from run to run, like what was last proven of each source: both only save work. */
  readonly connections: Connections;
  readonly proofs?: Proofs;
  /** The folder that `file:` references are relative to. */
  readonly folder: string;
  /** How long one request may take. */
  readonly requestMs?: number;
  /** The time of day, in milliseconds since the epoch. */
  readonly now?: () => number;
};

/** What sources last said about themselves, by everything that tells two of them apart. */
export type Proofs = Map<string, { readonly askedAt: number; readonly answer: Promise<Evidence> }>;

type Read = (askedAfter: number) => Promise<Reading>;

const PROOF_MS = 60_000;

/** A connector for one run: a source that many clusters share is read once for all of them. */
export function connector({ connections, proofs = new Map(), folder, requestMs = 3_000, now = Date.now }: Settings): Connect {
  const bodies = bodyBudget();
  const wire = (endpoint: Endpoint, deadline = Number.POSITIVE_INFINITY): Wire => ({ endpoint, connections, bodies, requestMs, deadline });
  const shared = new Map<string, Read>();

  async function read(source: AlertsSource, wire: Wire, askedAfter: number): Promise<Reading> {
    const prefix = "service" in source ? proxyPath(source) : "";
    const proven = async () => (source.proof === "none" ? WAIVED : proofOf(wire, prefix, askedAfter));
    const [alerts, evidence] = await Promise.all([readAlerts(wire, prefix), proven()]);
    return { was: "read", ...alerts, evidence, isShared: false };
  }

  // A quiet pass rests on a proof of the last minute; before anything is written, it is asked for again like the alerts.
  function proofOf(wire: Wire, prefix: string, askedAfter: number): Promise<Evidence> {
    const oldest = askedAfter === Number.NEGATIVE_INFINITY ? performance.now() - PROOF_MS : askedAfter;
    return recalled(proofs, keyOf(wire.endpoint) + wire.endpoint.basePath + prefix, oldest, () => readEvidence(wire, prefix, now));
  }

  function readerOf(source: AlertsSource, api: Wire): Read {
    if ("service" in source)
      return carrying(
        source,
        reusing((askedAfter) => readingOf(() => read(source, api, askedAfter))),
      );
    const { labels: _, ...server } = source;
    const key = JSON.stringify(server);
    const reader =
      shared.get(key) ??
      reusing((askedAfter) => readingOf(async () => read(server, wire(await alertsEndpoint(server, folder)), askedAfter)));
    shared.set(key, reader);
    return carrying(source, reader);
  }

  return async ({ kubernetes, alerts }, deadline) => {
    const api = wire(await kubernetesEndpoint(kubernetes, folder), deadline);
    const readers = alerts.map((source) => readerOf(source, api));
    return {
      readAlerts: (askedAfter) => Promise.all(readers.map((reader) => reader(askedAfter))),
      list: (of) => listResources(api, of),
      read: (resource) => readResource(api, resource),
      patch: (resource, conditions) => patchConditions(api, resource, conditions),
    };
  };
}

const WAIVED: Evidence = { was: "waived" };

/** Asks again only for whoever needs an answer younger than the one at hand. */
function reusing(read: Read): Read {
  const answers = new Map();
  return (askedAfter) => recalled(answers, "", askedAfter, () => read(askedAfter));
}

type Split = ReturnType<typeof splitByLabels>;
const splits = new WeakMap<Alerts, Map<string, Split>>();

/** Only the alerts that carry the source's labels; each answer is sorted once for all clusters that are told apart by the same label names. */
function carrying({ labels }: AlertsSource, read: Read): Read {
  if (labels === undefined) return read;
  const names = Object.keys(labels).sort();
  const values = names.map((name) => labels[name] ?? "");
  return async (askedAfter) => {
    const reading = await read(askedAfter);
    return reading.was === "unreadable" ? reading : { ...reading, ...splitOf(reading, names)(values), isShared: true };
  };
}

function splitOf(alerts: Alerts, names: readonly string[]): Split {
  const key = JSON.stringify(names);
  const known = splits.get(alerts) ?? new Map<string, Split>();
  const split = known.get(key) ?? splitByLabels(alerts, names);
  splits.set(alerts, known.set(key, split));
  return split;
}

function proxyPath({ service: { namespace, name, port } }: ServiceSource): string {
  return `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
}
