// One source of alerts as one cluster sees it: what fires there, what its silence is worth, and what of it a person has silenced.
import { hash } from "node:crypto";
import { type AlertmanagerSource, type AlertsSource, proxiedName, type ServiceSource } from "../core/access/alerts.ts";
import { detailsOf, type Failure, failureOf, UpstreamError } from "../core/errors.ts";
import { alertNames, type NamedProfile, type Profile } from "../core/profile/profile.ts";
import { type Alerts, type Reading, splitByLabels } from "../core/prometheus/alert.ts";
import type { Evidence } from "../core/prometheus/rule-health.ts";
import { type Silences, withSilences } from "../core/prometheus/silence.ts";
import { WATCHDOG } from "../core/verdict/finding.ts";
import type { Logins } from "../io/auth/logins.ts";
import { type Cache, openCache } from "../io/cache.ts";
import type { Client } from "../io/http/client.ts";
import { readAlerts, readEvidence, readSilences } from "../io/prometheus/prometheus.ts";
import { readSharedAlerts } from "../io/prometheus/shared-alerts.ts";
import { openSharedAnswers, type SharedAnswers } from "./shared-answers.ts";

/** How the sources of one run are reached, and what they have said. */
export type Sources = {
  /** What each set of profiles of this fleet needs to know, by their names. */
  readonly wanted: Map<string, Wanted>;
  readonly logins: Logins;
  /** The folder that `file:` references are relative to; a fleet from elsewhere has none. */
  readonly folder: string | undefined;
  readonly proofs: Proofs;
  /** By URL, so that what many clusters share is read once for all of them. */
  readonly answers: SharedAnswers<Answer>;
  readonly silences: SharedAnswers<Silenced>;
};

type Access = Pick<Sources, "logins" | "folder">;

/** What each source last said about its own rules, kept from run to run. */
export type Proofs = Cache<Evidence>;

/** What a source says, and the alerts of it by the values of the labels that tell its clusters apart. */
type Answer = { readonly reading: Reading; readonly parts: Map<string, ReturnType<typeof splitByLabels>> };
type Silenced = { readonly silences: Silences } | { readonly silencesUnreadable: Failure };
/** The server behind a source, and where on it the source stands. */
export type Place = { readonly client: Client; readonly prefix: string };

/** The alerts that profiles name, and their watchdog: `key` tells two such sets apart. */
export type Wanted = { readonly names: ReadonlySet<string>; readonly key: string };

/** One source as one cluster asks it: made once for all that a pass does with it. */
export type Asked = {
  readonly source: AlertsSource;
  readonly place: Place;
  readonly wanted: Wanted;
  /** Under which its proof is kept. */
  readonly proofKey: string;
};

const MINUTE_MS = 60_000;
const MOST_PROOFS = 2_000;
const WAIVED: Evidence = { was: "waived" };
const NO_SILENCES: Silenced = { silences: new Map() };

/** What the profiles of a cluster need to know of a source. */
export function wantedOf(profiles: readonly Profile[]): Wanted {
  const names = [...alertNames(profiles), WATCHDOG];
  return { names: new Set(names), key: hash("sha256", JSON.stringify(names), "base64") };
}

/** The same, found once for all clusters of a run that have these profiles. */
export function wantedBy(profiles: readonly NamedProfile[], { wanted }: Sources): Wanted {
  const key = profiles.map(({ name }) => name).join(" ");
  const found = wanted.get(key) ?? wantedOf(profiles);
  wanted.set(key, found);
  return found;
}

/** An empty store of proofs. One that could not be had is not kept: it would hold a source that answers again to be unproven for one more tick. */
export function openProofs(): Proofs {
  const untilMs = ({ was }: Evidence, askedAtMs: number) => (was === "unreadable" ? askedAtMs : askedAtMs + MINUTE_MS);
  return openCache({ max: MOST_PROOFS, untilMs });
}

/** The sources of one run, none of them asked yet. */
export function openSources(kept: Pick<Sources, "logins" | "folder" | "proofs">): Sources {
  const untilMs = (_: unknown, askedAtMs: number) => askedAtMs + MINUTE_MS;
  return { ...kept, wanted: new Map(), answers: openSharedAnswers<Answer>(untilMs), silences: openSharedAnswers<Silenced>(untilMs) };
}

/** A source as the cluster behind `api` asks it. */
export function openSource(access: Access, api: Client, source: AlertsSource, wanted: Wanted): Asked {
  const place = placeOf(access, api, source);
  const { client, prefix } = place;
  const headers = client.headers === undefined ? "" : JSON.stringify(client.headers);
  return { source, place, wanted, proofKey: `${client.login.key} ${headers} ${prefix} ${source.proof ?? ""} ${wanted.key}` };
}

/**
 * What a source says of the cluster behind `api`, asked for after a moment of the monotonic clock: of its alerts those that carry the
 * source's labels, each marked that its Alertmanager knows as suppressed. A source that cannot be read is a reading too.
 */
