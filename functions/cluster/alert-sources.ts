import type { AlertsSource, ServiceSource } from "../core/access/alerts.ts";
import { keepNewest } from "../core/bounded-map.ts";
import { failureOf, UpstreamError } from "../core/errors.ts";
import { type Alerts, type Reading, splitByLabels } from "../core/prometheus/alert.ts";
import type { Evidence } from "../core/prometheus/rule-health.ts";
import { keyOf } from "../io/http/connections.ts";
import type { Wire } from "../io/http/request.ts";
import { readAlerts, readEvidence } from "../io/prometheus/prometheus.ts";

/** Does something with one server as whoever is logged in there. */
export type Way = <T>(use: (wire: Wire) => Promise<T>) => Promise<T>;

/** What a source says, asked for after a moment of `performance.now()`. */
export type Read = (askedAfter: number) => Promise<Reading>;

/**
 * What was last answered, by everything that tells two askings apart, and when it was asked: by a clock that nobody sets, and by the time
 * of day, which goes on while a function is frozen.
 */
export type Answers<T> = Map<string, { readonly askedAt: number; readonly askedAtMs: number; readonly answer: Promise<T> }>;

const PROOF_MS = 60_000;
const MOST = 2_000;
const WAIVED: Evidence = { was: "waived" };

/** Reads a source that stands behind the cluster's API server, or at the end of a way of its own. `now` is in milliseconds since the epoch. */
export function sourceReader(source: AlertsSource, way: Way, proofs: Answers<Evidence>, now: () => number): Read {
  const prefix = "service" in source ? proxyPath(source) : "";

  async function read(wire: Wire, askedAfter: number): Promise<Reading> {
    const proven = source.proof === "none" ? WAIVED : proofOf(wire, askedAfter);
    const [alerts, evidence] = await Promise.all([readAlerts(wire, prefix), proven]);
    return { was: "read", ...alerts, evidence, isShared: false };
  }

  // A quiet pass rests on a proof of the last minute; before anything is written, it is asked for again like the alerts.
  function proofOf(wire: Wire, askedAfter: number): Promise<Evidence> {
    const oldest = askedAfter === Number.NEGATIVE_INFINITY ? performance.now() - PROOF_MS : askedAfter;
    const key = keyOf(wire.endpoint) + wire.endpoint.basePath + prefix;
    return recalled(proofs, key, oldest, async () => {
      const evidence = await readEvidence(wire, prefix, now);
      // Kept, it would hold a source that answers again to be unproven for one more tick.
      if (evidence.was === "unreadable") proofs.delete(key);
      return evidence;
    });
  }

  const answers: Answers<Reading> = new Map();
  return (askedAfter) => recalled(answers, "", askedAfter, () => readingOf(() => way((wire) => read(wire, askedAfter))));
}

// A source that cannot be read is a reading too.
async function readingOf(read: () => Promise<Reading>): Promise<Reading> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { was: "unreadable", ...failureOf(error) };
  }
}

/** Only the alerts that carry the source's labels; each answer is sorted once for all clusters that are told apart by the same label names. */
export function filterByLabels({ labels }: AlertsSource, read: Read): Read {
  if (labels === undefined) return read;
  const names = Object.keys(labels).sort();
  const values = names.map((name) => labels[name] ?? "");
  return async (askedAfter) => {
    const reading = await read(askedAfter);
    return reading.was === "unreadable" ? reading : { ...reading, ...splitOf(reading, names)(values), isShared: true };
  };
}

// The answer at hand where it was asked for after `askedAfter` and less than a minute ago, a new one where it was not. The oldest go first.
export function recalled<T>(answers: Answers<T>, key: string, askedAfter: number, ask: () => Promise<T>): Promise<T> {
  const known = answers.get(key);
  if (known !== undefined && known.askedAt > askedAfter && Date.now() - known.askedAtMs < PROOF_MS) return known.answer;
  const next = { askedAt: performance.now(), askedAtMs: Date.now(), answer: ask() };
  keepNewest(answers, key, next, MOST);
  return next.answer;
}

type Split = ReturnType<typeof splitByLabels>;
const splits = new WeakMap<Alerts, Map<string, Split>>();

function splitOf(alerts: Alerts, names: readonly string[]): Split {
  const key = JSON.stringify(names);
  const known = splits.get(alerts) ?? new Map<string, Split>();
  const split = known.get(key) ?? splitByLabels(alerts, names);
  splits.set(alerts, known.set(key, split));
  return split;
}

/** Where a service stands below its API server. */
export function proxyPath({ service: { namespace, name, port } }: ServiceSource): string {
  return `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy`;
}
