import { type Failure, remedies } from "../errors.ts";
import type { Crash } from "./crash.ts";
import { type ClusterOutcome, isOutOfReach, type ResourceOutcome, resourceName } from "./outcome.ts";

type Refused = Extract<ResourceOutcome, { was: "refused" }>;

type Explained = { readonly code: string; readonly why: string; readonly remedy: string };

/** What a person has to know of one cluster: a line of the log. */
export type Attention = {
  readonly cluster: string;
  readonly was: ClusterOutcome["was"];
  readonly code?: string;
  readonly why?: string;
  readonly crash?: Crash;
  readonly alertsUnreadable?: { readonly code: string; readonly why: string };
  readonly unlisted?: readonly { readonly kind: string; readonly code: string; readonly why: string }[];
  readonly refused?: number;
  readonly firstRefused?: readonly { readonly resource: string; readonly code: string; readonly why: string }[];
  readonly contested?: number;
  readonly silencesUnreadable?: Explained;
  readonly eventsRefused?: number;
  readonly firstEventRefused?: Explained;
};

// One line tells enough of a cluster whose every resource is refused.
const MOST_REFUSED = 5;
const FINE = new Set<ClusterOutcome["was"]>(["reconciled", "paused"]);

/** What is worth a line; undefined where nobody has to look. */
export function attentionOf(outcome: ClusterOutcome): Attention | undefined {
  const { cluster, was, code, message, crash, alerts, resources, unlisted } = outcome;
  const refused = resources.filter((resource) => resource.was === "refused");
  const contested = resources.filter((resource) => resource.was === "skipped" && resource.why === "contested").length;
  const eventsRefused = resources.flatMap((resource) => (resource.was === "patched" ? (resource.eventRefused ?? []) : []));
  const found = {
    alertsUnreadable: alerts?.was === "unreadable" ? { code: alerts.code, why: alerts.message } : undefined,
    silencesUnreadable: alerts?.was === "read" ? explained(alerts.silencesUnreadable) : undefined,
    unlisted: isOutOfReach(outcome) || unlisted.length === 0 ? undefined : unlisted.map(({ message: why, ...list }) => ({ ...list, why })),
    refused: refused.length || undefined,
    firstRefused: refused.length === 0 ? undefined : refused.slice(0, MOST_REFUSED).map(told),
    contested: contested || undefined,
    eventsRefused: eventsRefused.length || undefined,
    firstEventRefused: explained(eventsRefused[0]),
  };
  const isFine = FINE.has(was) && Object.values(found).every((value) => value === undefined);
  return isFine ? undefined : { cluster, was, code, why: message, crash, ...found };
}

function explained(failure: Failure | undefined): Explained | undefined {
  return failure && { code: failure.code, why: failure.message, remedy: remedies[failure.code] };
}

function told(refused: Refused): { resource: string; code: string; why: string } {
  return { resource: resourceName(refused), code: refused.code, why: refused.message };
}