export async function readSource(sources: Sources, api: Client, asked: Asked, after: number): Promise<Reading> {
  const { alertmanager, labels } = asked.source;
  const [answer, silenced] = await Promise.all([
    askSource(sources, asked, after),
    alertmanager === undefined ? NO_SILENCES : askAlertmanager(sources, api, alertmanager, after),
  ]);
  if (answer.reading.was === "unreadable") return answer.reading;
  const own = labels === undefined ? answer.reading : { ...answer.reading, ...partOf(answer, answer.reading, labels), isShared: true };
  return "silences" in silenced ? withSilences(own, silenced.silences, alertmanager?.labels) : { ...own, ...silenced };
}

/** Whether the source has been asked before: then it will be again, and need not wait for the resources that its alerts are about. */
export function isFamiliar({ proofs }: Sources, { proofKey }: Asked): boolean {
  return proofs.has(proofKey);
}

/** Forgets what was proven of a source of the cluster's own. One that clusters share may be needed by the others. */
export function forgetSource({ proofs }: Sources, { source, proofKey }: Asked): void {
  if ("service" in source) proofs.forget(proofKey);
}

/** What stands behind the API server is asked through its service proxy, what has a URL there. */
export function placeOf({ logins, folder }: Access, api: Client, source: AlertsSource | AlertmanagerSource): Place {
  if ("service" in source) return behindProxy(api, source.service);
  // Its answer is for all clusters that share it, whatever time one of them has left.
  return { client: { ...api, login: logins.ofSource(source, folder), deadline: Number.POSITIVE_INFINITY }, prefix: "" };
}

function askSource(sources: Sources, asked: Asked, after: number): Promise<Answer> {
  const { source, place, wanted } = asked;
  const ask = async (since: number): Promise<Answer> => ({ reading: await readingAt(sources.proofs, asked, since), parts: new Map() });
  if ("service" in source) return ask(after);
  const key = JSON.stringify([place.client.login.key, source.proof, wanted.key]);
  // Its proof is for all that share it, of whom some need a newer one.
  const since = () => (after === Number.NEGATIVE_INFINITY ? after : place.client.clock.monotonicMs());
  return sources.answers(
    key,
    () => momentOf(place.client, after),
    () => ask(since()),
  );
}

async function readingAt(proofs: Proofs, asked: Asked, after: number): Promise<Reading> {
  const { source, place, wanted } = asked;
  const read = "service" in source ? readAlerts : readSharedAlerts;
  try {
    const proven = readProof(proofs, asked, after);
    const [alerts, evidence] = await Promise.all([read(place.client, place.prefix, wanted.names), proven]);
    return { was: "read", ...alerts, evidence, isShared: false };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { was: "unreadable", ...detailsOf(error) };
  }
}

// A quiet pass rests on a proof of the last minute; before anything is written, it is asked for again like the alerts.
function readProof(proofs: Proofs, { source, place, wanted, proofKey }: Asked, after: number): Promise<Evidence> {
  const { client, prefix } = place;
  const oldest = Math.max(after, client.clock.monotonicMs() - MINUTE_MS);
  // What is waived is kept like what is proven: so the source is familiar.
  const ask = async () => (source.proof === "none" ? WAIVED : await readEvidence(client, prefix, wanted.names));
  return proofs.read(proofKey, momentOf(client, oldest), ask);
}

function askAlertmanager(sources: Sources, api: Client, manager: AlertmanagerSource, after: number): Promise<Silenced> {
  const place = placeOf(sources, api, manager);
  const ask = () => silencedAt(place);
  return "service" in manager ? ask() : sources.silences(place.client.login.key, () => momentOf(place.client, after), ask);
}

async function silencedAt({ client, prefix }: Place): Promise<Silenced> {
  try {
    return { silences: await readSilences(client, prefix) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { silencesUnreadable: failureOf(error) };
  }
}

function momentOf({ clock }: Client, after: number) {
  return { nowMs: clock.nowMs(), at: clock.monotonicMs(), after };
}

// Each answer is sorted once for all clusters that are told apart by the same label names.
function partOf({ parts }: Answer, alerts: Alerts, labels: Readonly<Record<string, string>>): Alerts {
  const names = Object.keys(labels).sort();
  const key = JSON.stringify(names);
  const split = parts.get(key) ?? splitByLabels(alerts, names);
  parts.set(key, split);
  return split(names.map((name) => labels[name] ?? ""));
}

/** Where a service stands below its API server, and how it is asked. */
export function behindProxy(api: Client, service: ServiceSource["service"]): Place {
  const { namespace, path = "", headers } = service;
  const prefix = `/api/v1/namespaces/${namespace}/services/${proxiedName(service)}/proxy${path}`;
  return { client: headers === undefined ? api : { ...api, headers }, prefix };
}
