// Tells replays as JSON: times as RFC 3339, durations in milliseconds.

import { resourceId } from "../core/kubernetes/resource.ts";
import { durationText, timeText } from "../core/time.ts";

import type { Disagreement, Figures } from "./figures.ts";
import type { ProfileReplay, ResourceReplay } from "./profile.ts";
import type { ClusterReplay } from "./replay.ts";

/** What no replay can know, so that its answers are read with that in mind. */
export const UNKNOWABLE: readonly string[] = [
  "what the Alerts API answered then: partial answers, timeouts, refused logins and clocks that were off leave no series",
  "samples that came late or were filled in later: a replay sees more than a pass saw",
  "rules, waits and labels of then, where they are computed; silences of then",
  "resources and generations of then, and gates of which nothing is recorded: they are as they are now, and what has been deleted is missing",
  "evaluations that failed or were slow, and alerts that a group's limit dropped",
  "what another writer had in the condition, and passes that were late or were started by a push",
  "anything shorter than a step",
];

/** All clusters as one document. */
export function reportOf(clusters: readonly ClusterReplay[]): object {
  return {
    clusters: clusters.map(clusterReport),
    resources: clusters.flatMap(({ cluster, profiles }) =>
      profiles.flatMap((one) => one.resources.map((resource) => ({ cluster, ...resourceReport(one, resource) }))),
    ),
    unknowable: UNKNOWABLE,
  };
}

function clusterReport({ cluster, was, code, message, unlisted, sinceMs, untilMs, stepMs, origin, profiles }: ClusterReplay): object {
  const stretch = { since: timeText(sinceMs), until: timeText(untilMs), step: durationText(stepMs), from: origin };
  return { cluster, was, code, message, unlisted, ...stretch, profiles: profiles.map((one) => profileReport(one)) };
}

function profileReport({
  profile,
  warmUpMs,
  remembersFromMs,
  isEvaluated,
  gaps,
  unanswered,
  proposals,
  comparableMs,
}: ProfileReplay): object {
  return {
    profile: profile.name,
    condition: profile.condition,
    warmUpMs,
    ...(remembersFromMs !== undefined && { remembersFrom: timeText(remembersFromMs) }),
    isEvaluated,
    gaps: gaps.map(({ fromMs, ms, why }) => ({ at: timeText(fromMs), ms, why })),
    ...(unanswered.length > 0 && { unanswered }),
    proposals,
    comparableMs,
  };
}

function resourceReport({ profile }: ProfileReplay, one: ResourceReplay): object {
  const { resource, standing, skipped, transitions, ms, flaps, interruptions, longest, decided, against, storedMs, gatesMs, error } = one;
  return {
    profile: profile.name,
    ...resourceId(resource),
    condition: profile.condition,
    skipped,
    standing: standing && { status: standing.status, reason: standing.reason, because: standing.because },
    transitions: transitions.map(({ atMs, ...said }) => ({ at: timeText(atMs), ...said })),
    ms,
    flaps,
    interruptions,
    longest: longestReport(longest),
    decided,
    gatesMs,
    against: against?.map(disagreementReport),
    storedMs,
    error: error?.map(disagreementReport),
  };
}

function longestReport(longest: Figures["longest"]): object {
  return Object.fromEntries(Object.entries(longest).map(([status, { fromMs, ms }]) => [status, { at: timeText(fromMs), ms }]));
}

function disagreementReport({ fromMs, ms, one, other }: Disagreement): object {
  return { at: timeText(fromMs), ms, one, other };
}
