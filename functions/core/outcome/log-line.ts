// What a person has to look at in one cluster, as a line of the log: counts, and the first few of many.

import { type Failure, remedies } from "../errors.ts";
import { sanitize } from "../text.ts";
import { attentionOf, type Unknown } from "./attention.ts";
import type { Crash } from "./crash.ts";
import type { ClusterOutcome } from "./outcome.ts";

type Why = { readonly code: string; readonly why: string };
type Explained = Why & { readonly remedy: string };

export type LogLine = {
  readonly cluster: string;
  readonly was: ClusterOutcome["was"];
  readonly code?: string;
  readonly why?: string;
  readonly since?: string;
  readonly crash?: Crash;
  readonly alertsUnreadable?: Why;
  /** Conditions that are Unknown although the alerts can be read. */
  readonly unknown?: number;
  readonly firstUnknown?: readonly Omit<Unknown, "about">[];
  readonly unlisted?: readonly (Why & { readonly kind: string })[];
  readonly refused?: number;
  readonly firstRefused?: readonly (Why & { readonly resource: string })[];
  readonly contested?: number;
  readonly silencesUnreadable?: Explained;
  readonly heartbeatRefused?: Explained;
  readonly unmatched?: number;
  readonly firstUnmatched?: readonly string[];
  readonly eventsRefused?: number;
  readonly firstEventRefused?: Explained;
};

// One line tells enough of a cluster whose every resource is refused, or whose alerts all count for none.
const MAX_FIRST = 5;

/** Undefined where a person has nothing to look at. */
export function logLineOf(outcome: ClusterOutcome): LogLine | undefined {
  const attention = attentionOf(outcome);
  if (attention.length === 0) return undefined;
  const { cluster, was, code, message, crash, since, isProbed } = outcome;
  const kinds = attention.filter((one) => one.about === "kind");
  const refused = attention.filter((one) => one.about === "resource");
  const unmatched = attention.filter((one) => one.about === "unmatched");
  const unknown = attention.filter((one) => one.about === "unknown");
  const events = attention.filter((one) => one.about === "event");
  const firstRefused = refused.slice(0, MAX_FIRST).map((one) => ({ resource: one.resource, ...whyOf(one) }));
  return {
    cluster,
    was,
    code,
    why: isProbed ? `unreachable since ${since}, probed only: ${message}` : message,
    since,
    crash,
    alertsUnreadable: attention.filter((one) => one.about === "alerts").map(whyOf)[0],
    heartbeatRefused: attention.filter((one) => one.about === "heartbeat").map(explained)[0],
    silencesUnreadable: attention.filter((one) => one.about === "silences").map(explained)[0],
    unmatched: unmatched.length || undefined,
    firstUnmatched: unlessEmpty(unmatched.slice(0, MAX_FIRST).map((one) => one.message)),
    unknown: unknown.reduce((sum, one) => sum + one.count, 0) || undefined,
    firstUnknown: unlessEmpty(unknown.slice(0, MAX_FIRST).map(({ about: _, ...one }) => ({ ...one, because: sanitize(one.because) }))),
    unlisted: unlessEmpty(kinds.map((one) => ({ kind: one.kind, ...whyOf(one) }))),
    refused: refused.length || undefined,
    firstRefused: unlessEmpty(firstRefused),
    contested: attention.filter((one) => one.about === "contested").length || undefined,
    eventsRefused: events.length || undefined,
    firstEventRefused: events.map(explained)[0],
  };
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function whyOf({ code, message }: Failure): Why {
  return { code, why: message };
}

function explained(failure: Failure): Explained {
  return { ...whyOf(failure), remedy: remedies[failure.code] };
}
