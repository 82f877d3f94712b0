// Makes the transitions of a run known, on the bus and in the log, a bounded number of each.

import { clock } from "../clock.ts";
import type { Fleet } from "../core/fleet/fleet.ts";
import { MAX_TRANSITIONS } from "../core/limits.ts";
import type { Metrics } from "../core/outcome/metrics.ts";
import { type ClusterOutcome, resourceName } from "../core/outcome/outcome.ts";
import { type Publication, publicationsOf } from "../core/outcome/publication.ts";
import { transitionsOf } from "../core/outcome/transition.ts";
import { timeText } from "../core/time.ts";
import type { Bus } from "../io/aws/bus.ts";
import type { Report } from "../io/report.ts";
import { type Allowances, takeAllowance } from "./allowance.ts";

// Those of one cluster, and their count.
const MAX_LINES = MAX_TRANSITIONS + 1;

type Publisher = { readonly bus: Bus | undefined; readonly report: Report; readonly allowances: Allowances };

/** Sends what has changed, and logs it; at most once: what the bus does not take is not kept, and the conditions are there to be read. */
export async function publishTransitions(publisher: Publisher, fleet: Fleet, clusters: readonly ClusterOutcome[]): Promise<Metrics> {
  const { bus, report, allowances } = publisher;
  const labels = new Map(fleet.clusters.map((entry) => [entry.name, entry.labels]));
  const at = timeText(clock.nowMs());
  const queues = clusters.map((outcome) => {
    const transitions = transitionsOf(outcome, labels.get(outcome.cluster) ?? {}, at);
    return { transitions, allowed: takeAllowance(allowances, outcome.cluster, transitions.length, MAX_TRANSITIONS, clock.nowMs()) };
  });
  const publications = publicationsOf(queues);
  for (const publication of publications.slice(0, MAX_LINES)) report.info(...lineOf(publication));
  if (bus === undefined) return {};
  if (publications.length === 0) return { TransitionsSent: 0, TransitionsLost: 0 };
  const loss = await bus.offer(publications);
  if (loss !== undefined) report.error("transitions were not sent", { code: "unavailable", why: loss.why });
  const changed = publications.filter(isTransition).length;
  const lost = loss?.lost.filter(isTransition).length ?? 0;
  const omitted = queues.reduce((sum, { transitions }) => sum + transitions.length, 0) - changed;
  return { TransitionsSent: changed - lost, TransitionsLost: lost, ...(omitted > 0 && { TransitionsOmitted: omitted }) };
}

function isTransition({ detailType }: { readonly detailType: string }): boolean {
  return detailType === "Condition Changed";
}

function lineOf({ detailType, detail }: Publication): readonly [message: string, details: object] {
  const { cluster } = detail;
  if (detailType === "Transitions Omitted") return ["more conditions changed", { cluster, omitted: detail.omitted, to: detail.to }];
  const { condition, resource, profile, because } = detail;
  const { type, from, to } = condition;
  const change = { profile, type, from, to: { status: to.status, reason: to.reason } };
  return ["condition changed", { cluster, resource: resourceName(resource), ...change, because }];
}
