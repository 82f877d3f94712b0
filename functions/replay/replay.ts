// Replays one cluster: its resources as they are now, and what its sources remember, become what would have been said.

import { type Cluster, listKinds, reachOf } from "../cluster/cluster.ts";
import { connector } from "../cluster/connect.ts";
import { type Place, placeOf, wantedOf } from "../cluster/source.ts";
import type { AlertsSource } from "../core/access/alerts.ts";
import { UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import type { Resource } from "../core/kubernetes/resource.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import type { NamedProfile } from "../core/profile/profile.ts";
import { redactAll } from "../core/text.ts";
import type { Clock } from "../core/time.ts";
import type { Logins } from "../io/auth/logins.ts";
import type { Client } from "../io/http/client.ts";
import type { Connections } from "../io/http/connections.ts";
import { readEvidence } from "../io/prometheus/prometheus.ts";
import { readRange } from "../io/prometheus/range.ts";
import { readBody } from "../io/prometheus/status.ts";
import type { Against } from "./conditions.ts";
import { type Evaluations, evaluationsIn } from "./evaluations.ts";
import { type ProfileReplay, replayProfile, type Stretch } from "./profile.ts";
import type { Origin, PastSource } from "./record.ts";

/** What a replay is asked for: times in milliseconds since the epoch. */
export type ReplayQuestion = {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** The interval of the rules where nothing is said. */
  readonly stepMs?: number;
  readonly origin: Origin;
  /** In place of those of the cluster. */
  readonly profiles?: readonly NamedProfile[];
  /** What the verdicts are held against. */
  readonly against?: Against;
  /** Which resources are replayed. */
  readonly isWanted: (resource: { readonly kind: string; readonly name: string; readonly namespace?: string }) => boolean;
};

export type ReplayAccess = {
  readonly connections: Connections;
  readonly logins: Logins;
  readonly folder: string | undefined;
  readonly clock: Clock;
  /** Hears of each answer of a source. */
  readonly onAnswer?: () => void;
};

export type ClusterReplay = Pick<ClusterOutcome, "cluster" | "was" | "code" | "message" | "unlisted"> &
  Stretch & { readonly origin: Origin; readonly profiles: readonly ProfileReplay[] };

// A source that evaluates a week takes longer to answer than one that lists its alerts.
const REQUEST_MS = 60_000;
const CLUSTER_MS = 3_600_000;
const DEFAULT_STEP_MS = 30_000;

export async function replayCluster(entry: ClusterEntry, question: ReplayQuestion, access: ReplayAccess): Promise<ClusterReplay> {
  const { profiles = entry.profiles, origin, isWanted } = question;
  const against = ofCluster(question.against, entry.name);
  const all = against === undefined || "stored" in against ? profiles : [...profiles, against];
  const { cluster, client } = await connect(entry, access);
  const lists = await listKinds(cluster, all);
  const resources = lists.flatMap((list) => list.resources);
  const sources = await Promise.all(entry.alerts.map((source) => pastSource(source, client, all, access)));
  const stretch = stretchOf(question, sources);
  const replayed: ProfileReplay[] = [];
  const isReplayed = ({ of, name, namespace }: Resource) => isWanted({ kind: of.kind, name, namespace });
  for (const profile of profiles)
    replayed.push(
      await replayProfile({ profile, against, resources, isReplayed, sources: sources.map(({ past }) => past), origin, stretch }),
    );
  return redactAll({ cluster: entry.name, ...reachOf(lists), ...stretch, origin, profiles: replayed }, cluster.secrets?.() ?? []);
}

function ofCluster(against: Against | undefined, name: string): Against | undefined {
  return against && "stored" in against ? { stored: against.stored.filter(({ cluster }) => cluster === name) } : against;
}

async function connect(
  entry: ClusterEntry,
  { connections, logins, folder, clock }: ReplayAccess,
): Promise<{ cluster: Cluster; client: Client }> {
  const clients: Client[] = [];
  const onClient = (_: string, client: Client) => void clients.push(client);
  const connecting = connector({ connections, logins, folder, clock, requestMs: REQUEST_MS, onClient });
  const cluster = await connecting(entry, clock.monotonicMs() + CLUSTER_MS);
  const [client] = clients;
  if (client === undefined) throw new Error(`no client of ${entry.name}`);
  return { cluster, client };
}

type Asked = { readonly past: PastSource; readonly intervalMs: number | undefined };

async function pastSource(source: AlertsSource, api: Client, profiles: readonly NamedProfile[], access: ReplayAccess): Promise<Asked> {
  const place = placeOf(access, api, source);
  const { names } = wantedOf(profiles);
  const [evidence, { intervalMs, waits }] = await Promise.all([
    source.proof === "none" ? ({ was: "waived" } as const) : readEvidence(place.client, place.prefix, names),
    readEvaluations(place, names),
  ]);
  const ask: PastSource["ask"] = async (range) => {
    const answer = await readRange(place.client, place.prefix, range);
    access.onAnswer?.();
    return answer;
  };
  const startedMs = evidence.was === "asked" && evidence.ageMs !== undefined ? access.clock.nowMs() - evidence.ageMs : undefined;
  return { past: { ask, evidence, labels: source.labels, intervalMs: intervalMs ?? DEFAULT_STEP_MS, waits, startedMs }, intervalMs };
}

async function readEvaluations({ client, prefix }: Place, names: ReadonlySet<string>): Promise<Evaluations> {
  try {
    return evaluationsIn(await readBody(client, prefix, "rules"), names);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { waits: new Map() };
  }
}

function stretchOf({ sinceMs, untilMs, stepMs }: ReplayQuestion, sources: readonly Asked[]): Stretch {
  const intervals = sources.flatMap(({ intervalMs }) => intervalMs ?? []);
  const step = stepMs ?? (intervals.length === 0 ? DEFAULT_STEP_MS : Math.min(...intervals));
  const aligned = (ms: number) => Math.floor(ms / step) * step;
  return { sinceMs: aligned(sinceMs), untilMs: aligned(untilMs), stepMs: step };
}
